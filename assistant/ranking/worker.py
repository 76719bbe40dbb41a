"""One thread that does blocking work in order, so that the event loop never waits for it longer than it wants to.

A daemon, because a library that hangs must not keep the process from ending. Knows nothing of the work.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

__all__ = ["Worker", "left"]

Result = TypeVar("Result")


class Worker:
    """Run calls one after the other in a thread of its own, started with the first call."""

    def __init__(self, name: str) -> None:
        """Name the thread; nothing runs yet."""
        self._name = name
        self._calls: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._overdue: Future[Any] | None = None

    @property
    def is_overdue(self) -> bool:
        """Whether a call that nobody waits for any more is still being worked on."""
        return self._overdue is not None and not self._overdue.done()

    async def call(self, work: Callable[[], Result], *, deadline_s: float | None = None) -> Result:
        """Run `work` in the thread and return what it returns; raise `TimeoutError` when it is not done in time.

        Work that has begun runs to its end, work that has not is dropped.
        """
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()
        future: Future[Result] = Future()
        self._calls.put((future, work))
        try:
            async with asyncio.timeout(deadline_s):
                return await asyncio.wrap_future(future)
        except TimeoutError:
            self._overdue = future
            raise

    async def close(self, *, deadline_s: float) -> None:
        """End the thread after the calls made so far, or leave it behind after the deadline."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._calls.put(None)
            await asyncio.to_thread(thread.join, deadline_s)

    def _run(self) -> None:
        while (call := self._calls.get()) is not None:
            future, work = call
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(work())
                except BaseException as error:  # noqa: BLE001 - handed to the caller: Chroma's panics are BaseExceptions
                    future.set_exception(error)
            del call, future, work  # what they hold is not to live until the next call


def left(ends_at: float) -> float:
    """Tell how many seconds are left until a time of the loop's clock, none at the least."""
    return max(0.0, ends_at - asyncio.get_running_loop().time())
