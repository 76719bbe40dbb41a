"""Turns are kept in real time, over parts of a second."""

import asyncio
import time

import httpx
import pytest

from assistant.searching.limits import Turns, WaitsItsTurn
from retrievers import RateLimit, Retriever, SearchHit, SearchQuery

PERIOD_S = 0.05
FAR = float("inf")


def source(name: str = "slow", provider: str = "slow", *, requests: int = 1, at_once: int = 9) -> Retriever:
    async def search(self: Retriever, query: SearchQuery, client: httpx.AsyncClient) -> list[SearchHit]:
        return []

    limit = RateLimit(requests=requests, seconds=PERIOD_S, at_once=at_once)
    return type(
        name, (Retriever,), {"name": name, "provider": provider, "focus": "web", "limit": limit, "search": search}
    )()


async def starts(turns: Turns, *sources: Retriever, ends_at: float | None = None) -> list[float]:
    """Take a turn for each at once, and tell when each began."""
    began: list[float] = []

    async def take(one: Retriever) -> None:
        async with turns.turn(one, time.monotonic() + 60 if ends_at is None else ends_at):
            began.append(time.monotonic())

    await asyncio.gather(*(take(one) for one in sources))
    return began


async def test_searches_follow_one_another_no_faster_than_documented() -> None:
    began = await starts(Turns(), *[source(requests=2)] * 5)
    for earlier, later in zip(began, began[2:], strict=False):
        assert later - earlier >= PERIOD_S * 0.95


async def test_all_sources_of_one_provider_share_its_limit() -> None:
    one, other = await starts(Turns(), source("one", "index"), source("other", "index"))
    assert other - one >= PERIOD_S * 0.95


async def test_another_provider_does_not_wait() -> None:
    turns = Turns()
    await starts(turns, source("one", "index"))
    before = time.monotonic()
    (began,) = await starts(turns, source("other", "another"))
    assert began - before < PERIOD_S / 2


async def test_no_more_are_under_way_than_allowed() -> None:
    turns, one = Turns(), source(requests=99, at_once=2)
    under_way = most = 0

    async def take() -> None:
        nonlocal under_way, most
        async with turns.turn(one, time.monotonic() + 60):
            under_way += 1
            for _ in range(6):  # rounds of the loop, in which all the others could begin
                most = max(most, under_way)
                await asyncio.sleep(0)
            under_way -= 1

    await asyncio.gather(*(take() for _ in range(6)))
    assert most == 2


async def test_a_turn_after_the_deadline_is_refused_at_once_and_leaves_no_trace() -> None:
    turns, one = Turns(), source()
    await starts(turns, one)
    for _ in range(3):
        before = time.monotonic()
        with pytest.raises(
            WaitsItsTurn, match=r"slow: waits its turn \(1 request per 0.05 s, 9 at once\); ask again in"
        ):
            await starts(turns, one, ends_at=before + PERIOD_S / 5)
        assert time.monotonic() - before < PERIOD_S / 2
    began = time.monotonic()
    await starts(turns, one)
    assert time.monotonic() - began < PERIOD_S * 1.5, "those that were refused did not take a turn"


async def test_a_place_that_does_not_come_free_in_time_is_refused() -> None:
    turns, one = Turns(), source(requests=99, at_once=1)
    async with turns.turn(one, time.monotonic() + 60):
        with pytest.raises(WaitsItsTurn):
            await starts(turns, one, ends_at=time.monotonic() + PERIOD_S / 5)


async def test_one_that_is_stopped_while_it_waits_gives_its_turn_back() -> None:
    turns, one = Turns(), source()
    await starts(turns, one)
    waiting = asyncio.create_task(starts(turns, one))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    began = time.monotonic()
    await starts(turns, one)
    assert time.monotonic() - began < PERIOD_S * 1.5
