"""The order in which requests leave when many questions are asked at once.

One leaves at each round of the event loop, so that a crowd that sets out does not hold up answers that come back; and
the best source of every question goes before the second-best of any, so that each question soon has something. Knows
nothing of sources and limits.
"""

from __future__ import annotations

import asyncio
import heapq
from itertools import count

__all__ = ["Departures"]


class Departures:
    """Let one out after the other; used from one event loop."""

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = count()
        self._is_open = False

    async def leave(self, place: int) -> None:
        """Wait until it is one's turn: those of a lower place first, then those who came first."""
        loop = asyncio.get_running_loop()
        leaves: asyncio.Future[None] = loop.create_future()
        heapq.heappush(self._waiting, (place, next(self._numbers), leaves))
        if not self._is_open:
            self._is_open = True
            loop.call_soon(self._let_out, loop)
        await leaves

    def _let_out(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let out the next who still waits, and come back in the next round while there are others."""
        while self._waiting:
            _, _, leaves = heapq.heappop(self._waiting)
            if not leaves.done():
                leaves.set_result(None)
                loop.call_soon(self._let_out, loop)
                return
        self._is_open = False
