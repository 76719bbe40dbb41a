from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing

import pytest

from assistant.models.streaming import stream_from_thread


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(max_workers=1) as executor:
        yield executor


async def test_items_come_in_order(executor: ThreadPoolExecutor) -> None:
    def work(emit: Callable[[int], None], _: threading.Event) -> None:
        for number in range(5):
            emit(number)

    assert [item async for item in stream_from_thread(work, executor)] == [0, 1, 2, 3, 4]


async def test_an_error_comes_after_the_items_before_it(executor: ThreadPoolExecutor) -> None:
    def work(emit: Callable[[int], None], _: threading.Event) -> None:
        emit(1)
        message = "broken"
        raise MemoryError(message)

    items = stream_from_thread(work, executor)
    assert await anext(items) == 1
    with pytest.raises(MemoryError, match="broken"):
        await anext(items)


async def test_leaving_early_tells_the_thread_and_waits_for_it(executor: ThreadPoolExecutor) -> None:
    ended = threading.Event()

    def work(emit: Callable[[int], None], stopped: threading.Event) -> None:
        emit(1)
        stopped.wait(10)
        ended.set()

    async with aclosing(stream_from_thread(work, executor)) as items:  # type: ignore[type-var]
        async for _ in items:
            break
    assert ended.is_set()


async def test_work_that_waits_for_its_turn_is_withdrawn_when_cancelled(executor: ThreadPoolExecutor) -> None:
    free, ran = threading.Event(), []
    executor.submit(free.wait, 10)

    def work(_: Callable[[int], None], __: threading.Event) -> None:
        ran.append(1)

    async def read() -> list[int]:
        return [item async for item in stream_from_thread(work, executor)]

    task = asyncio.create_task(read())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    free.set()
    executor.submit(lambda: None).result()
    assert not ran
