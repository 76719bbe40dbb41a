"""Pages that scripts build: rendered by a real browser that reaches nothing but through the guard."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable

import pytest

from assistant.errors import BuiltByScripts
from assistant.evidence import Candidate
from assistant.reading.exchange import Document
from assistant.reading.page_reader import PageReader
from assistant.reading.rendering import BROWSERS, BrowserRenderer, Get
from tests.web.loopback import LoopbackWeb, ThreadExtractors, client_of_loopback

TEXT = "The Kestrel viaduct is 47 metres high and has nineteen arches. " * 12


class Scripted:
    """A renderer that knows what the scripts would write."""

    def __init__(self) -> None:
        self.rendered: list[str] = []

    async def render(self, document: Document, get: Get) -> Document:
        self.rendered.append(document.url)
        script = await get(document.url.replace("built-by-scripts", "build.js"))
        assert b"append" in script.body
        return Document(url=document.url, content_type="text/html", body=f"<p>{TEXT}</p>".encode())

    async def close(self) -> None:
        self.rendered.append("closed")


async def test_a_page_built_by_scripts_names_the_setting_that_renders_it(web: LoopbackWeb) -> None:
    async with client_of_loopback() as client:
        reader = PageReader(client, extractors=ThreadExtractors(), allow_hosts=("kestrel.example",))
        with pytest.raises(BuiltByScripts, match="FOOTNOTE_RENDER_SCRIPTS"):
            await reader.read(Candidate(url=web.url("/built-by-scripts"), title=""), deadline_s=20)
        await reader.close()


async def test_where_it_is_wished_the_page_is_rendered_and_its_scripts_come_through_the_guard(web: LoopbackWeb) -> None:
    renderer = Scripted()
    async with client_of_loopback() as client:
        reader = PageReader(client, extractors=ThreadExtractors(), allow_hosts=("kestrel.example",), renderer=renderer)
        page = await reader.read(Candidate(url=web.url("/built-by-scripts"), title=""), deadline_s=20)
        await reader.close()
    assert "nineteen arches" in page.text
    assert renderer.rendered == [web.url("/built-by-scripts"), "closed"]


@pytest.fixture
async def reader() -> AsyncIterator[Callable[[], PageReader]]:
    if not any(map(shutil.which, BROWSERS)):
        pytest.skip("no Chromium is installed")
    async with client_of_loopback() as client:
        made = PageReader(
            client, extractors=ThreadExtractors(), allow_hosts=("kestrel.example",), renderer=BrowserRenderer()
        )
        yield lambda: made
        await made.close()


@pytest.mark.browser
async def test_a_browser_shows_what_scripts_write(web: LoopbackWeb, reader: Callable[[], PageReader]) -> None:
    page = await reader().read(Candidate(url=web.url("/built-by-scripts"), title=""), deadline_s=60)
    assert "nineteen arches" in page.text
    assert "fetched later" in page.text


@pytest.mark.browser
async def test_a_browser_reaches_nobody_but_through_the_guard(
    web: LoopbackWeb, reader: Callable[[], PageReader]
) -> None:
    page = await reader().read(Candidate(url=web.url("/scripts-that-pry"), title=""), deadline_s=60)
    assert "nineteen arches" in page.text
    assert "refused" in page.text
    assert "REACHED" not in page.text
    asked = {request.split(" ")[1] for request in web.requests}
    assert asked <= {"/scripts-that-pry", "/robots.txt"}, "no image, no frame, no other host"
