import asyncio

import pytest

from assistant.flights import Flights


class Errand:
    """Counts how often it is run, and ends when let."""

    def __init__(self) -> None:
        self.begun = 0
        self.was_cancelled = False
        self.may_end = asyncio.Event()

    async def __call__(self) -> str:
        self.begun += 1
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.was_cancelled = True
            raise
        return f"found {self.begun}"


async def started(*tasks: asyncio.Task[str]) -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def test_equal_errands_at_one_time_are_one() -> None:
    flights, errand = Flights[str](), Errand()
    waiting = [asyncio.create_task(flights.join("key", errand)) for _ in range(3)]
    await started()
    errand.may_end.set()
    assert await asyncio.gather(*waiting) == ["found 1"] * 3
    assert await flights.join("key", errand) == "found 2", "what has ended is begun anew"


async def test_different_errands_are_not_shared() -> None:
    flights, errand = Flights[str](), Errand()
    errand.may_end.set()
    await asyncio.gather(flights.join("one", errand), flights.join("other", errand))
    assert errand.begun == 2


async def test_one_who_leaves_takes_it_from_nobody() -> None:
    flights, errand = Flights[str](), Errand()
    leaves, stays = (asyncio.create_task(flights.join("key", errand)) for _ in range(2))
    await started()
    leaves.cancel()
    await asyncio.gather(leaves, return_exceptions=True)
    errand.may_end.set()
    assert await stays == "found 1"


async def test_the_last_to_leave_calls_it_off() -> None:
    flights, errand = Flights[str](), Errand()
    waiting = [asyncio.create_task(flights.join("key", errand)) for _ in range(2)]
    await started()
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert errand.was_cancelled
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_failure_reaches_all_who_wait() -> None:
    async def fail() -> str:
        await asyncio.sleep(0)
        raise KeyError("x")

    flights = Flights[str]()
    results = await asyncio.gather(*(flights.join("key", fail) for _ in range(2)), return_exceptions=True)
    assert [type(result) for result in results] == [KeyError, KeyError]
    with pytest.raises(KeyError):
        await flights.join("key", fail)
