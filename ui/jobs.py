"""One turn at work, seen from any thread: its events from the first on, its end, and who is reading.

A job keeps every event so that a page that comes back sees all of it. Leaves running it to `background.py`. Nothing
here touches Streamlit.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from assistant.bundle_json import encode_bundle
from assistant.chats import StoredTurn
from assistant.events import AnswerFinished, Event, PageRead, TokenProduced
from assistant.evidence import Answer, AnswerStatus, QuestionOptions, Turn
from assistant.traces import TraceRecord
from ui.history import History
from ui.turn_state import TurnState

__all__ = ["Job"]


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
    def owner(self) -> str:
        """Whose turn it is."""
        return self._history.owner

    @property
    def is_unkept(self) -> bool:
        """Whether nothing of it may be kept."""
        return bool(self.options and self.options.unkept)

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
