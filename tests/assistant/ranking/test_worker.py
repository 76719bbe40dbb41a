"""One thread for blocking work, and things that are prepared once."""

from __future__ import annotations

import asyncio
import threading

import pytest

from assistant.ranking.preparation import Preparation
from assistant.ranking.worker import Worker


async def test_work_runs_in_one_thread_beside_the_loop() -> None:
    worker = Worker("w")
    first = await worker.call(threading.get_ident)
    assert first == await worker.call(threading.get_ident) != threading.get_ident()
    await worker.close(deadline_s=5)


async def test_what_the_work_raises_reaches_the_caller() -> None:
    class Panic(BaseException):
        pass

    def fail() -> None:
        raise Panic

    worker = Worker("w")
    with pytest.raises(Panic):
        await worker.call(fail)
    assert await worker.call(lambda: 1) == 1
    await worker.close(deadline_s=5)


async def test_overdue_work_is_told_and_finishes_in_its_own_time() -> None:
    worker, go = Worker("w"), threading.Event()
    with pytest.raises(TimeoutError):
        await worker.call(go.wait, deadline_s=0.01)
    assert worker.is_overdue
    go.set()
    assert await worker.call(lambda: "next", deadline_s=5) == "next"
    assert not worker.is_overdue
    await worker.close(deadline_s=5)


async def test_work_that_was_given_up_before_it_began_is_dropped() -> None:
    worker, go, ran = Worker("w"), threading.Event(), []
    blocking = asyncio.create_task(worker.call(go.wait))
    await asyncio.sleep(0)
    with pytest.raises(TimeoutError):
        await worker.call(lambda: ran.append(1), deadline_s=0.01)
    go.set()
    await blocking
    await worker.close(deadline_s=5)
    assert not ran


async def test_closing_leaves_a_hanging_thread_behind() -> None:
    worker, go = Worker("w"), threading.Event()
    with pytest.raises(TimeoutError):
        await worker.call(go.wait, deadline_s=0.01)
    await worker.close(deadline_s=0.01)
    go.set()


async def test_a_preparation_runs_once_for_all_who_wait() -> None:
    runs = []

    async def work() -> None:
        runs.append(1)

    preparation = Preparation(work)
    assert await asyncio.gather(preparation.ready(), preparation.ready(within_s=5)) == [True, True]
    assert runs == [1]


async def test_a_preparation_goes_on_when_nobody_waits_any_more() -> None:
    go = asyncio.Event()
    preparation = Preparation(go.wait)
    assert not await preparation.ready(within_s=0)
    go.set()
    assert await preparation.ready()


async def test_a_failed_preparation_tells_and_is_tried_again() -> None:
    outcomes = [ValueError("broken"), None]

    async def work() -> None:
        if error := outcomes.pop(0):
            raise error

    preparation = Preparation(work)
    with pytest.raises(ValueError, match="broken"):
        await preparation.ready()
    assert await preparation.ready()
