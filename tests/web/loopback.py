"""A small web on 127.0.0.1 that tests read: pages, redirects, and what goes wrong."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

import httpx

from assistant.reading.network import page_client
from assistant.settings import load_settings

SITE = "kestrel.example"
PAGE = (
    "<html lang='en'><head><title>Kestrel viaduct</title><meta name='generator' content='DocBook'></head><body>"
    "<h1>Kestrel viaduct</h1><p>The Kestrel viaduct is 47 metres high.</p><p>It has nineteen arches.</p></body></html>"
)


@dataclass(frozen=True, kw_only=True)
class Response:
    """What the server sends: in pieces if there are several, and then hangs if told to."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})
    pieces: tuple[bytes, ...] = (PAGE.encode(),)
    hangs: bool = False


BOMB = gzip.compress(b"0" * 50_000_000)
ROUTES = {
    "/page": Response(),
    "/cookie": Response(headers={"Content-Type": "text/html", "Set-Cookie": "seen=1"}),
    "/gzip": Response(
        headers={"Content-Type": "text/html", "Content-Encoding": "gzip"}, pieces=(gzip.compress(PAGE.encode()),)
    ),
    "/bomb": Response(headers={"Content-Type": "text/html", "Content-Encoding": "gzip"}, pieces=(BOMB,)),
    "/odd-encoding": Response(headers={"Content-Type": "text/html", "Content-Encoding": "br"}),
    "/huge": Response(pieces=(b"<p>", *(b"x" * 100_000,) * 40)),
    "/image": Response(headers={"Content-Type": "image/png"}, pieces=(b"\x89PNG\r\n\x1a\n\0",)),
    "/slow": Response(pieces=(b"<html>",), hangs=True),
    "/gone": Response(status=410),
    "/busy": Response(status=503),
    "/to-page": Response(status=302, headers={"Location": "/page"}),
    "/to-private": Response(status=302, headers={"Location": "http://10.0.0.5/secret"}),
    "/to-metadata": Response(status=301, headers={"Location": "http://169.254.169.254/latest/meta-data/"}),
    "/to-file": Response(status=302, headers={"Location": "file:///etc/passwd"}),
    "/to-loopback-name": Response(status=307, headers={"Location": "http://private.example/"}),
    "/loop": Response(status=302, headers={"Location": "/loop"}),
}


class LoopbackWeb:
    """Serve `ROUTES`; `requests` keeps what was asked, header lines included."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.port = 0
        self._hanging = asyncio.Event()

    def url(self, path: str) -> str:
        return f"http://{SITE}:{self.port}{path}"

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            asked = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.requests.append(asked)
            found = ROUTES.get(asked.split(" ")[1], Response(status=404))
            headers = "".join(f"{name}: {value}\r\n" for name, value in found.headers.items())
            phrase = HTTPStatus(found.status).phrase
            writer.write(f"HTTP/1.1 {found.status} {phrase}\r\n{headers}Connection: close\r\n\r\n".encode())
            for piece in found.pieces:
                writer.write(piece)
                await writer.drain()
            if found.hangs:
                await self._hanging.wait()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def end(self) -> None:
        self._hanging.set()


@asynccontextmanager
async def loopback_web() -> AsyncIterator[LoopbackWeb]:
    """Run the web on a free port of 127.0.0.1."""
    web = LoopbackWeb()
    server = await asyncio.start_server(web.handle, "127.0.0.1", 0)
    web.port = server.sockets[0].getsockname()[1]
    async with server:
        yield web
        web.end()


def client_of_loopback() -> httpx.AsyncClient:
    """Build the product's own guarded client, for which `SITE` alone may live on this machine."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    return page_client(load_settings(allow_hosts=(SITE,)), resolve)
