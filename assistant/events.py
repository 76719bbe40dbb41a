"""The verbs: what a turn tells while it runs, in the past tense, in the order it happens.

The page, the command line, the trace and the evaluation all consume these. Knows no stage; `pipeline.py` emits most of
them, the writing stage the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.evidence import (
        Answer,
        Candidate,
        Citation,
        Disagreement,
        Page,
        PageReport,
        Passage,
        SearchReport,
        Sentence,
    )
    from retrievers import SearchQuery

__all__ = [
    "AnswerFinished",
    "CandidatesFused",
    "DisagreementFound",
    "Emit",
    "Event",
    "EvidenceSelected",
    "PageRead",
    "PrefillStarted",
    "QuestionRestated",
    "QueueJoined",
    "QuoteReady",
    "SearchStarted",
    "SentenceChecked",
    "SourceAnswered",
    "TokenProduced",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that happened `elapsed_s` seconds after the question was asked."""

    elapsed_s: float


@dataclass(frozen=True, kw_only=True, slots=True)
class QuestionRestated(Event):
    """The follow-up became a query that stands on its own."""

    query: SearchQuery


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchStarted(Event):
    """These retrievers were asked, all at once; told again, with all of them, where a question goes in two steps."""

    retrievers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceAnswered(Event):
    """One source answered or failed."""

    report: SearchReport


@dataclass(frozen=True, kw_only=True, slots=True)
class CandidatesFused(Event):
    """The lists became one; best first."""

    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PageRead(Event):
    """A candidate was read, skipped or failed."""

    report: PageReport
    title: str = ""
    page: Page | None = None
    """What was read, for whoever keeps a trace; None where nothing was."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EvidenceSelected(Event):
    """A passage became final evidence; it keeps its number."""

    number: int
    passage: Passage


@dataclass(frozen=True, kw_only=True, slots=True)
class QuoteReady(Event):
    """A quotation can be shown before the model has said a word."""

    citation: Citation


@dataclass(frozen=True, kw_only=True, slots=True)
class PrefillStarted(Event):
    """The model began to read the prompt."""


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueJoined(Event):
    """The model is at work for others: so many are read before this one; told again when that changes."""

    position: int
    expected_wait_s: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenProduced(Event):
    """The model produced a piece of text; for timing, never shown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SentenceChecked(Event):
    """A sentence was tied to its evidence; `citations` hold the exact spans for this sentence."""

    sentence: Sentence
    citations: tuple[Citation, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DisagreementFound(Event):
    """Sources contradict each other."""

    disagreement: Disagreement


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerFinished(Event):
    """The turn ended; nothing follows."""

    answer: Answer


Emit = Callable[[Event], None]
"""How a turn tells: called from the turn's own event loop, must return at once and never raise."""
