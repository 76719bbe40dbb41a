"""A browser without a past, and pages that may speak to their own server only."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.ui.browser.serving import Server

Page = Any
Visit = Callable[..., Page]
CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WAIT_MS = 20_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("stage") / "chats.sqlite3")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed (extra: dev)")
    if not CHROMIUM:
        pytest.skip("no Chromium is installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Any, server: Server) -> Iterator[Visit]:
    """Open pages that may speak to their own server only, and have nothing to complain about."""
    strangers: list[str] = []
    complaints: list[str] = []
    with ExitStack() as stack:

        def open_page(query: str = "", *, url: str | None = None, width: int = 1280, **options: object) -> Page:
            context = browser.new_context(**{"viewport": {"width": width, "height": 800}, "locale": "en-GB", **options})
            stack.callback(context.close)
            page = context.new_page()
            home = url or server.url
            page.on("request", lambda request: note_stranger(request.url, home, strangers))
            page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.set_default_timeout(WAIT_MS)
            page.goto(home + query)
            return page

        yield open_page
    assert strangers == []
    assert complaints == []


def note_stranger(url: str, home: str, strangers: list[str]) -> None:
    own = (home, home.replace("http:", "ws:"), "data:", "blob:")
    if not url.startswith(own):
        strangers.append(url)


AXE = Path(__file__).parents[3] / ".ci" / "axe" / "package" / "axe.min.js"
"""Where `.ci/run` puts axe-core, which is not ours to ship."""


@pytest.fixture(scope="session")
def axe() -> str:
    """The script that judges accessibility."""
    if not AXE.is_file():
        pytest.skip("axe-core is not there: .ci/run fetches it by npm")
    return AXE.read_text(encoding="utf-8")
