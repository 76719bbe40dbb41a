"""Where one of two copies of a text says something else: another number, another name, other words of content.

Knows words in their order and their spelling. What to make of it is decided where copies are merged, and where
sources are compared.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from assistant.language.folding import fold
from assistant.language.stop_words import stop_words
from assistant.language.words import WORD, numbers

__all__ = ["Variant", "variants"]

LONGEST = 6
LONGEST_PLAIN = 4
"""Words of what stands in another's place, with a number or a name and without; longer differences are another wording.
Of 22 pairs of passages of RAMDocs (half that constants are fitted on) that share half their words in a row and give one
answer, 17 have no variant; of 49 such pairs that give two, 45 have one."""
SHORTEST = 4
"""Letters of a word of content in languages of which no function words are listed."""
SPELLING = 0.7
"""difflib ratio from which two words are one, spelt otherwise or with a slip."""
TOKEN = re.compile(rf"\d[\d.,]*\d|{WORD.pattern}")
OPENS = re.compile(r"(?:^|[.!?:\u2022\n][\"'\u201d\u2019)\]]*)\s*$")
"""What stands before a word that has a capital for opening a sentence."""
LOOKED_BACK = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Variant:
    """What stands in each of two texts at the place where they differ, as offsets."""

    first: tuple[int, int]
    second: tuple[int, int]
    is_particular: bool
    """Whether it is a number or a name, not words of content alone."""

    def moved(self, first: int, second: int) -> Variant:
        """Give the same places in longer texts, of which the two begin there."""
        ours, theirs = self.first, self.second
        return Variant(
            first=(ours[0] + first, ours[1] + first),
            second=(theirs[0] + second, theirs[1] + second),
            is_particular=self.is_particular,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """A word in one form, where it stands, and whether it is a number or a name."""

    form: str
    start: int
    end: int
    is_number: bool
    is_name: bool


def variants(first: str, second: str, language: str | None) -> tuple[Variant, ...]:
    """List the places where one text has something else than the other, word for word alike around it."""
    ours, theirs = tokens(first), tokens(second)
    matcher = SequenceMatcher(None, [one.form for one in ours], [one.form for one in theirs], autojunk=False)
    return tuple(
        Variant(
            first=(ours[a].start, ours[b - 1].end),
            second=(theirs[c].start, theirs[d - 1].end),
            is_particular=all(any(one.is_number or one.is_name for one in side) for side in (ours[a:b], theirs[c:d])),
        )
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag == "replace" and tells(ours[a:b], theirs[c:d], stop_words(language))
    )


@lru_cache(maxsize=256)
def tokens(text: str) -> tuple[Token, ...]:
    """Take a text apart, once for all that it is compared with."""
    return tuple(token(text, found) for found in TOKEN.finditer(text))


def token(text: str, found: re.Match[str]) -> Token:
    """Take in one word."""
    word = found.group()
    is_number = word[0].isdecimal()
    opens = OPENS.search(text[max(0, found.start() - LOOKED_BACK) : found.start()]) is not None
    return Token(
        form=min(numbers(word), default=word) if is_number else fold(word),
        start=found.start(),
        end=found.end(),
        is_number=is_number,
        is_name=not is_number and word[0].isupper() and len(word) > 1 and not opens,
    )


def tells(ours: Sequence[Token], theirs: Sequence[Token], ignored: frozenset[str]) -> bool:
    """Tell whether one stretch says something else in another's place, not the same spelt otherwise."""
    if max(len(ours), len(theirs)) > LONGEST:
        return False
    of_numbers = [[one.form for one in side if one.is_number] for side in (ours, theirs)]
    if all(of_numbers):
        return of_numbers[0] != of_numbers[1]
    of_names = [[one.form for one in side if one.is_name] for side in (ours, theirs)]
    if not all(of_names) and max(len(ours), len(theirs)) > LONGEST_PLAIN:
        return False
    told = of_names if all(of_names) else [weighty(side, ignored) for side in (ours, theirs)]
    return all(told) and not any(is_spelling(one, other) for one in told[0] for other in told[1])


def weighty(side: Sequence[Token], ignored: frozenset[str]) -> list[str]:
    """List the words of content."""
    return [one.form for one in side if one.form not in ignored and len(one.form) >= SHORTEST]


def is_spelling(one: str, other: str) -> bool:
    """Tell whether two names are one."""
    return SequenceMatcher(None, one, other).ratio() >= SPELLING
