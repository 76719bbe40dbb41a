"""What each sentence of a text holds that a claim can rest on: stems, numbers, words. Worked out once.

Knows one text at a time; comparing is for `attribution.py` and `sufficiency.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from assistant.language.sentences import sentence_spans
from assistant.language.words import content_stems, numbers, words

__all__ = ["Holding", "all_numbers", "content", "holdings", "joined"]

COUNTS = MappingProxyType(
    {
        "en": "two three four five six seven eight nine ten eleven twelve",
        "fr": "deux trois quatre cinq six sept huit neuf dix onze douze",
        "de": "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
        "es": "dos tres cuatro cinco seis siete ocho nueve diez once doce",
    }
)
"""From two on: "one" is more often a pronoun than a count."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Holding:
    """What a run of sentences holds, and where it lies in its text."""

    start: int
    end: int
    stems: frozenset[str]
    words: frozenset[str]
    numbers: frozenset[str]


@lru_cache(maxsize=512)
def holdings(text: str, language: str | None) -> tuple[Holding, ...]:
    """List what the sentences of a text hold, in order."""
    return tuple(holding(text, start, end, language) for start, end in sentence_spans(text))


def holding(text: str, start: int, end: int, language: str | None) -> Holding:
    """Work out what one span holds."""
    part = text[start:end]
    return Holding(
        start=start,
        end=end,
        stems=content(part, language),
        words=frozenset(words(part)),
        numbers=all_numbers(part, language),
    )


def joined(run: Sequence[Holding]) -> Holding:
    """Join neighbouring holdings into one."""
    return Holding(
        start=run[0].start,
        end=run[-1].end,
        stems=frozenset[str]().union(*(one.stems for one in run)),
        words=frozenset[str]().union(*(one.words for one in run)),
        numbers=frozenset[str]().union(*(one.numbers for one in run)),
    )


def content(text: str, language: str | None) -> frozenset[str]:
    """Collect what a text says: content stems, and numbers in their one notation instead of their groups of digits."""
    found = (stem for stem in content_stems(text, language) if not stem.isdecimal())
    return frozenset(found) | all_numbers(text, language)


def all_numbers(text: str, language: str | None) -> frozenset[str]:
    """Collect the numbers of a text, those written as words (two to twelve) as well."""
    counted = counts_of(language)
    return numbers(text) | {counted[word] for word in words(text) if word in counted}


@lru_cache(maxsize=16)
def counts_of(language: str | None) -> dict[str, str]:
    """Map the folded number words of a language to digits."""
    spelt = words(COUNTS.get(language or "en", COUNTS["en"]))
    return {word: str(number) for number, word in enumerate(spelt, start=2)}
