from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from assistant.errors import BlockedAddress, NotText, PageTooLarge, ReadingError, Unreachable
from assistant.evidence import Candidate, Page, PageStatus
from assistant.reading.bodies import decoded
from assistant.reading.exchange import Document
from assistant.reading.fetching import PageReader, Reading, read_all
from assistant.reading.visiting import Errand
from tests.web.loopback import SITE, LoopbackWeb, ThreadExtractors, client_of_loopback

DEADLINE_S = 5.0
OTHER = "/pages/glass-beetle.html"


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[PageReader]:
    async with client_of_loopback() as client:
        yield PageReader(client, file_roots=(tmp_path,), allow_hosts=(SITE,), extractors=ThreadExtractors())


def candidate(url: str) -> Candidate:
    return Candidate(url=url, title="as listed")


async def collect(readings: AsyncIterator[Reading]) -> list[Reading]:
    return [reading async for reading in readings]


@pytest.mark.parametrize("path", ["/page", "/gzip", "/to-page", "/to-page-with-spaces", "/no-type", "/refresh"])
async def test_a_page_is_read(web: LoopbackWeb, reader: PageReader, path: str) -> None:
    page = await reader.read(candidate(web.url(path)), deadline_s=DEADLINE_S)
    assert "The Kestrel viaduct is 47 metres high." in page.text
    assert (page.url, page.title, page.language) == (web.url(path), "Kestrel viaduct", "en")
    assert page.fetched_at.tzinfo is not None


@pytest.mark.parametrize(
    ("path", "kind", "says"),
    [
        ("/gone", Unreachable, "HTTP 410"),
        ("/busy", Unreachable, "HTTP 503"),
        ("/nowhere", Unreachable, "HTTP 404"),
        ("/loop", Unreachable, "more than 5 redirects"),
        ("/no-http", Unreachable, "no-http"),
        ("/to-nowhere", Unreachable, "HTTP 302"),
        ("/cut-short", Unreachable, "peer closed"),
        ("/cut-gzip", Unreachable, "cut short"),
        ("/damaged-gzip", Unreachable, "damaged"),
        ("/odd-encoding", Unreachable, "'br'"),
        ("/two-encodings", Unreachable, "'gzip, gzip'"),
        ("/small-bomb", PageTooLarge, "100 to 1"),
        ("/bomb", PageTooLarge, "3 MB"),
        ("/huge", PageTooLarge, "3 MB"),
        ("/image", NotText, "image/png"),
        ("/html-as-image", NotText, "image/png"),
        ("/to-backslash", BlockedAddress, "backslash"),
        ("/to-long", BlockedAddress, "2048"),
        ("/to-private", BlockedAddress, r"10\.0\.0\.5"),
        ("/to-metadata", BlockedAddress, r"169\.254\.169\.254"),
        ("/to-file", BlockedAddress, "http and https"),
        ("/to-loopback-name", BlockedAddress, r"private\.example leads to the private address 127\.0\.0\.1"),
    ],
)
async def test_what_goes_wrong_is_named(
    web: LoopbackWeb, reader: PageReader, path: str, kind: type[ReadingError], says: str
) -> None:
    with pytest.raises(kind, match=says):
        await reader.read(candidate(web.url(path)), deadline_s=DEADLINE_S)


async def test_a_page_that_never_ends_is_given_up_at_the_deadline(web: LoopbackWeb, reader: PageReader) -> None:
    with pytest.raises(Unreachable, match=r"no complete answer in 0\.2 s"):
        await reader.read(candidate(web.url("/slow")), deadline_s=0.2)


async def test_cookies_and_referrers_are_not_sent(web: LoopbackWeb, reader: PageReader) -> None:
    await reader.read(candidate(web.url("/cookie")), deadline_s=DEADLINE_S)
    await reader.read(candidate(web.url("/page")), deadline_s=DEADLINE_S)
    sent = web.requests[-1].lower()
    assert "cookie" not in sent
    assert "referer" not in sent
    assert "user-agent: footnote/" in sent


async def test_a_text_that_the_source_gave_is_not_fetched(web: LoopbackWeb, reader: PageReader) -> None:
    given = Candidate(url=web.url("/page"), title="Given", text="The text itself.")
    page = await reader.read(given, deadline_s=DEADLINE_S)
    assert (page.text, web.requests) == ("The text itself.", [])


async def test_a_given_text_is_cleaned_and_an_empty_one_refused(reader: PageReader) -> None:
    given = Candidate(url="https://a.example/", title="Given", text="The \u202etext.\r\nIt is here.")
    page = await reader.read(given, deadline_s=DEADLINE_S)
    assert (page.text, page.language) == ("The text.\nIt is here.", "en")
    with pytest.raises(NotText, match=r"a\.example"):
        await reader.read(Candidate(url="https://a.example/", title="Given", text="\u200b "), deadline_s=DEADLINE_S)


async def test_a_document_below_the_roots_is_read(reader: PageReader, tmp_path: Path) -> None:
    path = tmp_path / "vanes.md"
    path.write_text("# Vanes\n\nA vane turns with the wind.", encoding="utf-8")
    page = await reader.read(candidate(path.as_uri()), deadline_s=DEADLINE_S)
    assert (page.title, page.url) == ("Vanes", path.as_uri())
    with pytest.raises(BlockedAddress, match="FOOTNOTE_FOLDERS"):
        await reader.read(candidate("file:///etc/hostname"), deadline_s=DEADLINE_S)


async def test_a_page_without_a_date_keeps_the_one_its_source_told(web: LoopbackWeb, reader: PageReader) -> None:
    told = datetime(2024, 1, 2, tzinfo=UTC)
    undated = Candidate(url=web.url("/page"), title="", published=told)
    dated = Candidate(url=web.url("/pages/glass-beetle.html"), title="", published=told)
    assert (await reader.read(undated, deadline_s=DEADLINE_S)).published == told
    assert (await reader.read(dated, deadline_s=DEADLINE_S)).published == datetime(2023, 9, 2, tzinfo=UTC)


async def test_candidates_are_tried_in_order_until_enough_pages_are_read(web: LoopbackWeb, reader: PageReader) -> None:
    wanted = [candidate(web.url(path)) for path in ("/gone", "/page", OTHER, "/page?3")]
    readings = await collect(read_all(wanted, reader, pages=2, page_s=60, total_s=60))
    assert {(reading.report.url, reading.report.status) for reading in readings} == {
        (web.url("/gone"), PageStatus.FAILED),
        (web.url("/page"), PageStatus.READ),
        (web.url(OTHER), PageStatus.READ),
    }
    assert all(bool(reading.report.error) == (reading.page is None) for reading in readings)
    assert not any("/page?3" in request for request in web.requests)


async def test_more_are_tried_when_the_first_take_long(web: LoopbackWeb, reader: PageReader) -> None:
    wanted = [candidate(web.url(path)) for path in ("/slow", "/slow?2", "/page", OTHER)]
    readings = await collect(read_all(wanted, reader, pages=2, page_s=0.5, total_s=60))
    by_url = {reading.report.url: reading.report for reading in readings}
    assert by_url[web.url("/page")].status is PageStatus.READ
    assert by_url[web.url(OTHER)].status is PageStatus.READ
    assert by_url[web.url("/slow")].status is PageStatus.SKIPPED
    assert "enough pages" in (by_url[web.url("/slow")].error or "")


async def test_no_more_pages_are_given_than_wanted() -> None:
    class AtOnce(PageReader):
        async def read(self, candidate: Candidate, *, deadline_s: float, errand: Errand | None = None) -> Page:
            now = datetime.now(UTC)
            return Page(url=candidate.url, final_url=candidate.url, title="", text=candidate.url, fetched_at=now)

    async with client_of_loopback() as client:
        wanted = [candidate(f"https://a.example/{n}") for n in range(5)]
        readings = await collect(read_all(wanted, AtOnce(client), pages=3, page_s=0, total_s=60))
    assert [reading.report.status for reading in readings] == [PageStatus.READ] * 3 + [PageStatus.SKIPPED] * 2
    assert [reading.page is None for reading in readings] == [False] * 3 + [True] * 2


def test_a_bomb_is_unpacked_no_further_than_there_is_room() -> None:
    response = httpx.Response(200, request=httpx.Request("GET", "https://a.example/"))
    packed = gzip.compress(b"0" * 1_000_000)
    assert len(decoded(zlib.decompressobj(31), packed, 1000, response)) == 1000


async def test_one_host_is_asked_for_four_pages_at_once_at_most(web: LoopbackWeb, reader: PageReader) -> None:
    wanted = [candidate(web.url(f"/slow?{n}")) for n in range(9)]
    await collect(read_all(wanted, reader, pages=9, page_s=0.4, total_s=0.3))
    assert web.most_at_once == 4


async def test_a_fault_of_ours_costs_one_page_only(web: LoopbackWeb, tmp_path: Path) -> None:
    class Faulty(ThreadExtractors):
        async def extract(self, document: Document) -> Page:
            if "faulty" in document.url:
                message = "a fault"
                raise KeyError(message)
            return await super().extract(document)

    wanted = [candidate(web.url("/page?faulty")), candidate(web.url("/page"))]
    async with client_of_loopback() as client:
        reader = PageReader(client, allow_hosts=(SITE,), extractors=Faulty())
        readings = await collect(read_all(wanted, reader, pages=2, page_s=DEADLINE_S, total_s=DEADLINE_S))
    by_url = {reading.report.url: reading.report for reading in readings}
    assert by_url[web.url("/page")].status is PageStatus.READ
    assert "please report it" in (by_url[web.url("/page?faulty")].error or "")


async def test_what_is_not_read_in_time_is_reported_as_skipped(web: LoopbackWeb, reader: PageReader) -> None:
    wanted = [candidate(web.url("/slow")), candidate(web.url("/page"))]
    readings = await collect(read_all(wanted, reader, pages=5, page_s=DEADLINE_S, total_s=0.5))
    by_url = {reading.report.url: reading.report for reading in readings}
    assert by_url[web.url("/page")].status is PageStatus.READ
    assert by_url[web.url("/slow")].status is PageStatus.SKIPPED
    assert "0.5 s" in (by_url[web.url("/slow")].error or "")


async def test_leaving_the_reading_early_leaves_no_task_behind(web: LoopbackWeb, reader: PageReader) -> None:
    wanted = [candidate(web.url("/page")), candidate(web.url("/slow"))]
    readings = read_all(wanted, reader, pages=5, page_s=DEADLINE_S, total_s=DEADLINE_S)
    await anext(readings)
    before = {task for task in asyncio.all_tasks() if "attempt" in repr(task.get_coro())}
    await readings.aclose()
    assert before
    assert all(task.done() for task in before)
