"""What each sentence of a text holds that a claim can rest on: stems, numbers, dates, words. Worked out once.

Knows one text at a time; comparing is for `attribution.py` and `sufficiency.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.language.sentences import sentence_spans
from assistant.language.stop_words import stop_words
from assistant.language.words import content_stems, stems, words
from assistant.writing.days import Day, days
from assistant.writing.measures import Measure, counted_words, measures, plain_numbers, without_measures

__all__ = ["Holding", "all_numbers", "content", "counts", "holdings", "joined"]

CODE = re.compile(
    r"\w\([^()]*=[^()]*\)|\w\(\*|->|::|^\s*(?:def|class|import|from|return|function|const|var|let)\s\w+\s*[({=:]|[{};]\s*$"
)
"""What a signature or a line of a program looks like: it names things and states nothing of them."""
FEWEST_FUNCTION_WORDS = 0.15
"""Share from which a line with code in it is still a sentence."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Holding:
    """What a run of sentences holds, and where it lies in its text."""

    start: int
    end: int
    stems: frozenset[str]
    words: frozenset[str]
    numbers: frozenset[str]
    measures: tuple[Measure, ...] = ()
    days: frozenset[Day] = frozenset()
    counts: frozenset[tuple[str, str]] = frozenset()
    """Numbers with the stem of what they count."""
    is_code: bool = False


@lru_cache(maxsize=512)
def holdings(text: str, language: str | None) -> tuple[Holding, ...]:
    """List what the sentences of a text hold, in order."""
    return tuple(holding(text, start, end, language) for start, end in sentence_spans(text))


def holding(text: str, start: int, end: int, language: str | None) -> Holding:
    """Work out what one span holds."""
    part = text[start:end]
    found = measures(part, language)
    said = words(part)
    return Holding(
        start=start,
        end=end,
        stems=content(part, language),
        words=frozenset(said),
        numbers=plain_numbers(found),
        measures=found,
        days=days(part),
        counts=counts(part, language),
        is_code=is_code(part, said, language),
    )


def is_code(part: str, said: Sequence[str], language: str | None) -> bool:
    """Tell a line of code from a sentence that has some in it."""
    if not CODE.search(part):
        return False
    function_words = sum(word in stop_words(language) for word in said)
    return function_words < FEWEST_FUNCTION_WORDS * len(said)


def joined(run: Sequence[Holding]) -> Holding:
    """Join neighbouring holdings into one."""
    if len(run) == 1:
        return run[0]
    return Holding(
        start=run[0].start,
        end=run[-1].end,
        stems=frozenset[str]().union(*(one.stems for one in run)),
        words=frozenset[str]().union(*(one.words for one in run)),
        numbers=frozenset[str]().union(*(one.numbers for one in run)),
        measures=tuple(measure for one in run for measure in one.measures),
        days=frozenset[Day]().union(*(one.days for one in run)),
        counts=frozenset[tuple[str, str]]().union(*(one.counts for one in run)),
        is_code=all(one.is_code for one in run),
    )


def content(text: str, language: str | None) -> frozenset[str]:
    """Collect what a text says: content stems, numbers and units in one notation, and the parts of dates."""
    found = (stem for stem in content_stems(without_measures(text, language), language) if not stem.isdecimal())
    counted = measures(text, language)
    units = (f"={measure.unit}" for measure in counted if measure.unit)
    dated = (token for day in days(text) for token in day.tokens)
    return frozenset([*found, *units, *dated]) | plain_numbers(counted)


def all_numbers(text: str, language: str | None) -> frozenset[str]:
    """Collect the numbers of a text with their scale, those written as words (two to twelve) as well."""
    return plain_numbers(measures(text, language))


def counts(text: str, language: str | None) -> frozenset[tuple[str, str]]:
    """Pair numbers with the stem of the word that follows them, "12 offices", where that is no function word."""
    return frozenset(
        (value, stem)
        for value, word in counted_words(text, language)
        if word not in stop_words(language)
        for stem in stems(word, language)
    )
