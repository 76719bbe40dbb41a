"""Whether two texts say the same in nearly the same words.

Used wherever the same text is met twice: copies of an article, boilerplate, a page under two addresses.
"""

from __future__ import annotations

from assistant.language.words import words

__all__ = ["jaccard", "near_duplicates", "shingles"]

SHINGLE_WORDS = 4
NEAR_DUPLICATE = 0.6
"""Jaccard coefficient of four-word shingles; one changed word in twenty leaves about 0.67, unrelated texts about 0."""


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """Collect the runs of four words of a text; a shorter text is one run."""
    found = words(text)
    last = max(1, len(found) - SHINGLE_WORDS + 1)
    return frozenset(tuple(found[start : start + SHINGLE_WORDS]) for start in range(last)) if found else frozenset()


def jaccard(first: frozenset[tuple[str, ...]], second: frozenset[tuple[str, ...]]) -> float:
    """Measure how much two sets of shingles share, 0 to 1; two empty ones share nothing."""
    union = len(first | second)
    return len(first & second) / union if union else 0.0


def near_duplicates(first: str, second: str) -> bool:
    """Tell whether two texts are copies of one another, give or take a few words."""
    return jaccard(shingles(first), shingles(second)) >= NEAR_DUPLICATE
