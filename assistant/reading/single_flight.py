"""Work that several ask for at the same time, done once and shared.

Knows who waits. When nobody waits any longer, the work is cancelled. What the work is, its callers know.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

__all__ = ["SingleFlight"]

Result = TypeVar("Result")


@dataclass(kw_only=True, slots=True)
class Flight(Generic[Result]):
    """One piece of work, and how many wait for it."""

    task: asyncio.Task[Result]
    waiting: int = 0


class SingleFlight(Generic[Result]):
    """Share the result of work that is under way among all who ask for the same thing."""

    def __init__(self) -> None:
        """Begin with nothing under way."""
        self._flights: dict[str, Flight[Result]] = {}

    async def join(self, key: str, begin: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
        """Wait for the work that has this key, and begin it if nobody has; its failure is everybody's."""
        flight = self._flights.get(key)
        if flight is None or flight.task.done():
            flight = self._flights[key] = Flight(task=asyncio.create_task(begin()))
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if not flight.waiting:
                await self._land(key, flight)

    async def _land(self, key: str, flight: Flight[Result]) -> None:
        """Forget a piece of work, and end it if it is not done."""
        if self._flights.get(key) is flight:
            del self._flights[key]
        if not flight.task.done():
            flight.task.cancel()
            await asyncio.gather(flight.task, return_exceptions=True)
