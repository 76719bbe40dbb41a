"""Everything that went into one answer, as one noun: what a reader can look through and `footnote replay` starts from.

Knows how it is gathered from a turn's events. Leaves its JSON to `bundle_json.py`; keeps hits, but of texts only
those of the pages that were read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version

from assistant.events import (
    AnswerFinished,
    CandidatesFused,
    Event,
    EvidenceSelected,
    PageRead,
    QuestionRestated,
    SourceAnswered,
    TokenProduced,
)
from assistant.evidence import Answer, Candidate, Page, Passage, QuestionOptions, SearchReport, Turn
from retrievers import SearchQuery

__all__ = ["Step", "Trace", "TraceRecord"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """An event by name, and when it happened."""

    name: str
    elapsed_s: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """One turn with all that it used; `evidence` in the order of its numbers, from 1."""

    footnote: str
    """The version that answered."""
    options: QuestionOptions
    history: tuple[Turn, ...]
    query: SearchQuery
    searches: tuple[SearchReport, ...]
    candidates: tuple[Candidate, ...]
    pages: tuple[Page, ...]
    evidence: tuple[Passage, ...]
    steps: tuple[Step, ...]
    answer: Answer

    @property
    def question(self) -> str:
        """What the user typed."""
        return self.answer.question


@dataclass(kw_only=True, slots=True)
class TraceRecord:
    """Gather a trace; call it with every event of one turn."""

    options: QuestionOptions
    history: Sequence[Turn] = ()
    query: SearchQuery | None = None
    searches: list[SearchReport] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    evidence: dict[int, Passage] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    answer: Answer | None = None

    def __call__(self, event: Event) -> None:
        """Take in one event."""
        match event:
            case TokenProduced():
                return
            case QuestionRestated(query=query):
                self.query = query
            case SourceAnswered(report=report):
                self.searches.append(report)
            case CandidatesFused(candidates=found):
                known = {candidate.url for candidate in self.candidates}
                self.candidates += [candidate for candidate in found if candidate.url not in known]
            case PageRead(page=page) if page:
                self.pages.append(page)
            case EvidenceSelected(number=number, passage=passage):
                self.evidence[number] = passage
            case AnswerFinished(answer=answer):
                self.answer = answer
        self.steps.append(Step(name=type(event).__name__, elapsed_s=event.elapsed_s))

    def trace(self) -> Trace | None:
        """Give what was gathered; None for a turn that did not begin or has not ended."""
        if self.query is None or self.answer is None:
            return None
        return Trace(
            footnote=version("footnote"),
            options=self.options,
            history=tuple(self.history),
            query=self.query,
            searches=tuple(self.searches),
            candidates=tuple(self.candidates),
            pages=tuple(self.pages),
            evidence=tuple(self.evidence[number] for number in sorted(self.evidence)),
            steps=tuple(self.steps),
            answer=self.answer,
        )
