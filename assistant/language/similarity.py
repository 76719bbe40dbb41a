"""Whether texts say the same in nearly the same words.

Used wherever the same text is met twice: copies of an article, boilerplate, a page under two addresses.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache

from assistant.language.words import words

__all__ = ["is_near_duplicate", "near_duplicates", "repeats", "shared_part"]

Shingles = frozenset[tuple[str, ...]]

SHINGLE_WORDS = 4
NEAR_DUPLICATE = 0.6
"""Jaccard coefficient of four-word shingles; one changed word in twenty leaves about 0.67, unrelated texts about 0."""
MOSTLY_CONTAINED = 0.8
"""Share of a text's shingles that another one has, for it to be but a part of that one."""


def near_duplicates(texts: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """Group the positions of texts that are copies of one another, give or take a few words; most stand alone.

    The first of a group leads it, and what joins is like that one: texts change little by little without end. Groups
    come in the order of their leaders.
    """
    leaders: dict[int, Shingles] = {}
    groups: dict[int, list[int]] = {}
    where: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for position, text in enumerate(texts):
        own = shingles(text)
        shared = Counter(leader for shingle in own for leader in where.get(shingle, ()))
        alike = [leader for leader, count in shared.items() if is_copy(own, leaders[leader], count)]
        if alike:
            groups[max(alike, key=lambda leader: (shared[leader], -leader))].append(position)
            continue
        leaders[position], groups[position] = own, [position]
        for shingle in own:
            where[shingle].append(position)
    return tuple(tuple(group) for group in groups.values())


def is_near_duplicate(first: str, second: str) -> bool:
    """Tell whether two texts are copies of one another, give or take a few words."""
    return len(near_duplicates([first, second])) == 1


def repeats(text: str, other: str) -> bool:
    """Tell whether a text says nothing that another one does not: it is a copy of it or of a part of it."""
    own, known = shingles(text), shingles(other)
    shared = len(own & known)
    return is_copy(own, known, shared) or (bool(own) and shared >= MOSTLY_CONTAINED * len(own))


@lru_cache(maxsize=512)
def shingles(text: str) -> Shingles:
    """Collect the runs of four words of a text; a shorter text is one run."""
    found = words(text)
    last = max(1, len(found) - SHINGLE_WORDS + 1)
    return frozenset(tuple(found[start : start + SHINGLE_WORDS]) for start in range(last)) if found else frozenset()


def is_copy(first: Shingles, second: Shingles, shared: int) -> bool:
    """Tell it by how many shingles two texts share; two without words share nothing."""
    union = len(first) + len(second) - shared
    return union > 0 and shared >= NEAR_DUPLICATE * union


def shared_part(first: str, second: str) -> float:
    """Measure which share of the shorter text's runs of four words the other one has."""
    own, known = shingles(first), shingles(second)
    return len(own & known) / max(1, min(len(own), len(known)))
