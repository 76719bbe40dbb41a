"""Turns: no provider is asked more often than it documents, over all questions of this machine.

Knows when the next turn is. Leaves waiting no longer than useful to whoever says until when. Counts searches, so a
source that makes several requests for one search states its limit accordingly.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from assistant.searching.departures import Departures
from retrievers import RateLimit, RateLimited, Retriever

__all__ = ["Turns", "WaitsItsTurn"]


class WaitsItsTurn(RateLimited):
    """Say that we ourselves hold a source back, so that its provider need not."""


class Turns:
    """Keep every provider's limit; used from one event loop."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with nobody asked; `clock` counts seconds."""
        self._clock = clock
        self._lanes: dict[str, Lane] = {}
        self._departures = Departures()

    @asynccontextmanager
    async def turn(self, source: Retriever, ends_at: float, place: int = 0) -> AsyncIterator[None]:
        """Wait for a turn and hold it; raise `WaitsItsTurn` at once where it would come after `ends_at`.

        `place` is the source's place in its question, by which those leave who may leave at once.
        """
        lane = self._lanes.setdefault(source.provider, Lane(source.limit))
        start = lane.reserve(self._clock())
        try:
            if start >= ends_at:
                raise waits(source, start - self._clock())
            await asyncio.sleep(start - self._clock())
            async with asyncio.timeout(ends_at - self._clock()):
                await lane.places.acquire()
        except TimeoutError as error:
            raise waits(source, None) from error
        finally:
            lane.reserved.remove(start)
        try:
            await self._keep_pace(lane, source, ends_at)
            await self._departures.leave(place)
            yield
        finally:
            lane.places.release()

    async def _keep_pace(self, lane: Lane, source: Retriever, ends_at: float) -> None:
        """Wait once more where a place came free so late that searches would follow one another too fast."""
        while (next_at := lane.next_after(lane.started)) > (now := self._clock()):
            if next_at >= ends_at:
                raise waits(source, next_at - now)
            await asyncio.sleep(next_at - now)
        lane.started.append(now)


class Lane:
    """The turns of one provider: when searches started, when the waiting ones will, and how many places are free."""

    def __init__(self, limit: RateLimit) -> None:
        """Take what the provider allows."""
        self._limit = limit
        self.started: deque[float] = deque(maxlen=limit.requests)
        self.reserved: list[float] = []
        self.places = asyncio.Semaphore(limit.at_once)

    def reserve(self, now: float) -> float:
        """Return when one more search may start, after all that started or wait, and keep it that time."""
        start = max(now, self.next_after(sorted((*self.started, *self.reserved))))
        self.reserved.append(start)
        return start

    def next_after(self, starts: Sequence[float]) -> float:
        """Return when a search may follow those that started at these times, in order."""
        return starts[-self._limit.requests] + self._limit.seconds if len(starts) >= self._limit.requests else 0.0


def waits(source: Retriever, wait_s: float | None) -> WaitsItsTurn:
    """Word the report of a source that is held back."""
    limit = source.limit
    pace = f"{limit.requests} request{'s' * (limit.requests > 1)} per {limit.seconds:g} s, {limit.at_once} at once"
    when = f"in {wait_s:.0f} s" if wait_s and wait_s >= 1 else "in a moment"
    message = f"{source.name}: waits its turn ({pace}); ask again {when}"
    return WaitsItsTurn(message, retry_after_s=wait_s)
