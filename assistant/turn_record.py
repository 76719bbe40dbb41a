"""What one turn has shown so far, so that any end of it, planned or not, can be told as an `Answer`.

Listens to the turn's own events. Knows no stage and decides nothing but how an early end is worded.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from assistant.context import finders, in_context
from assistant.events import (
    AnswerFinished,
    Emit,
    Event,
    EvidenceSelected,
    PageRead,
    QuoteReady,
    SentenceChecked,
    SourceAnswered,
    TokenProduced,
)
from assistant.evidence import (
    Answer,
    AnswerStatus,
    Citation,
    ModelCard,
    PageReport,
    Passage,
    SearchReport,
    Sentence,
    Timings,
)
from assistant.stopwatch import Stopwatch

__all__ = ["TurnRecord"]


class TurnRecord:
    """Pass events on and keep what an answer needs of them."""

    def __init__(self, *, question: str, emit: Emit, stopwatch: Stopwatch | None = None) -> None:
        """Start the turn's clock."""
        self.question = question
        self.stopwatch = stopwatch or Stopwatch()
        self.gaps: list[str] = []
        self.model: ModelCard | None = None
        self._emit = emit
        self._cpu_started_s = time.process_time()
        self._searches: list[SearchReport] = []
        self._pages: list[PageReport] = []
        self._sentences: list[Sentence] = []
        self._cited: dict[int, Citation] = {}
        self._quotes: list[Citation] = []
        self._passages: dict[str, Passage] = {}
        self._timings = Timings()

    @property
    def elapsed_s(self) -> float:
        """Seconds since the question was asked."""
        return self.stopwatch.elapsed_s

    def emit(self, event: Event) -> None:
        """Keep what the answer needs of an event and pass it on, completed with what a reader needs beside it."""
        event = self._completed(event)
        match event:
            case SourceAnswered(report=found):
                self._searches.append(found)
            case PageRead(report=read, title=title):
                self._pages.append(replace(read, title=read.title or title))
            case QuoteReady(citation=quote):
                self._quotes.append(quote)
                self._note_first(first_useful_s=event.elapsed_s)
            case TokenProduced():
                self._note_first(ttft_s=event.elapsed_s)
            case SentenceChecked(sentence=sentence, citations=citations):
                self._sentences.append(sentence)
                self._cited |= {citation.number: citation for citation in citations}
                self._note_first(first_useful_s=event.elapsed_s, first_sentence_s=event.elapsed_s)
        self._emit(event)

    def _completed(self, event: Event) -> Event:
        """Say of a page who found it, and of a quotation what stands around it."""
        match event:
            case EvidenceSelected(passage=passage):
                self._passages[passage.id] = passage
            case PageRead(report=read):
                return replace(event, report=replace(read, found_by=finders(read.url, self._searches)))
            case QuoteReady(citation=quote):
                return replace(event, citation=self._in_context(quote))
            case SentenceChecked(citations=citations):
                return replace(event, citations=tuple(map(self._in_context, citations)))
        return event

    def _in_context(self, citation: Citation) -> Citation:
        """Put a quotation between the words of its passage."""
        return in_context(citation, self._passages.get(citation.passage))

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage whose duration the answer reports as `<name>_s`."""
        started_s = self.elapsed_s
        try:
            yield
        finally:
            self._note_first(**{f"{name}_s": self.elapsed_s - started_s})

    def _note_first(self, **moments: float) -> None:
        """Keep the first figure of each name."""
        new = {name: value for name, value in moments.items() if getattr(self._timings, name) is None}
        self._timings = replace(self._timings, **new)

    def stopped_answer(self) -> Answer:
        """Tell what was shown before the user stopped the turn."""
        return self._early(AnswerStatus.STOPPED, "stopped before the answer was complete")

    def cut_answer(self, reason: str) -> Answer:
        """Tell what was shown before time ran out: an answer with a gap, the nearest quotations, or a failure."""
        if self._sentences:
            self.gaps.append(reason)
            return self._early(AnswerStatus.ANSWERED, "")
        if self._quotes:
            nearest = tuple(self._quotes[:3])
            return Answer(question=self.question, status=AnswerStatus.ABSTAINED, citations=nearest, reason=reason)
        return self._early(AnswerStatus.FAILED, reason)

    def _early(self, status: AnswerStatus, reason: str) -> Answer:
        """Put the sentences checked so far into an answer."""
        return Answer(
            question=self.question,
            status=status,
            sentences=tuple(self._sentences),
            citations=tuple(self._cited[number] for number in sorted(self._cited)),
            reason=reason,
        )

    def finish(self, answer: Answer) -> Answer:
        """Complete an answer with what the turn recorded, tell it, and return it."""
        complete = replace(
            answer,
            question=self.question,
            citations=tuple(map(self._in_context, answer.citations)),
            searches=tuple(self._searches),
            pages=tuple(self._pages),
            gaps=tuple(dict.fromkeys((*self.gaps, *answer.gaps))),
            timings=self._final_timings(),
            memory_peak_mib=peak_memory_mib(),
            model=self.model,
        )
        self._emit(AnswerFinished(elapsed_s=self.elapsed_s, answer=complete))
        return complete

    def _final_timings(self) -> Timings:
        """Close the clock; a turn that quoted and said nothing has no first useful moment."""
        return replace(self._timings, total_s=self.elapsed_s, cpu_s=time.process_time() - self._cpu_started_s)


def peak_memory_mib() -> float:
    """Return the process's peak resident memory in MiB (kilobytes on Linux, bytes on macOS: getrusage(2))."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)
