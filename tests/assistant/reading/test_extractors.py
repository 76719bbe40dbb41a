from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from assistant.errors import NotText
from assistant.reading.exchange import Document
from assistant.reading.extractors import Extractors

PAGE = b"<html lang='en'><head><title>Vane</title></head><body><p>A vane turns with the wind.</p></body></html>"
ENDLESS = b"<html><body>" + b"<div><p>x" * 400_000


def document(body: bytes, url: str, content_type: str) -> Document:
    return Document(url=url, content_type=content_type, body=body)


@pytest.fixture
async def workers() -> AsyncIterator[Extractors]:
    pool = Extractors(most_workers=1)
    yield pool
    await pool.close()


async def test_a_page_comes_back_from_the_other_process_as_it_was_made(workers: Extractors) -> None:
    page = await workers.extract(document(PAGE, "https://a.example/", "text/html"))
    assert (page.title, page.text, page.url) == ("Vane", "A vane turns with the wind.", "https://a.example/")
    assert page.fetched_at.tzinfo is not None


async def test_what_cannot_be_read_is_named_and_the_worker_lives_on(workers: Extractors) -> None:
    with pytest.raises(NotText, match=r"https://a\.example/x"):
        await workers.extract(document(b"\0\1", "https://a.example/x", "image/png"))
    assert (await workers.extract(document(PAGE, "https://a.example/", "text/html"))).title == "Vane"


async def test_a_page_that_takes_too_long_is_killed_and_the_next_is_read(workers: Extractors) -> None:
    await workers.warm()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await workers.extract(document(ENDLESS, "https://a.example/endless", "text/html"))
    assert (await workers.extract(document(PAGE, "https://a.example/", "text/html"))).title == "Vane"
