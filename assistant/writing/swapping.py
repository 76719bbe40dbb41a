"""Whether a sentence is that of a source with one name or number put in the place of another.

Knows words in their order: a claim that copies its source but for a name is not carried by it, though that name may
well stand in the title, in the question or a sentence further on.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from assistant.language.words import WORD, fold, numbers
from assistant.writing.directions import are_opposed, directions

__all__ = ["is_swapped"]

LONGEST = 3
"""Words of what stands in another's place; longer differences are another wording."""
LIKENESS = 0.5
"""Share of words in common and in order from which two sentences are one, reworded here and there."""

TOKEN = re.compile(rf"\d[\d.,]*\d|{WORD.pattern}")
Token = tuple[str, bool]
"""A folded word, and whether it is a name or a number."""


@lru_cache(maxsize=4096)
def tokens(sentence: str) -> tuple[Token, ...]:
    """Take a sentence apart; its first word has a capital anyway."""
    found = TOKEN.findall(sentence)
    return tuple((in_one_form(word), is_particular(word, opens=place == 0)) for place, word in enumerate(found))


def in_one_form(word: str) -> str:
    """Fold a word, or write a number in one notation."""
    return min(numbers(word), default=word) if word[0].isdecimal() else fold(word)


def is_particular(word: str, *, opens: bool) -> bool:
    """Tell a name or a number by its spelling."""
    return word[0].isdecimal() or (word[0].isupper() and not opens and len(word) > 1)


def is_swapped(claim: str, source: str, told: frozenset[str] = frozenset()) -> bool:
    """Tell whether a claim has another name or number where its source, otherwise alike, has its own.

    `told` are figures that the source is known to state, if in another way.
    """
    claimed, held = tokens(claim), tokens(source)
    said, known = [word for word, _ in claimed], [word for word, _ in held]
    matcher = SequenceMatcher(None, said, known, autojunk=False)
    if matcher.quick_ratio() < LIKENESS or matcher.ratio() < LIKENESS:
        return False
    ours, theirs = Counter(said), Counter(known)
    new = Counter({word: count for word, count in (ours - theirs).items() if word not in told})
    return any(
        is_replaced(claimed[a:b], held[c:d], new, theirs - ours)
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag == "replace"
    )


def is_replaced(ours: Sequence[Token], theirs: Sequence[Token], new: Counter[str], gone: Counter[str]) -> bool:
    """Tell whether a stretch holds a name, or a word with an opposite, for one that the source has in its place."""
    if max(len(ours), len(theirs)) > LONGEST or abs(len(ours) - len(theirs)) > 1:
        return False
    added = [token for token in ours if token[0] in new]
    lost = [token for token in theirs if token[0] in gone]
    if are_opposed(directions(word for word, _ in added), directions(word for word, _ in lost)):
        return True
    pairs = ((one, other) for one, is_ours in added for other, is_theirs in lost if is_ours and is_theirs)
    return any(one[0].isdecimal() == other[0].isdecimal() and not is_short_for(one, other) for one, other in pairs)


def is_short_for(one: str, other: str) -> bool:
    """Tell whether of two words one begins like the other: "Britain" and "British"; numbers are never alike."""
    shorter, longer = sorted((one, other), key=len)
    return not one[0].isdecimal() and longer.startswith(shorter[: max(3, len(shorter) - 2)])
