"""A small web on 127.0.0.1 that tests read: pages about things we made up, redirects, and what goes wrong.

In a test with an event loop, `async with loopback_web() as web`. Where none runs, or where another process or thread
reads it (the command line, the chat page), `with threaded_web() as web`. Pages lie in `pages/`, each at `/pages/NAME`.

A reader whose settings hold `allow_hosts=("127.0.0.1",)` may read `web.local_url(path)`. `web.url(path)` names the host
`SITE` instead, which only `client_of_loopback()` can resolve, as it does every other name: to 127.0.0.1.
"""

from __future__ import annotations

import asyncio
import gzip
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

import httpx

from assistant.evidence import Page
from assistant.reading.exchange import Document
from assistant.reading.extraction import extract
from assistant.reading.extractors import Extractors
from assistant.reading.network import page_client
from assistant.settings import load_settings

SITE = "kestrel.example"
PAGES = Path(__file__).parent / "pages"
PAGE = (
    "<html lang='en'><head><title>Kestrel viaduct</title><meta name='generator' content='DocBook'></head><body>"
    "<h1>Kestrel viaduct</h1><p>The Kestrel viaduct is 47 metres high.</p><p>It has nineteen arches.</p></body></html>"
)


@dataclass(frozen=True, kw_only=True)
class Response:
    """What the server sends: in pieces if there are several, and then hangs if told to; nothing below status 0."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})
    pieces: Iterable[bytes] = (PAGE.encode(),)
    hangs: bool = False
    resets: bool = False


def redirect(location: str, status: int = 302) -> Response:
    return Response(status=status, headers={"Location": location}, pieces=())


def encoded(encoding: str, *pieces: bytes) -> Response:
    return Response(headers={"Content-Type": "text/html", "Content-Encoding": encoding}, pieces=pieces)


BUILT = "<html><body><div id='root'></div><noscript>Please enable JavaScript to view this page.</noscript>"
SENTENCE = "The Kestrel viaduct is 47 metres high and has nineteen arches. " * 12
BUILD = f"""document.getElementById('root').append('{SENTENCE}');
fetch('/later.json').then(r => r.json()).then(d => document.getElementById('root').append(d.text));"""
PRY = f"""const root = document.getElementById('root'); root.append('{SENTENCE}');
const say = text => root.append(' ' + text);
new Image().src = '/page'; document.body.append(Object.assign(document.createElement('iframe'), {{src: '/page'}}));
for (const url of ['http://10.0.0.5/', 'http://127.0.0.1:' + location.port + '/page', 'http://private.example/'])
  fetch(url).then(() => say('REACHED'), () => say('refused'));"""

ROUTES = {
    "/built-by-scripts": Response(pieces=(f"{BUILT}<script src='/build.js'></script>".encode(),)),
    "/build.js": Response(headers={"Content-Type": "text/javascript"}, pieces=(BUILD.encode(),)),
    "/later.json": Response(
        headers={"Content-Type": "application/json"}, pieces=(b'{"text": "It was fetched later."}',)
    ),
    "/scripts-that-pry": Response(pieces=(f"{BUILT}<script>{PRY}</script>".encode(),)),
    "/page": Response(),
    "/cookie": Response(headers={"Content-Type": "text/html", "Set-Cookie": "seen=1"}),
    "/gzip": encoded("gzip", gzip.compress(PAGE.encode())),
    "/bomb": encoded("gzip", gzip.compress(b"0" * 50_000_000)),
    "/small-bomb": encoded("gzip", gzip.compress(b"0" * 2_000_000)),
    "/cut-gzip": encoded("gzip", gzip.compress(PAGE.encode())[:50]),
    "/damaged-gzip": encoded("gzip", b"no gzip at all"),
    "/odd-encoding": encoded("br", PAGE.encode()),
    "/two-encodings": encoded("gzip, gzip", gzip.compress(gzip.compress(PAGE.encode()))),
    "/huge": Response(pieces=(b"<p>", *(b"x" * 100_000,) * 40)),
    "/image": Response(headers={"Content-Type": "image/png"}, pieces=(b"\x89PNG\r\n\x1a\n\0",)),
    "/html-as-image": Response(headers={"Content-Type": "image/png"}),
    "/no-type": Response(headers={}),
    "/cut-short": Response(headers={"Content-Type": "text/html", "Content-Length": "100000"}),
    "/no-http": Response(status=0),
    "/slow": Response(pieces=(b"<html>",), hangs=True),
    "/gone": Response(status=410),
    "/busy": Response(status=503),
    "/to-page": redirect("/page"),
    "/to-page-with-spaces": redirect("../page?x=a b&y=é"),
    "/to-private": redirect("http://10.0.0.5/secret"),
    "/to-metadata": redirect("http://169.254.169.254/latest/meta-data/", 301),
    "/to-file": redirect("file:///etc/passwd"),
    "/to-loopback-name": redirect("http://private.example/", 307),
    "/to-backslash": redirect("http://10.0.0.5\\@kestrel.example/"),
    "/to-long": redirect("/" + "a" * 10_000),
    "/to-nowhere": Response(status=302, headers={}),
    "/loop": redirect("/loop"),
    "/refresh": Response(headers={"Content-Type": "text/html", "Refresh": "0; url=http://10.0.0.5/"}),
    **{f"/pages/{path.name}": Response(pieces=(path.read_bytes(),)) for path in sorted(PAGES.glob("*.html"))},
}


Route = Response | list[Response] | Callable[[str], Response]
"""An answer, one for each time, or what makes one of the request."""


class LoopbackWeb:
    """Serve `ROUTES`, or what a test puts into `routes`; `requests` keeps what was asked, header lines included."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.port = 0
        self.at_once = 0
        self.most_at_once = 0
        self.routes: dict[str, Route] = dict(ROUTES)
        self._hanging = asyncio.Event()
        self._handlers: set[asyncio.Task[None] | None] = set()

    def url(self, path: str) -> str:
        return f"http://{SITE}:{self.port}{path}"

    def local_url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._handlers.add(asyncio.current_task())
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            asked = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.requests.append(asked)
            await self.answer(self.found(asked), writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.at_once -= 1
            self._handlers.discard(asyncio.current_task())
            writer.close()

    def asked_for(self, path: str) -> int:
        """Count the requests for a path."""
        return sum(request.startswith(f"GET {path} ") for request in self.requests)

    def found(self, asked: str) -> Response:
        """Look up what a request is answered with; of several answers each is given once, and the last from then on."""
        route = self.routes.get(asked.split(" ")[1].partition("?")[0], Response(status=404))
        if isinstance(route, list):
            return route.pop(0) if len(route) > 1 else route[0]
        return route if isinstance(route, Response) else route(asked)

    async def answer(self, found: Response, writer: asyncio.StreamWriter) -> None:
        if found.status < 0:
            return
        if not found.status:
            writer.write(b"This is no HTTP.\r\n\r\n")
            return
        headers = "".join(f"{name}: {value}\r\n" for name, value in found.headers.items())
        phrase = HTTPStatus(found.status).phrase
        writer.write(f"HTTP/1.1 {found.status} {phrase}\r\n{headers}Connection: close\r\n\r\n".encode())
        for piece in found.pieces:
            writer.write(piece)
            await writer.drain()
        if found.resets:
            writer.transport.abort()
        if found.hangs:
            await self._hanging.wait()

    async def end(self) -> None:
        """Let go of whoever hangs, and wait until every connection is closed."""
        self._hanging.set()
        await asyncio.gather(*filter(None, self._handlers), return_exceptions=True)
        await asyncio.sleep(0)  # a transport that is told to close does so in the loop's next round


@asynccontextmanager
async def loopback_web() -> AsyncIterator[LoopbackWeb]:
    """Run the web on a free port of 127.0.0.1, in the running event loop."""
    web = LoopbackWeb()
    server = await asyncio.start_server(web.handle, "127.0.0.1", 0)
    web.port = server.sockets[0].getsockname()[1]
    async with server:
        yield web
        await web.end()


@contextmanager
def threaded_web() -> Iterator[LoopbackWeb]:
    """Run the web in a thread of its own."""
    ready, loop, over, webs = threading.Event(), asyncio.new_event_loop(), asyncio.Event(), []

    async def serve() -> None:
        async with loopback_web() as web:
            webs.append(web)
            ready.set()
            await over.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), name="loopback web", daemon=True)
    thread.start()
    ready.wait()
    try:
        yield webs[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.close()


def client_of_loopback() -> httpx.AsyncClient:
    """Build the product's own guarded client, for which every name lies on this machine and `SITE` alone may."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    return page_client(load_settings(allow_hosts=(SITE,)), resolve)


class ThreadExtractors(Extractors):
    """Extract in a thread: no process to start for each test."""

    async def extract(self, document: Document) -> Page:
        return await asyncio.to_thread(extract, document.body, document.url, document.content_type)
