from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from assistant.errors import AskedToWait, Unreachable
from assistant.evidence import Candidate, Page
from assistant.reading.cache import PageCache
from assistant.reading.exchange import Downloader, FailedForNow, wait_asked_s
from assistant.reading.page_reader import PageReader
from tests.web.loopback import SITE, LoopbackWeb, Response, ThreadExtractors, client_of_loopback


@pytest.fixture
async def reader() -> AsyncIterator[PageReader]:
    async with client_of_loopback() as client:
        yield PageReader(client, allow_hosts=(SITE,), extractors=ThreadExtractors())


def refusal(status: int, **headers: str) -> Response:
    return Response(status=status, headers={name.replace("_", "-"): value for name, value in headers.items()})


async def read(reader: PageReader, url: str, deadline_s: float = 5) -> Page:
    return await reader.read(Candidate(url=url, title=""), deadline_s=deadline_s)


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_a_failure_that_may_pass_is_tried_once_more(web: LoopbackWeb, reader: PageReader, status: int) -> None:
    web.routes["/page"] = [refusal(status), Response()]
    assert "47 metres" in (await read(reader, web.url("/page"))).text
    web.routes["/gone"] = [refusal(status), refusal(status), Response()]
    with pytest.raises(Unreachable, match=f"HTTP {status}"):
        await read(reader, web.url("/gone"))
    assert web.asked_for("/gone") == 2


async def test_a_connection_that_breaks_before_an_answer_is_tried_once_more(
    web: LoopbackWeb, reader: PageReader
) -> None:
    web.routes["/page"] = [Response(status=-1), Response()]
    assert "47 metres" in (await read(reader, web.url("/page"))).text


@pytest.mark.parametrize("path", ["/gone", "/nowhere", "/cut-short", "/cut-gzip", "/huge", "/image"])
async def test_what_would_fail_again_or_has_begun_is_tried_once(
    web: LoopbackWeb, reader: PageReader, path: str
) -> None:
    with pytest.raises(Exception, match=path):
        await read(reader, web.url(path))
    assert web.asked_for(path) == 1


@pytest.mark.parametrize("status", [429, 503])
async def test_a_wait_that_fits_is_kept_and_the_page_read(web: LoopbackWeb, reader: PageReader, status: int) -> None:
    web.routes["/page"] = [refusal(status, Retry_After="2"), Response()]
    assert "47 metres" in (await read(reader, web.url("/page"))).text


@pytest.mark.parametrize("status", [429, 503])
async def test_a_host_that_asks_for_too_long_a_wait_is_left_alone(
    web: LoopbackWeb, reader: PageReader, status: int
) -> None:
    web.routes["/page"] = refusal(status, Retry_After="120")
    with pytest.raises(AskedToWait, match=rf"HTTP {status}; kestrel\.example asks to wait 120 s") as told:
        await read(reader, web.url("/page"))
    assert told.value.wait_s == 120
    with pytest.raises(AskedToWait, match=r"kestrel\.example asked to wait; 1\d\d s are left"):
        await read(reader, web.url("/gzip"))
    assert (web.asked_for("/page"), web.asked_for("/gzip")) == (1, 0)


async def test_another_process_leaves_it_alone_as_well(web: LoopbackWeb, tmp_path: Path) -> None:
    web.routes["/page"] = refusal(429, Retry_After="86400000")
    for path in ("/page", "/gzip"):
        cache = PageCache(tmp_path / "pages.sqlite3", most_bytes=1_000_000)
        async with client_of_loopback() as client:
            reader = PageReader(client, allow_hosts=(SITE,), extractors=ThreadExtractors(), cache=cache)
            with pytest.raises(AskedToWait, match="asks to wait 86400 s"):  # no longer than a day
                await read(reader, web.url(path))
            await reader.close()
    assert web.asked_for("/gzip") == 0


async def test_too_many_requests_without_a_time_means_a_minute(web: LoopbackWeb, reader: PageReader) -> None:
    web.routes["/page"] = refusal(429)
    with pytest.raises(AskedToWait) as told:
        await read(reader, web.url("/page"))
    assert told.value.wait_s == 60


class Breaking(httpx.AsyncByteStream):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"<p>"
        message = "the connection broke"
        raise httpx.ReadError(message)


async def test_only_a_connection_that_breaks_before_the_body_is_worth_another_attempt() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/before":
            message = "the connection broke"
            raise httpx.ReadError(message)
        return httpx.Response(200, headers={"Content-Type": "text/html"}, stream=Breaking())

    async with httpx.AsyncClient(transport=httpx.MockTransport(refuse)) as client:
        for path, kind in (("/before", FailedForNow), ("/within", Unreachable)):
            with pytest.raises(Unreachable, match="the connection broke") as told:
                await Downloader(client).exchange(httpx.URL(f"https://a.example{path}"))
            assert type(told.value) is kind


def test_a_time_to_wait_is_read_as_seconds_or_a_date() -> None:
    assert wait_asked_s("120") == 120
    assert wait_asked_s("Fri, 31 Dec 1999 23:59:59 GMT") == 0
    assert (wait_asked_s("Fri, 31 Dec 2999 23:59:59 GMT") or 0) > 86_400
    assert wait_asked_s("soon") is None
    assert wait_asked_s("") is None
