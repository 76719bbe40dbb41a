"""The one crossing from the page's threads to the engine's event loop.

Knows threads, whose a job is, and when it must end: it is cancelled, its readers are gone, or its work is done. Nothing
here touches Streamlit.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from assistant.chats import LOCAL, StoredTurn
from assistant.errors import FootnoteError, QuestionInvalid
from assistant.events import AnswerFinished, Emit, Event, SentenceChecked
from assistant.evidence import Answer, AnswerStatus, ModelCard, QuestionOptions, Turn
from assistant.faults import log_of, silent_about_words
from ui.history import History
from ui.jobs import Job

__all__ = ["Answering", "Engine", "Job"]

log = log_of(__name__)

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

    def forget_files(self, paths: Iterable[str]) -> None:
        """Let go of what is held of attached files."""

    def model_card(self, name: str | None = None) -> ModelCard | None:
        """Tell which model is loaded under a name."""

    def model_problem(self, name: str | None = None) -> str:
        """Tell why there is none."""


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

    def job(self, turn_id: str, *, owner: str = LOCAL) -> Job | None:
        """Find the job of a turn that this process began for an owner."""
        job = self._jobs.get(turn_id)
        return job if job and job.owner == owner else None

    def forget(self, turn_id: str) -> None:
        """Know nothing more of a turn, and stop it if it is still at work."""
        if job := self._jobs.pop(turn_id, None):
            job.cancel()

    def forget_files(self, paths: Iterable[str]) -> None:
        """Let go of what is held of attached files, after the work that is being done."""
        gone = tuple(paths)
        if gone and (assistant := self._assistant):
            with contextlib.suppress(RuntimeError):  # the loop is closed already
                self._loop.call_soon_threadsafe(assistant.forget_files, gone)

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
        with silent_about_words(silent=job.is_unkept):
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
                if job.is_unkept and not job.refusal:  # its page holds what there is to know
                    self._jobs.pop(job.turn.id, None)

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
