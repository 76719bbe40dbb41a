"""The one crossing from the page's threads to the engine's event loop.

Knows threads, jobs and when a job must end: it is cancelled, its readers are gone, or its work is done. A job is one
turn; it keeps every event so that a page that comes back sees all of it. Nothing here touches Streamlit.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Protocol

from assistant.bundle_json import encode_bundle
from assistant.chats import StoredTurn
from assistant.errors import FootnoteError, QuestionInvalid
from assistant.events import AnswerFinished, Emit, Event, PageRead, SentenceChecked, TokenProduced
from assistant.evidence import Answer, AnswerStatus, ModelCard, QuestionOptions, Turn
from assistant.traces import TraceRecord
from ui.history import History
from ui.turn_state import TurnState

__all__ = ["Answering", "Engine", "Job"]

log = logging.getLogger(__name__)

GRACE_S = 15.0
"""How long a turn goes on without a reader: time enough to reload a page on a slow machine."""
WATCH_EVERY_S = 0.5
JOBS_REMEMBERED = 50
CLOSING_S = 5.0


class Answering(Protocol):
    """What the page needs of an `Assistant`."""

    async def answer(
        self, question: str, *, options: QuestionOptions | None = None, history: Sequence[Turn] = (), emit: Emit
    ) -> Answer:
        """Answer a question."""

    async def warm(self) -> None:
        """Load what the first question would wait for."""

    def model_card(self, name: str | None = None) -> ModelCard | None:
        """Tell which model is loaded under a name."""

    def model_problem(self, name: str | None = None) -> str:
        """Tell why there is none."""


class Job:
    """One turn at work, seen from any thread."""

    def __init__(
        self, turn: StoredTurn, history: History, options: QuestionOptions | None = None, past: Sequence[Turn] = ()
    ) -> None:
        """Begin with no event."""
        self.turn = turn
        self.options = options
        self.answer: Answer | None = None
        self.refusal = ""
        """Why the question was not asked, in one line."""
        self.task: asyncio.Task[None] | None = None
        self._started_at = time.monotonic()
        self._history = history
        self._state = TurnState(question=turn.question)
        self._trace = TraceRecord(options=options or QuestionOptions(), history=past)
        self._events: list[Event] = []
        self._ended = False
        self._changed = threading.Condition()
        self._readers: dict[str, Callable[[], bool]] = {}
        self._last_read_at = time.monotonic()

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self._ended

    @property
    def elapsed_s(self) -> float:
        """Seconds since the job began."""
        return time.monotonic() - self._started_at

    def batches(self, *, poll_s: float, calm_s: float = 0.0) -> Iterator[tuple[Event, ...]]:
        """Yield every event from the first on, all that there are at once; an empty batch each `poll_s` of silence.

        What comes within `calm_s` of the batch before is gathered into one: readers see no more, and drawing costs.
        """
        seen, calm_at = 0, 0.0
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._ended, max(calm_at - time.monotonic(), 0.0))
            calm_at = time.monotonic() + calm_s
            with self._changed:
                if len(self._events) == seen and not self._ended:
                    self._changed.wait(poll_s)
                fresh, ended = tuple(self._events[seen:]), self._ended
            seen += len(fresh)
            if fresh or not ended:
                yield fresh
            if ended:
                return

    def attend(self, reader: str, is_reading: Callable[[], bool]) -> None:
        """Name a reader: while none of them is reading, the job's time runs out."""
        self._readers[reader] = is_reading

    def cancel(self, *, wait_s: float = 0.0) -> None:
        """Stop the job and wait a moment for its end; what was shown is kept."""
        if (task := self.task) and not self._ended:
            task.get_loop().call_soon_threadsafe(task.cancel)
        with self._changed:
            self._changed.wait_for(lambda: self._ended, wait_s)

    def unread_for_s(self) -> float:
        """Tell how long nobody has been reading."""
        if any(is_reading() for is_reading in tuple(self._readers.values())):
            self._last_read_at = time.monotonic()
        return time.monotonic() - self._last_read_at

    def emit(self, event: Event) -> None:
        """Take an event from the engine's loop."""
        if isinstance(event, TokenProduced):
            return
        self._state.apply(event)
        self._trace(event)
        if isinstance(event, AnswerFinished):
            self.answer = event.answer
        if isinstance(event, PageRead):
            event = replace(event, page=None)  # its text is for the trace: jobs are remembered for long
        with self._changed:
            self._events.append(event)
            self._changed.notify_all()

    def cut_short(self, status: AnswerStatus, reason: str) -> None:
        """End without the engine's own last word, with what was shown so far."""
        if self.answer is None:
            self.emit(AnswerFinished(elapsed_s=self.elapsed_s, answer=self._state.ended_early(status, reason)))

    def keep(self) -> None:
        """Write down how the turn ended; a refused one stays open until a page has given the question back."""
        if self.answer:
            self._history.close_turn(self.turn, self.answer)
        if trace := self._trace.trace():
            self._history.keep_trace(self.turn, encode_bundle(trace))
        self._trace = TraceRecord(options=self._trace.options)

    async def keep_partial(self) -> None:
        """Write down what was shown so far."""
        shown = self._state.ended_early(AnswerStatus.STOPPED, "")
        await asyncio.to_thread(self._history.keep_partial, self.turn, shown)

    def end(self) -> None:
        """Tell every reader that nothing more comes."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()


class Engine:
    """Hold one `Assistant` on an event loop of its own and run turns there, until closed."""

    def __init__(
        self, open_assistant: Callable[[], AbstractAsyncContextManager[Answering]], *, grace_s: float = GRACE_S
    ) -> None:
        """Start the thread; the assistant opens and its models load in the background."""
        self.problem = ""
        """Why no question can be answered at all, in one line."""
        self._open_assistant = open_assistant
        self._grace_s = grace_s
        self._assistant: Answering | None = None
        self._jobs: dict[str, Job] = {}
        self._loop: asyncio.AbstractEventLoop
        self._opened: asyncio.Event
        self._closing: asyncio.Event
        started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(started)), name="engine", daemon=True)
        self._thread.start()
        started.wait()

    def start(
        self, turn: StoredTurn, past: Sequence[Turn], history: History, options: QuestionOptions | None = None
    ) -> Job:
        """Begin to answer a turn that is already written down."""
        job = Job(turn, history, options, past)
        for old in [known for known, at_work in self._jobs.items() if at_work.ended][:-JOBS_REMEMBERED]:
            del self._jobs[old]
        self._jobs[turn.id] = job
        asyncio.run_coroutine_threadsafe(self._begin(job, past), self._loop).result()
        return job

    def job(self, turn_id: str) -> Job | None:
        """Find the job of a turn that this process began."""
        return self._jobs.get(turn_id)

    def model_card(self, name: str | None = None) -> ModelCard | None:
        """Tell which model is loaded under a name (None: the default), None while there is none."""
        return self._assistant.model_card(name) if self._assistant else None

    def model_problem(self, name: str | None = None) -> str:
        """Tell why no model writes; empty while nothing is wrong."""
        return self._assistant.model_problem(name) if self._assistant else ""

    def close(self, timeout_s: float = CLOSING_S) -> bool:
        """Stop every job, close the assistant, and tell whether all was over in time."""
        with contextlib.suppress(RuntimeError):  # the loop is closed already
            self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    async def _serve(self, started: threading.Event) -> None:
        """Keep the assistant open until told to close."""
        self._loop = asyncio.get_running_loop()
        self._opened, self._closing = asyncio.Event(), asyncio.Event()
        started.set()
        try:
            async with self._open_assistant() as assistant:
                self._assistant = assistant
                self._opened.set()
                warming = asyncio.create_task(assistant.warm())
                await self._closing.wait()
                await self._stop_all(warming)
        except FootnoteError as error:
            await self._refuse_all(str(error))
        except Exception as error:  # whatever breaks the engine must reach the page as a line
            log.exception("the engine broke")
            await self._refuse_all(f"an unexpected fault: {error!r}; please report it")

    async def _refuse_all(self, problem: str) -> None:
        """Live on without an assistant, so that each question ends and says why."""
        self.problem = problem
        self._assistant = None
        self._opened.set()
        await self._closing.wait()
        await self._stop_all()

    async def _stop_all(self, *others: asyncio.Task[None]) -> None:
        """Cancel every task and let it put away what it has."""
        tasks = [job.task for job in self._jobs.values() if job.task and not job.task.done()]
        for task in (*tasks, *others):
            task.cancel()
        await asyncio.gather(*tasks, *others, return_exceptions=True)

    async def _begin(self, job: Job, past: Sequence[Turn]) -> None:
        """Make the task of a job and let it begin: one that is cancelled before its first step never runs its end."""
        job.task = asyncio.create_task(self._work(job, past))
        await asyncio.sleep(0)

    async def _work(self, job: Job, past: Sequence[Turn]) -> None:
        """Answer one turn, watched, and see that it ends and is written down whatever happens."""
        watch = asyncio.create_task(self._cancel_when_unread(job))
        try:
            await self._answer(job, past)
        except QuestionInvalid as error:
            job.refusal = str(error)
        except asyncio.CancelledError:
            job.cut_short(AnswerStatus.STOPPED, "")
            raise
        except Exception as error:  # a fault of ours must end the turn, not hang it
            log.exception("a turn failed")
            job.cut_short(AnswerStatus.FAILED, f"an unexpected fault: {error!r}; please report it")
        finally:
            watch.cancel()
            try:
                await asyncio.to_thread(job.keep)
            finally:
                job.end()

    async def _answer(self, job: Job, past: Sequence[Turn]) -> None:
        """Hand a turn to the assistant once it is open; keep what is shown as it is shown."""
        await self._opened.wait()
        if self._assistant is None:
            job.cut_short(AnswerStatus.FAILED, self.problem)
            return
        kept: set[asyncio.Task[None]] = set()

        def emit(event: Event) -> None:
            job.emit(event)
            if isinstance(event, SentenceChecked):
                kept.add(asyncio.create_task(job.keep_partial()))

        answer = await self._assistant.answer(job.turn.question, options=job.options, history=past, emit=emit)
        await asyncio.gather(*kept)
        if job.answer is None:
            job.emit(AnswerFinished(elapsed_s=job.elapsed_s, answer=answer))

    async def _cancel_when_unread(self, job: Job) -> None:
        """Stop a job that nobody has been reading for a while: its page was closed."""
        while job.unread_for_s() <= self._grace_s:  # noqa: ASYNC110 - what is waited for is time
            await asyncio.sleep(min(WATCH_EVERY_S, self._grace_s))
        job.cancel()
