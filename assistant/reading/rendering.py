"""Pages that scripts build, rendered by a browser that reaches nothing by itself: the optional extra `browser`.

Every request of the browser is answered by us, through the same address guard, limits and refusals as any page; what is
not answered so meets a proxy that is not there. Knows the browser. Leaves the meaning of its markup to extraction.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from typing import TYPE_CHECKING, Protocol

from assistant.errors import BuiltByScripts, ReadingError
from assistant.reading.exchange import Document

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page, Route

__all__ = ["BrowserRenderer", "Get", "Renderer"]

Get = Callable[[str], Awaitable[Document]]
"""Gets what a URL leads to, whatever its type, behind the guard; raises a `ReadingError`."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
NOWHERE = "http://127.0.0.1:9"
"""The discard port: requests that are not answered by us are sent there and refused."""
ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-first-run",
)
PARTS = frozenset({"document", "fetch", "script", "stylesheet", "xhr"})
"""What scripts need to build text; images, fonts, media and frames are not asked for."""
MOST_REQUESTS = 60
SETTLING_S = 1.5
"""How long a page is given to fetch what it shows after it has loaded."""


class Renderer(Protocol):
    """Makes a page that scripts build one that can be read."""

    async def render(self, document: Document, get: Get) -> Document:
        """Return the markup after the scripts ran; raise `BuiltByScripts` where it cannot be rendered."""

    async def close(self) -> None:
        """Let go of the browser."""


class BrowserRenderer:
    """Render in one headless browser, started when first needed; used from one event loop."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._stack = AsyncExitStack()
        self._opening = asyncio.Lock()
        self._browser: Browser | None = None

    async def render(self, document: Document, get: Get) -> Document:
        """Run the scripts of a document that is fetched already; cancelling it closes its tab."""
        browser = await self._open(document.url)
        context = await browser.new_context(service_workers="block", accept_downloads=False, java_script_enabled=True)
        try:
            tab = await context.new_page()
            await tab.route("**/*", Answers(document, get).answer)
            await tab.route_web_socket("**/*", lambda socket: socket.close())
            return Document(
                url=document.url, content_type="text/html; charset=utf-8", body=(await shown(tab, document)).encode()
            )
        finally:
            await context.close()

    async def close(self) -> None:
        """End the browser."""
        await self._stack.aclose()

    async def _open(self, url: str) -> Browser:
        """Start the browser once; say what is missing where there is none."""
        async with self._opening:
            if self._browser is None:
                self._browser = await self._started(url)
            return self._browser

    async def _started(self, url: str) -> Browser:
        """Start a browser that has no way out of its own."""
        try:
            from playwright.async_api import Error, async_playwright  # noqa: PLC0415 - an optional extra
        except ImportError as error:
            message = f"{url}: built by scripts; to render it: pip install 'footnote[browser]'"
            raise BuiltByScripts(message) from error
        found = next(filter(None, map(shutil.which, BROWSERS)), None)
        playwright = await self._stack.enter_async_context(async_playwright())
        try:
            browser = await playwright.chromium.launch(
                executable_path=found,
                args=list(ARGUMENTS),
                proxy={"server": NOWHERE, "bypass": "<-loopback>"},
                chromium_sandbox=os.geteuid() != 0,  # Chromium refuses to run as root inside its sandbox
            )
        except Error as error:
            message = f"{url}: built by scripts, and no browser can be started to render it; install Chromium"
            raise BuiltByScripts(message) from error
        self._stack.push_async_callback(browser.close)
        return browser


async def shown(tab: Page, document: Document) -> str:
    """Return the markup that a tab shows once it has settled."""
    from playwright.async_api import Error  # noqa: PLC0415 - an optional extra

    try:
        await tab.goto(document.url, wait_until="load", timeout=0)
        with suppress(Error):  # what never comes to rest is taken as it is
            await tab.wait_for_load_state("networkidle", timeout=SETTLING_S * 1000)
        return await tab.content()
    except Error as error:
        message = f"{document.url}: built by scripts, and its scripts failed in the browser"
        raise BuiltByScripts(message) from error


class Answers:
    """The answers to the requests of one page."""

    def __init__(self, document: Document, get: Get) -> None:
        """Take the page itself, and what gets the rest of it."""
        self._document = document
        self._get = get
        self._is_open = False
        self._left = MOST_REQUESTS

    async def answer(self, route: Route) -> None:
        """Answer one request, or refuse it."""
        request = route.request
        if request.is_navigation_request():
            is_page = not self._is_open
            self._is_open = True
            await (fulfilled(route, self._document) if is_page else route.abort())
            return
        self._left -= 1
        if request.method != "GET" or request.resource_type not in PARTS or self._left < 0:
            await route.abort()
            return
        try:
            found = await self._get(request.url)
        except ReadingError:
            await route.abort()
            return
        await fulfilled(route, found)


async def fulfilled(route: Route, document: Document) -> None:
    """Give the browser a document; the page is gone where it was stopped meanwhile."""
    from playwright.async_api import Error  # noqa: PLC0415 - an optional extra

    headers = {"content-type": document.content_type, "access-control-allow-origin": "*"}
    with suppress(Error):
        await route.fulfill(status=200, headers=headers, body=document.body)
