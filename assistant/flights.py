"""One errand for all who want the same thing at the same time.

Knows who waits. An errand goes on while anybody does: cancelling one waiter leaves the others theirs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

__all__ = ["Flights"]

Found = TypeVar("Found")


@dataclass(slots=True)
class Flight(Generic[Found]):
    """One errand and how many wait for it."""

    task: asyncio.Task[Found]
    waiting: int = 0


class Flights(Generic[Found]):
    """Share what is under way, by key; used from one event loop."""

    def __init__(self) -> None:
        """Begin with nothing under way."""
        self._flights: dict[Hashable, Flight[Found]] = {}

    async def join(self, key: Hashable, begin: Callable[[], Coroutine[Any, Any, Found]]) -> Found:
        """Return what the errand of this key brings, beginning it where nobody has; the last to leave calls it off."""
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = Flight(asyncio.create_task(begin()))
            flight.task.add_done_callback(lambda _: self._forget(key, flight))
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if not flight.waiting and not flight.task.done():
                self._forget(key, flight)
                flight.task.cancel()
                await asyncio.gather(flight.task, return_exceptions=True)

    def _forget(self, key: Hashable, flight: Flight[Found]) -> None:
        """Let the next who wants this begin anew."""
        if self._flights.get(key) is flight:
            del self._flights[key]
