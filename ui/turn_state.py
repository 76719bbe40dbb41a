"""What a turn has shown so far, gathered from its events: the picture that the page draws at any moment.

Knows events and answers; leaves words and markup to the views.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum

from assistant.events import (
    AnswerFinished,
    CandidatesFused,
    DisagreementFound,
    Event,
    EvidenceSelected,
    PageRead,
    PrefillStarted,
    QuestionRestated,
    QuoteReady,
    SearchStarted,
    SentenceChecked,
    SourceAnswered,
)
from assistant.evidence import (
    Answer,
    AnswerStatus,
    Citation,
    Disagreement,
    PageReport,
    PageStatus,
    SearchReport,
    Sentence,
)
from retrievers import SearchQuery

__all__ = ["Evidence", "Phase", "TurnState", "reason_of"]


class Phase(IntEnum):
    """How far a turn has come."""

    STARTING = 0
    SEARCHING = 1
    READING = 2
    RANKING = 3
    WRITING = 4
    FINISHED = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """A numbered passage's page."""

    url: str
    title: str
    published: datetime | None


@dataclass(kw_only=True, slots=True)
class TurnState:
    """Gather one turn."""

    question: str
    phase: Phase = Phase.STARTING
    query: SearchQuery | None = None
    asked: tuple[str, ...] = ()
    searches: list[SearchReport] = field(default_factory=list)
    pages: list[PageReport] = field(default_factory=list)
    evidence: dict[int, Evidence] = field(default_factory=dict)
    passages: int = 0
    """Passages chosen, as far as this page was there to see it: an answer does not tell."""
    quotes: dict[int, Citation] = field(default_factory=dict)
    prefilling: bool = False
    queued: int = 0
    """How many other questions the model answers first."""
    queued_s: float | None = None
    """How long that may take, where it is known."""
    sentences: list[Sentence] = field(default_factory=list)
    citations: dict[int, Citation] = field(default_factory=dict)
    disagreements: list[Disagreement] = field(default_factory=list)
    answer: Answer | None = None

    @classmethod
    def of(cls, answer: Answer) -> TurnState:
        """Picture a turn that is over."""
        state = cls(question=answer.question)
        state.finish(answer)
        return state

    def apply(self, event: Event) -> None:
        """Take in one event; whatever the page does not show changes nothing."""
        match event:
            case QuestionRestated(query=query):
                self.query = query
            case SearchStarted(retrievers=asked):
                self.asked, self.phase = asked, Phase.SEARCHING
            case SourceAnswered(report=found):
                self.searches.append(found)
            case CandidatesFused():
                self.phase = Phase.READING
            case AnswerFinished(answer=answer):
                self.finish(answer)
            case _:
                self._apply_later(event)

    def _apply_later(self, event: Event) -> None:
        """Take in an event of the second half of a turn."""
        match event:
            case PageRead(report=page, title=title):
                self.pages.append(page if page.title else titled(page, title))
            case EvidenceSelected(number=number, passage=found):
                self.phase, self.passages = max(self.phase, Phase.RANKING), self.passages + 1
                self.evidence[number] = Evidence(url=found.url, title=found.title, published=found.published)
            case QuoteReady(citation=quote):
                self.quotes[quote.number] = quote
            case PrefillStarted():
                self.phase, self.prefilling, self.queued = Phase.WRITING, True, 0
            case SentenceChecked(sentence=sentence, citations=citations):
                self.phase, self.prefilling, self.queued = Phase.WRITING, False, 0
                self.sentences.append(sentence)
                self.citations |= {citation.number: citation for citation in citations}
            case DisagreementFound(disagreement=found):
                self.disagreements.append(found)
            case _:
                self._apply_queue(event)

    def _apply_queue(self, event: Event) -> None:
        """Take in a place in the queue, in whichever event it comes; a turn that is at work has none."""
        position, wait_s = getattr(event, "position", None), getattr(event, "expected_wait_s", None)
        if isinstance(position, int):
            self.queued, self.queued_s = max(position, 0), wait_s if isinstance(wait_s, int | float) else None

    def finish(self, answer: Answer) -> None:
        """Let the final answer replace what was gathered on the way to it."""
        self.phase, self.prefilling, self.queued, self.answer = Phase.FINISHED, False, 0, answer
        self.searches, self.pages = list(answer.searches), list(answer.pages)
        self.sentences, self.disagreements = list(answer.sentences), list(answer.disagreements)
        self.citations = {citation.number: citation for citation in answer.citations}
        for citation in answer.citations:
            self.evidence.setdefault(
                citation.number,
                Evidence(url=citation.url, title=citation.title, published=citation.published),
            )

    @property
    def footnotes(self) -> list[Citation]:
        """The quotations to show, by number: those of the sentences, and until the end those that came first."""
        shown = self.citations if self.answer else self.quotes | self.citations
        return [shown[number] for number in sorted(shown)]

    @property
    def cited(self) -> frozenset[int]:
        """The numbers that a sentence cites."""
        return frozenset(number for sentence in self.sentences for number in sentence.citations)

    @property
    def pages_read(self) -> list[PageReport]:
        """The pages whose text was had."""
        return [page for page in self.pages if page.status is PageStatus.READ]

    @property
    def failed_searches(self) -> list[SearchReport]:
        """The sources that gave an error."""
        return [report for report in self.searches if report.error]

    def ended_early(self, status: AnswerStatus, reason: str) -> Answer:
        """Tell what was shown as an answer that did not come to its own end."""
        return Answer(
            question=self.question,
            status=status,
            reason=reason,
            sentences=tuple(self.sentences),
            citations=tuple(self.footnotes),
            disagreements=tuple(self.disagreements),
            searches=tuple(self.searches),
            pages=tuple(self.pages),
        )


def titled(page: PageReport, title: str) -> PageReport:
    """Name a page that was reported without its title."""
    return replace(page, title=title)


def reason_of(report: SearchReport) -> str:
    """Say why a source failed without its name, with which messages of sources begin."""
    reason = report.error or ""
    for name in (report.retriever, report.provider):
        reason = reason.removeprefix(f"{name}: ")
    return reason
