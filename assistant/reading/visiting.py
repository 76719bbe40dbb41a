"""A page asked for the way a good guest does: by the rules of the house, in turn, and twice at most.

Knows manners. Leaves exchanges to `exchange.py`, rules to `robots.py`, turns to `pace.py` and the whole deadline to
`page_reader.py`, which it asks only whether a wait would fit.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Self

import httpx
import stamina

from assistant.copies import sharing
from assistant.errors import AskedToWait
from assistant.reading.bodies import OF_PAGES, OF_ROBOTS, Bounds
from assistant.reading.cache import DAY_S, PageCache
from assistant.reading.exchange import Document, Downloader, FailedForNow, Found, NotModified, Validators
from assistant.reading.pace import Pace
from assistant.reading.robots import Robots, Rules

__all__ = ["Errand", "Trip", "Visitor"]

MOST_ATTEMPTS = 2
FIRST_WAIT_S, MOST_WAIT_S, JITTER_S = 0.1, 0.5, 0.2
"""Between two attempts at a page that a person waits for."""
TIME_TO_ANSWER_S = 0.5
"""What must be left of a page's time after a wait for the wait to be worth it."""
PAGES_WITHOUT_DELAY = 5
"""Of a host for one question; a person who looks something up opens as many without waiting."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Errand:
    """What the readings for one question have in common: how old a stored page may be, and how often whom we asked."""

    not_before: datetime = field(default_factory=lambda: datetime.now(UTC) - timedelta(seconds=DAY_S))
    visits: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, kw_only=True, slots=True)
class Trip:
    """One page to get: for which errand, until when by the loop's clock, and what is known of it."""

    errand: Errand
    ends_at: float
    known: Validators | None = None
    seen: set[str] = field(default_factory=set)
    """The hosts asked on the way; each counts once."""

    def left_s(self) -> float:
        """The seconds until nobody waits any longer."""
        return self.ends_at - asyncio.get_running_loop().time()


class Visitor:
    """Get documents politely; shared by all readings of one event loop."""

    def __init__(self, downloader: Downloader, cache: PageCache, pace: Pace | None = None) -> None:
        """Take what makes exchanges, the cache, and what keeps requests apart."""
        self._downloader = downloader
        self._cache = cache
        self._robots = Robots(downloader, cache)
        self._pace = pace or Pace()
        stamina.instrumentation.set_on_retry_hooks(())  # by default each retry is a line on standard error

    def unkept(self, cache: PageCache) -> Self:
        """Give a visitor with a memory of its own, who knows which hosts want to be left alone."""
        return sharing(self, _cache=cache, _robots=Robots(self._downloader, cache))

    async def get(self, target: httpx.URL, trip: Trip) -> Document | NotModified:
        """Return what a URL leads to, or the word that it is what it was; every hop keeps the rules of its host."""
        return await self._downloader.follow(target, lambda hop: self._visit(hop, trip))

    async def _visit(self, target: httpx.URL, trip: Trip) -> Found:
        """Ask for one page if its site allows it."""
        await self._refuse_resting(target.host)
        rules = await self._robots.rules(target, lambda hop: self._ask(hop, trip, OF_ROBOTS))
        rules.check(target)
        await self._keep_delay(target.host, rules, trip)
        return await self._ask(target, trip, OF_PAGES)

    async def _refuse_resting(self, host: str) -> None:
        """Raise `AskedToWait` for a host that wants to be left alone, be it that another process was told."""
        left_s = self._pace.resting_s(host)
        if left_s:
            message = f"{host} asked to wait; {left_s:.0f} s are left"
            raise AskedToWait(message, wait_s=left_s)
        if failure := await self._cache.failure(rest_key(host)):
            raise failure.error()

    async def _keep_delay(self, host: str, rules: Rules, trip: Trip) -> None:
        """Keep pages apart as robots.txt asks, from the sixth page of a host on."""
        if host not in trip.seen:
            trip.seen.add(host)
            trip.errand.visits[host] += 1
        apart_s = rules.crawl_delay_s
        if not apart_s or trip.errand.visits[host] <= PAGES_WITHOUT_DELAY:
            return
        wait_s = self._pace.delay_s(host, apart_s, trip.left_s() - TIME_TO_ANSWER_S)
        if wait_s is None:
            message = f"{host} asks for {apart_s:g} s between pages, and {PAGES_WITHOUT_DELAY} of it are read already"
            raise AskedToWait(message, wait_s=apart_s)
        await self._pace.pass_time(wait_s)

    async def _ask(self, target: httpx.URL, trip: Trip, bounds: Bounds) -> Found:
        """Make one exchange in turn, and once more where that may help and time allows."""
        known = trip.known if bounds is OF_PAGES else None
        async for attempt in stamina.retry_context(
            on=worth_another(trip.left_s),
            attempts=MOST_ATTEMPTS,
            timeout=None,
            wait_initial=FIRST_WAIT_S,
            wait_max=MOST_WAIT_S,
            wait_jitter=JITTER_S,
        ):
            with attempt:
                try:
                    async with self._pace.turn(target.host):
                        return await self._downloader.exchange(target, bounds=bounds, known=known)
                except AskedToWait as error:
                    if error.wait_s > trip.left_s() - TIME_TO_ANSWER_S or attempt.num == MOST_ATTEMPTS:
                        self._pace.rest(target.host, error.wait_s)
                        self._cache.keep_failure(rest_key(target.host), error)
                    raise
        raise AssertionError  # the last attempt returns or raises


def worth_another(left_s: Callable[[], float]) -> Callable[[Exception], bool | float]:
    """Tell whether, and after how long, a failed exchange is worth another attempt."""

    def judge(error: Exception) -> bool | float:
        if isinstance(error, AskedToWait):
            return error.wait_s if error.wait_s <= left_s() - TIME_TO_ANSWER_S else False
        return isinstance(error, FailedForNow) and left_s() > MOST_WAIT_S + JITTER_S

    return judge


def rest_key(host: str) -> str:
    """Name the row that says that a host is to be left alone."""
    return f"host {host}"
