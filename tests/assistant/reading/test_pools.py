"""Each server has connections of its own."""

import asyncio

import httpx

from assistant.reading.pools import Pools


class Pool(httpx.AsyncBaseTransport):
    """Serves one at a time, as a pool with one connection does."""

    def __init__(self) -> None:
        self.place = asyncio.Lock()
        self.gate = asyncio.Event()
        self.is_closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        async with self.place:
            if request.url.path == "/slow":
                await self.gate.wait()
            return httpx.Response(200, text=str(request.url))

    async def aclose(self) -> None:
        self.is_closed = True


async def test_a_slow_server_keeps_nobody_waiting_for_another() -> None:
    made: list[Pool] = []

    def make() -> Pool:
        made.append(Pool())
        return made[-1]

    async with httpx.AsyncClient(transport=Pools(make)) as client:
        slow = asyncio.create_task(client.get("https://slow.example/slow"))
        await asyncio.sleep(0)
        for url in ("https://fast.example/", "https://slow.example:8443/", "http://slow.example/"):
            assert (await client.get(url)).text == url
        assert (await client.get("https://fast.example/again")).status_code == 200
        assert len(made) == 4, "one for each scheme, host and port"
        made[0].gate.set()
        await slow
    assert all(pool.is_closed for pool in made)
