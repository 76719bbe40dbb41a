from __future__ import annotations

from dataclasses import dataclass

import pytest

from assistant.events import AnswerFinished, Event, PageRead, QuoteReady, SentenceChecked, SourceAnswered
from assistant.evidence import (
    Answer,
    AnswerStatus,
    Citation,
    PageReport,
    PageStatus,
    SearchReport,
    Sentence,
    Verdict,
)
from assistant.stopwatch import Stopwatch
from assistant.turn_record import TurnRecord


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now

    def run_out(self, *, after_s: float) -> None:
        self.now += after_s
        raise TimeoutError


def recorded() -> tuple[TurnRecord, list[Event], Clock]:
    clock, events = Clock(), list[Event]()
    return TurnRecord(question="Why?", emit=events.append, stopwatch=Stopwatch(clock=clock)), events, clock


def citation(number: int = 1) -> Citation:
    return Citation(
        number=number,
        url="https://a.example/",
        title="A",
        published=None,
        passage="p",
        quote="Because.",
        start=0,
        end=8,
        support=1.0,
    )


def checked(elapsed_s: float) -> SentenceChecked:
    sentence = Sentence(text="Because.", citations=(1,), verdict=Verdict.SUPPORTED)
    return SentenceChecked(elapsed_s=elapsed_s, sentence=sentence, citations=(citation(),))


def test_a_finished_answer_carries_the_searches_and_pages_of_its_turn() -> None:
    record, events, clock = recorded()
    search = SearchReport(retriever="wikipedia", provider="wikipedia", error="wikipedia: HTTP 503")
    page = PageReport(url="https://a.example/", status=PageStatus.READ)
    record.emit(SourceAnswered(elapsed_s=1, report=search))
    record.emit(PageRead(elapsed_s=2, report=page))
    clock.now += 3
    answer = record.finish(Answer(question="restated", status=AnswerStatus.ABSTAINED))
    assert (answer.question, answer.searches, answer.pages) == ("Why?", (search,), (page,))
    assert answer.timings.total_s == 3
    assert events[-1] == AnswerFinished(elapsed_s=3, answer=answer)


def test_the_first_useful_moment_is_the_first_quotation_or_sentence() -> None:
    record, _, clock = recorded()
    record.emit(QuoteReady(elapsed_s=1.5, citation=citation()))
    record.emit(checked(4.0))
    clock.now += 5
    timings = record.finish(record.stopped_answer()).timings
    assert (timings.first_useful_s, timings.first_sentence_s) == (1.5, 4.0)


def test_a_turn_that_shows_no_text_has_no_first_useful_moment() -> None:
    record, _, clock = recorded()
    clock.now += 2
    timings = record.finish(Answer(question="", status=AnswerStatus.ABSTAINED)).timings
    assert (timings.first_useful_s, timings.total_s) == (None, 2)


def test_a_turn_that_abstains_shows_something_useful_with_its_nearest_quotation() -> None:
    record, _, clock = recorded()
    record.emit(QuoteReady(elapsed_s=1.5, citation=citation()))
    clock.now += 4
    timings = record.finish(Answer(question="", status=AnswerStatus.ABSTAINED)).timings
    assert (timings.first_useful_s, timings.total_s) == (1.5, 4)


def test_a_stopped_turn_keeps_its_checked_sentences() -> None:
    record, _, _ = recorded()
    record.emit(checked(1.0))
    answer = record.stopped_answer()
    assert answer.status is AnswerStatus.STOPPED
    assert answer.text == "Because."
    assert [cited.number for cited in answer.citations] == [1]


def test_a_turn_cut_after_a_sentence_is_answered_with_a_gap() -> None:
    record, _, _ = recorded()
    record.emit(checked(1.0))
    answer = record.finish(record.cut_answer("time is up"))
    assert (answer.status, answer.gaps) == (AnswerStatus.ANSWERED, ("time is up",))


def test_a_turn_cut_before_any_sentence_abstains_with_the_nearest_quotations() -> None:
    record, _, _ = recorded()
    record.emit(QuoteReady(elapsed_s=1, citation=citation()))
    answer = record.cut_answer("time is up")
    assert (answer.status, answer.reason) == (AnswerStatus.ABSTAINED, "time is up")
    assert answer.citations == (citation(),)


def test_a_turn_cut_with_nothing_to_show_failed() -> None:
    record, _, _ = recorded()
    assert record.cut_answer("time is up").status is AnswerStatus.FAILED


def test_a_stage_is_timed_even_when_it_fails() -> None:
    record, _, clock = recorded()
    with pytest.raises(TimeoutError), record.stage("search"):
        clock.run_out(after_s=2)
    assert record.finish(record.stopped_answer()).timings.search_s == 2
