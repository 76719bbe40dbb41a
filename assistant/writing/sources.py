"""A passage as evidence: its sentences and what surrounds them, worked out once however many claims are checked.

Knows passages. What they support is decided in `attribution.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.evidence import Passage
from assistant.language.words import stems, words
from assistant.writing.holdings import Holding, all_numbers, holdings
from assistant.writing.polarity import Clause, clauses
from assistant.writing.subjects import Opening, opening_of

__all__ = ["Source", "Support", "known_near", "read"]

KEPT = 256
"""Passages kept in mind: some turns' worth, a few MiB."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """What a passage holds."""

    passage: Passage
    sentences: tuple[Holding, ...]
    openings: tuple[Opening, ...]
    clauses: tuple[Clause, ...]
    title: frozenset[str]
    """Words and stems of the title and of the headings above."""
    years: frozenset[str]
    """The year in which it was published."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Support:
    """One run of sentences of one passage, measured against a claim."""

    number: int
    source: Source
    held: Holding
    first: int
    last: int
    """The places of its first and last sentence in the passage."""
    agrees: bool = True
    """The passage, which may say more than the run, does not deny what is claimed."""

    @property
    def sentences(self) -> int:
        """How many sentences it has."""
        return self.last - self.first + 1


@lru_cache(maxsize=KEPT)
def read(passage: Passage, language: str | None) -> Source:
    """Work out what a passage holds."""
    text = passage.text
    found = holdings(text, language)
    named = f"{passage.title}\n{passage.heading}"
    return Source(
        passage=passage,
        sentences=found,
        openings=tuple(opening_of(text[one.start : one.end], language) for one in found),
        clauses=tuple(clause for one in found for clause in clauses(text[one.start : one.end], language)),
        title=frozenset(stems(named, language)) | frozenset(words(named)) | all_numbers(named, language),
        years=frozenset({str(passage.published.year)}) if passage.published else frozenset(),
    )


def known_near(source: Source, sentences: Sequence[Holding]) -> frozenset[str]:
    """Collect the words, stems and numbers of some sentences with the title and the year of their page."""
    held = (one.words | one.stems | one.numbers for one in sentences)
    return frozenset[str]().union(*held) | source.title | source.years
