from __future__ import annotations

import asyncio

import pytest

from assistant.reading.pace import Pace, site_of


class Time:
    """A clock that moves only when somebody waits."""

    def __init__(self) -> None:
        self.now = 100.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def pace(time: Time) -> Pace:
    return Pace(time, time.sleep)


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("docs.example.co.uk", "example.co.uk"),
        ("www.example.co.uk", "example.co.uk"),
        ("example.com", "example.com"),
        ("someone.github.io", "github.io"),
        ("127.0.0.1", "127.0.0.1"),
        ("2606:4700::1111", "2606:4700::1111"),
        ("intranet.corp", "intranet.corp"),
    ],
)
def test_a_site_is_what_one_registers(host: str, site: str) -> None:
    assert site_of(host) == site


async def test_a_site_gets_eight_requests_at_once_and_then_four_in_a_second(pace: Pace, time: Time) -> None:
    for host in ("a.example.com", "b.example.com") * 4:
        async with pace.turn(host):
            pass
    assert time.waits == []
    for _ in range(4):
        async with pace.turn("example.com"):
            pass
    assert time.now == pytest.approx(101.0)


async def test_another_site_does_not_wait_for_it(pace: Pace, time: Time) -> None:
    for _ in range(8):
        async with pace.turn("example.com"):
            pass
    async with pace.turn("example.org"):
        pass
    assert time.waits == []


async def test_a_site_has_four_places(pace: Pace) -> None:
    inside, most, leave = 0, 0, asyncio.Event()

    async def visit() -> None:
        nonlocal inside, most
        async with pace.turn("example.com"):
            inside += 1
            most = max(most, inside)
            await leave.wait()
            inside -= 1

    visits = [asyncio.create_task(visit()) for _ in range(6)]
    await asyncio.wait(visits, timeout=0.05)
    leave.set()
    await asyncio.gather(*visits)
    assert most == 4


def test_a_delay_is_counted_from_the_last_page_and_refused_where_it_does_not_fit(pace: Pace, time: Time) -> None:
    assert pace.delay_s("example.com", 2, most_s=5) == 0
    assert pace.delay_s("example.com", 2, most_s=5) == 2
    assert pace.delay_s("example.com", 2, most_s=5) == 4
    assert pace.delay_s("example.com", 2, most_s=5) is None
    time.now += 3
    assert pace.delay_s("example.com", 2, most_s=5) == 3


def test_a_host_rests_for_as_long_as_it_asked(pace: Pace, time: Time) -> None:
    pace.rest("example.com", 10)
    time.now += 4
    assert pace.resting_s("example.com") == 6
    assert pace.resting_s("example.org") == 0
    time.now += 7
    assert pace.resting_s("example.com") == 0
