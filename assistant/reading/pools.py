"""Connections kept apart by server, so that one that is slow keeps nobody waiting for another.

A single pool for all would be full of those who wait for the slowest, and looks through every connection at each
request. Knows which pool is whose. Leaves how a connection is made to whoever makes the pools.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx

__all__ = ["Pools"]


class Pools(httpx.AsyncBaseTransport):
    """Send each request through the pool of its server; used from one event loop."""

    def __init__(self, make: Callable[[], httpx.AsyncBaseTransport]) -> None:
        """Take how a pool is made; the first request to a server makes its own."""
        self._make = make
        self._pools: dict[tuple[str, str, int | None], httpx.AsyncBaseTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request."""
        url = request.url
        server = (url.scheme, url.host, url.port)
        if server not in self._pools:
            self._pools[server] = self._make()
        return await self._pools[server].handle_async_request(request)

    async def aclose(self) -> None:
        """Close every connection."""
        pools = tuple(self._pools.values())
        self._pools.clear()
        await asyncio.gather(*(pool.aclose() for pool in pools))
