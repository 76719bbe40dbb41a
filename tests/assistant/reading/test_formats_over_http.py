"""Every format that is read, through the real fetcher; those that libraries parse, through a real worker as well."""

from __future__ import annotations

from collections.abc import AsyncIterator
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile

import pytest

from assistant.errors import NotText, PageTooLarge
from assistant.evidence import Candidate, Page
from assistant.reading.bodies import MOST_HTML_BYTES
from assistant.reading.page_reader import PageReader
from tests.web.loopback import SITE, LoopbackWeb, Response, ThreadExtractors, client_of_loopback
from tests.web.made import ATOM, JSON, RDF, RSS, WORD, docx, pdf

OILED = "Vane news\n\nOiled\n\n2024-03-05\n\nThe vane was oiled."
LISTED = "name: Vane\nsize.height: 2\n\nparts.id: 1\n\nparts.id: 2\ntags: a, b"
WEIGHS = "The vane weighs 2 kg."


@pytest.fixture
async def reader() -> AsyncIterator[PageReader]:
    async with client_of_loopback() as client:
        yield PageReader(client, allow_hosts=(SITE,), extractors=ThreadExtractors())


@pytest.fixture
async def working_reader() -> AsyncIterator[PageReader]:
    """Read as the product does, in a process of its own."""
    async with client_of_loopback() as client:
        opened = PageReader(client, allow_hosts=(SITE,))
        yield opened
        await opened.close()


async def read(web: LoopbackWeb, reader: PageReader, body: bytes, content_type: str) -> Page:
    web.routes["/made"] = Response(headers={"Content-Type": content_type}, pieces=(body,))
    return await reader.read(Candidate(url=web.url("/made"), title=""), deadline_s=30)


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        (docx(), WORD, WEIGHS),
        (docx(), "application/octet-stream", WEIGHS),
        (JSON.encode(), "application/json; charset=utf-8", LISTED),
        (JSON.encode(), "application/ld+json", LISTED),
        (JSON.encode(), "application/vnd.vane+json", LISTED),
        ((RSS % "").encode(), "application/rss+xml", OILED),
        ((RSS % "").encode(), "application/xml", OILED),
        (ATOM.encode(), "application/atom+xml", OILED),
        (RDF.encode(), "application/rdf+xml", "Vane news\n\nOiled\n\nThe vane was oiled."),
        (pdf([WEIGHS]), "application/pdf", WEIGHS),
        (b"# Vanes\n\n- oil", "text/markdown", "Vanes\n\noil"),
    ],
    ids=lambda value: value if isinstance(value, str) and "/" in value else "",
)
async def test_a_format_is_read_from_the_web(
    web: LoopbackWeb, reader: PageReader, body: bytes, content_type: str, text: str
) -> None:
    assert (await read(web, reader, body, content_type)).text == text


async def test_a_pdf_and_a_word_document_come_back_from_a_worker(web: LoopbackWeb, working_reader: PageReader) -> None:
    web.routes["/word"] = Response(headers={"Content-Type": WORD}, pieces=(docx(),))
    page = await read(web, working_reader, pdf(["First vane.", "Second vane."]), "application/pdf")
    assert [page.text[offset:] for offset in page.page_offsets] == ["First vane.\n\nSecond vane.", "Second vane."]
    assert (await working_reader.read(Candidate(url=web.url("/word"), title=""), deadline_s=30)).text == WEIGHS


@pytest.mark.parametrize("content_type", [WORD, "application/octet-stream"])
async def test_a_word_document_may_be_larger_than_markup(
    web: LoopbackWeb, reader: PageReader, content_type: str
) -> None:
    with ZipFile(body := BytesIO(docx()), "a", ZIP_STORED) as archive:
        archive.writestr("word/media/vane.png", bytes(MOST_HTML_BYTES))
    assert (await read(web, reader, body.getvalue(), content_type)).text == WEIGHS


async def test_json_may_not(web: LoopbackWeb, reader: PageReader) -> None:
    with pytest.raises(PageTooLarge, match="3 MB"):
        await read(web, reader, b"[" + b"1," * MOST_HTML_BYTES + b"1]", "application/json")


@pytest.mark.parametrize("content_type", ["application/javascript", "text/css", "application/zip", "video/mp4"])
async def test_what_holds_no_page_is_not_even_loaded(web: LoopbackWeb, reader: PageReader, content_type: str) -> None:
    with pytest.raises(NotText, match="is not text"):
        await read(web, reader, b"x", content_type)
