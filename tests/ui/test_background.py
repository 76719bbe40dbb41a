"""A turn always ends, is always written down, and never depends on the page that began it."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import pytest

from assistant.chats import TurnState
from assistant.errors import SettingsInvalid
from assistant.events import AnswerFinished, Emit, SentenceChecked
from assistant.evidence import Answer, AnswerStatus, QuestionOptions, Turn
from tests.ui.scripted import CARD, ScriptedAssistant, opened
from ui.background import Engine, Job
from ui.history import History

PATIENCE_S = 10.0
Ask = Callable[..., Job]


class Silent(ScriptedAssistant):
    """Answer without an event, or fail in a way that no engine should."""

    async def answer(
        self, question: str, *, options: QuestionOptions | None = None, history: Sequence[Turn] = (), emit: Emit
    ) -> Answer:
        del options, history, emit
        if "break" in question:
            message = "the engine is on fire"
            raise ZeroDivisionError(message)
        return Answer(question=question, status=AnswerStatus.ANSWERED)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    found = History(tmp_path / "chats.sqlite3")
    yield found
    found.close()


@pytest.fixture
def engines() -> Iterator[Callable[..., Engine]]:
    with ExitStack() as stack:

        def make(assistant: ScriptedAssistant, **options: float) -> Engine:
            engine = Engine(lambda: opened(assistant), **options)
            stack.callback(engine.close)
            return engine

        yield make


def start(engine: Engine, history: History, question: str, past: Sequence[Turn] = ()) -> Job:
    return engine.start(history.open_turn(question, None), past, history)


def play(job: Job) -> list[object]:
    return [event for batch in job.batches(poll_s=0.05) for event in batch]


def wait_for_sentence(job: Job) -> None:
    for batch in job.batches(poll_s=0.05):
        if any(isinstance(event, SentenceChecked) for event in batch):
            return


def kept(history: History, job: Job) -> tuple[TurnState, Answer | None]:
    (turn,) = history.turns(job.turn.chat_id)
    return turn.state, turn.answer


def test_a_turn_ends_with_its_answer_and_is_written_down(engines: Callable[..., Engine], history: History) -> None:
    job = start(engines(ScriptedAssistant()), history, "How?")
    last = play(job)[-1]
    assert isinstance(last, AnswerFinished)
    state, answer = kept(history, job)
    assert state is TurnState.CLOSED
    assert answer
    assert answer.status is AnswerStatus.ANSWERED
    assert [said.text for said in answer.sentences] == [said.text for said in last.answer.sentences]


def test_a_page_that_comes_back_sees_every_event_again(engines: Callable[..., Engine], history: History) -> None:
    engine = engines(ScriptedAssistant())
    job = start(engine, history, "How?")
    first = play(job)
    assert engine.job(job.turn.id) is job
    assert play(job) == first


def test_two_readers_see_the_same(engines: Callable[..., Engine], history: History) -> None:
    job = start(engines(ScriptedAssistant(pace_s=0.01)), history, "How?")
    seen: list[list[object]] = []
    readers = [threading.Thread(target=lambda: seen.append(play(job))) for _ in range(2)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(PATIENCE_S)
    assert seen[0] == seen[1]


def test_silence_yields_an_empty_batch(engines: Callable[..., Engine], history: History) -> None:
    job = start(engines(ScriptedAssistant(pace_s=60)), history, "How?")
    assert next(job.batches(poll_s=0.01)) == ()
    job.cancel(wait_s=PATIENCE_S)


def test_stop_ends_the_turn_all_the_way_down_and_keeps_what_was_shown(
    engines: Callable[..., Engine], history: History
) -> None:
    assistant = ScriptedAssistant()
    job = start(engines(assistant), history, "an endless question")
    wait_for_sentence(job)
    job.cancel(wait_s=PATIENCE_S)
    assert job.ended
    assert assistant.cancelled == ["an endless question"]
    state, answer = kept(history, job)
    assert state is TurnState.CLOSED
    assert answer
    assert answer.status is AnswerStatus.STOPPED
    assert len(answer.sentences) == 1


def test_stop_before_the_assistant_is_open_ends_the_turn(history: History) -> None:
    release = threading.Event()

    @asynccontextmanager
    async def slowly() -> AsyncIterator[ScriptedAssistant]:
        import asyncio  # noqa: PLC0415 - used in this corner only

        await asyncio.to_thread(release.wait, PATIENCE_S)
        yield ScriptedAssistant()

    engine = Engine(slowly)
    job = start(engine, history, "How?")
    job.cancel(wait_s=PATIENCE_S)
    release.set()
    assert kept(history, job)[0] is TurnState.CLOSED
    assert engine.close()


def test_a_turn_whose_page_is_closed_is_cancelled(engines: Callable[..., Engine], history: History) -> None:
    assistant = ScriptedAssistant()
    job = start(engines(assistant, grace_s=0.05), history, "an endless question")
    job.attend("tab", lambda: False)
    play(job)
    assert assistant.cancelled == ["an endless question"]


def test_a_turn_with_a_reader_goes_on_and_ends_when_the_last_one_leaves(
    engines: Callable[..., Engine], history: History
) -> None:
    assistant = ScriptedAssistant()
    job = start(engines(assistant, grace_s=0.05), history, "an endless question")
    looked = threading.Event()
    leaves = threading.Event()

    def is_reading() -> bool:
        if leaves.is_set():
            return False
        looked.set()
        return True

    job.attend("first tab", lambda: False)
    job.attend("second tab", is_reading)
    assert looked.wait(PATIENCE_S)
    assert not job.ended
    leaves.set()
    play(job)
    assert assistant.cancelled


def test_what_was_shown_is_written_down_before_the_turn_ends(engines: Callable[..., Engine], history: History) -> None:
    job = start(engines(ScriptedAssistant(pace_s=0.01)), history, "an endless question")
    shown = None
    for _ in job.batches(poll_s=0.02):
        state, shown = kept(history, job)
        if shown:
            break
    assert state is TurnState.OPEN
    assert shown
    assert len(shown.sentences) == 1
    job.cancel(wait_s=PATIENCE_S)


def test_a_refused_question_says_why_and_stays_until_it_is_given_back(
    engines: Callable[..., Engine], history: History
) -> None:
    job = start(engines(ScriptedAssistant()), history, "x" * 5000)
    assert play(job) == []
    assert "5,000 characters" in job.refusal
    assert kept(history, job) == (TurnState.OPEN, None)


def test_an_assistant_that_cannot_open_fails_each_turn_with_its_reason(history: History) -> None:
    @asynccontextmanager
    async def refusing() -> AsyncIterator[ScriptedAssistant]:
        message = "/data: cannot be written; name another folder in FOOTNOTE_DATA_DIR"
        raise SettingsInvalid(message)
        yield

    engine = Engine(refusing)
    jobs = [start(engine, history, question) for question in ("one?", "two?")]
    for job in jobs:
        play(job)
        answer = kept(history, job)[1]
        assert answer
        assert (answer.status, answer.reason) == (AnswerStatus.FAILED, engine.problem)
    assert "FOOTNOTE_DATA_DIR" in engine.problem
    assert engine.close()


def test_a_fault_of_the_engine_ends_the_turn_and_says_so(
    engines: Callable[..., Engine], history: History, caplog: pytest.LogCaptureFixture
) -> None:
    job = start(engines(Silent()), history, "break!")
    play(job)
    assert job.answer
    assert job.answer.status is AnswerStatus.FAILED
    assert "on fire" in job.answer.reason
    assert "a turn failed" in caplog.text


def test_an_answer_without_a_last_event_still_ends_the_turn(engines: Callable[..., Engine], history: History) -> None:
    job = start(engines(Silent()), history, "quietly")
    (last,) = play(job)
    assert isinstance(last, AnswerFinished)


def test_closing_the_engine_stops_what_is_at_work_and_writes_it_down(history: History) -> None:
    assistant = ScriptedAssistant()
    engine = Engine(lambda: opened(assistant))
    job = start(engine, history, "an endless question")
    wait_for_sentence(job)
    assert engine.close()
    assert job.ended
    assert kept(history, job)[0] is TurnState.CLOSED


def test_the_model_is_told_once_the_assistant_is_open(engines: Callable[..., Engine], history: History) -> None:
    engine = engines(ScriptedAssistant(problem="no model"))
    play(start(engine, history, "How?"))
    assert engine.model_card() == CARD
    assert engine.model_problem() == "no model"


def test_past_turns_reach_the_assistant(engines: Callable[..., Engine], history: History) -> None:
    assistant = ScriptedAssistant()
    past = [Turn(question="What is VACUUM?", answer="It reclaims storage.")]
    play(start(engines(assistant), history, "And FULL?", past))
    assert assistant.asked == [("And FULL?", tuple(past))]


def test_what_comes_close_together_is_read_at_once(engines: Callable[..., Engine], history: History) -> None:
    job = start(engines(ScriptedAssistant(pace_s=0.002)), history, "How do I add a retriever?")
    batches = [batch for batch in job.batches(poll_s=0.05, calm_s=PATIENCE_S) if batch]
    assert len(batches) <= 2, "what there was at first, and at the end all the rest"
    assert sum(map(len, batches)) == len(play(job))
    assert isinstance(batches[-1][-1], AnswerFinished)
