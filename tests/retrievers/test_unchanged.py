"""Documents that are sent again only where they have changed."""

import asyncio

import httpx
import pytest

from retrievers import ProviderUnavailable, Session
from retrievers.news.rss import Rss
from retrievers.unchanged import MAX_KEPT_BYTES, ask_if_changed

URL = "https://blog.example.com/feed"
BODY = "é\0".encode() + bytes(range(256))
LATER = "Tue, 01 Sep 2026 10:11:12 GMT"


def ask(answers: list[httpx.Response]) -> tuple[list[bytes], list[httpx.Headers]]:
    """Ask once for each answer in one session; return what came and what was asked."""
    session, sent = Session(), list[httpx.Headers]()
    waiting = list(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.headers)
        return waiting.pop(0)

    async def all_of_them() -> list[bytes]:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
            asked = [ask_if_changed(Rss((URL,)), httpx.Request("GET", URL), client, session) for _ in answers]
            return [(await one).content for one in asked]

    return asyncio.run(all_of_them()), sent


def test_an_unchanged_document_is_the_kept_one_byte_by_byte() -> None:
    first = httpx.Response(200, content=BODY, headers={"ETag": '"one"', "Last-Modified": LATER})
    bodies, sent = ask([first, httpx.Response(304)])
    assert bodies == [BODY, BODY]
    assert (sent[1]["If-None-Match"], sent[1]["If-Modified-Since"]) == ('"one"', LATER)


def test_a_document_without_a_mark_is_asked_for_whole() -> None:
    _, sent = ask([httpx.Response(200, content=BODY), httpx.Response(200, content=BODY)])
    assert "If-None-Match" not in sent[1]


def test_a_very_long_document_is_not_kept() -> None:
    whole = httpx.Response(200, content=b"x" * (MAX_KEPT_BYTES + 1), headers={"ETag": '"one"'})
    _, sent = ask([whole, httpx.Response(200, content=BODY)])
    assert "If-None-Match" not in sent[1]


def test_an_unchanged_document_that_nobody_kept_is_a_failure() -> None:
    with pytest.raises(ProviderUnavailable, match="HTTP 304"):
        ask([httpx.Response(304)])
