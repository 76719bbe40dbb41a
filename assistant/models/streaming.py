"""Carry what a worker thread produces into an event loop, item by item, and stopping back into the thread.

Knows threads and queues. Knows nothing of models.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import TypeVar

__all__ = ["Done", "Withdraw", "stream_events", "stream_from_thread"]

STOP_DEADLINE_S = 2.0
"""How long a consumer that stops waits for the thread: a layer of a large model on a slow CPU, several times over."""

Item = TypeVar("Item")
Done = Callable[[BaseException | None], None]
Withdraw = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception on its way out of the thread."""

    error: BaseException


@dataclass(frozen=True, slots=True)
class End:
    """Nothing more will come."""


async def stream_from_thread(
    work: Callable[[Callable[[Item], None], threading.Event], None], executor: Executor
) -> AsyncIterator[Item]:
    """Run `work(emit, stopped)` in the executor and yield what it emits.

    What it raises is raised here. However this generator is left, `stopped` is set; work that still waits for its turn
    in the executor is withdrawn. Close it with `aclosing`.
    """

    def begin(emit: Callable[[Item], None], stopped: threading.Event, done: Done) -> Withdraw:
        def run() -> None:
            error: BaseException | None = None
            try:
                if not stopped.is_set():
                    work(emit, stopped)
            except BaseException as raised:  # noqa: BLE001 - it is raised again where the consumer waits
                error = raised
            done(error)

        return executor.submit(run).cancel

    async with aclosing(stream_events(begin)) as items:  # type: ignore[type-var]  # an async generator
        async for item in items:
            yield item


async def stream_events(
    begin: Callable[[Callable[[Item], None], threading.Event, Done], Withdraw],
) -> AsyncIterator[Item]:
    """Call `begin(emit, stopped, done)` in this thread, and yield what is emitted in any until `done` is called.

    An error given to `done` is raised here. However this generator is left, `stopped` is set, and what `begin` returned
    is asked to withdraw the work: True if it never began. Close it with `aclosing`.
    """
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[Item | Failure | End] = asyncio.Queue()
    stopped = threading.Event()

    def put(item: Item | Failure | End) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody listens any more
            loop.call_soon_threadsafe(queue.put_nowait, item)

    def done(error: BaseException | None) -> None:
        put(End() if error is None else Failure(error))

    withdraw = begin(put, stopped, done)
    ended = False
    try:
        while not ended:
            item = await queue.get()
            ended = isinstance(item, End | Failure)
            if isinstance(item, Failure):
                raise item.error
            if not isinstance(item, End):
                yield item
    finally:
        stopped.set()
        if not withdraw() and not ended:
            await drain(queue)


async def drain(queue: asyncio.Queue[Item | Failure | End]) -> None:
    """Wait, not for ever, until the thread has stopped: the next user of the model should find it free."""
    with suppress(TimeoutError):
        async with asyncio.timeout(STOP_DEADLINE_S):
            while not isinstance(await queue.get(), End | Failure):
                pass
