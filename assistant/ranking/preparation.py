"""Something slow that must be done once before it can be used, such as loading weights.

Knows nothing of what it prepares.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

__all__ = ["Preparation"]


class Preparation:
    """Do some work once: begun when first asked for, going on when nobody waits, begun again after a failure."""

    def __init__(self, work: Callable[[], Awaitable[object]]) -> None:
        """Take the work; nothing begins yet."""
        self._work = work
        self._task: asyncio.Task[object] | None = None

    async def ready(self, *, within_s: float | None = None) -> bool:
        """Tell whether it is done, waiting so long for it; raise what it raised."""
        task = self._task = self._task or asyncio.create_task(self._run())
        await asyncio.wait([task], timeout=within_s)
        if task.done() and (task.cancelled() or task.exception()):
            self._task = None
            await task
        return task.done()

    async def cancel(self) -> None:
        """Stop waiting for it, for good."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> object:
        return await self._work()
