"""The nouns of a search: what each source reports, and the pages worth reading that are made of it.

Part of `evidence.py`, from which they are imported. Knows no stage and does no work.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrievers import Measurement, Reason, SearchHit

__all__ = ["Candidate", "ScorePart", "SearchReport", "Sighting"]


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchReport:
    """What one retriever, or one engine behind it, gave; `error` is one line with the remedy, or None."""

    retriever: str
    provider: str
    hits: tuple[SearchHit, ...] = ()
    elapsed_s: float = 0.0
    error: str | None = None
    reason: Reason | None = None
    """What lies behind the error, in one word."""
    from_cache: bool = False
    """The hits were kept from an equal query shortly before."""
    hits_not_kept: int = 0
    """How many hits there were, in a report that was stored without them."""

    @property
    def hit_count(self) -> int:
        """The number of hits, kept or not."""
        return len(self.hits) + self.hits_not_kept


@dataclass(frozen=True, kw_only=True, slots=True)
class Sighting:
    """Who listed a candidate, and at which rank (1 is best)."""

    retriever: str
    rank: int
    url: str | None = None
    """The address of the copy that was listed, where it is on another site than the candidate."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ScorePart:
    """One reason for a candidate's score, in words, and what it adds: the parts sum to the score."""

    why: str
    value: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A page worth reading, merged from every list that names it; `url` is canonical."""

    url: str
    title: str
    snippet: str = ""
    text: str | None = None
    values: tuple[Measurement, ...] = ()
    published: datetime | None = None
    score: float = 0.0
    sightings: tuple[Sighting, ...] = ()
    explanation: tuple[ScorePart, ...] = ()
