from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from assistant.errors import AskedToWait, BlockedAddress, DisallowedByRobots, ReadingError, Unreachable
from assistant.evidence import Candidate, Page
from assistant.reading.cache import PageCache
from assistant.reading.page_reader import PageReader
from assistant.reading.visiting import Errand
from tests.web.loopback import SITE, LoopbackWeb, Response, ThreadExtractors, client_of_loopback, redirect

TEXT = {"Content-Type": "text/plain"}


@pytest.fixture
async def reader() -> AsyncIterator[PageReader]:
    async with client_of_loopback() as client:
        yield PageReader(client, allow_hosts=(SITE,), extractors=ThreadExtractors())


def robots(text: str, status: int = 200) -> Response:
    return Response(status=status, headers=TEXT, pieces=(text.encode(),))


async def read(reader: PageReader, url: str, *, deadline_s: float = 5, errand: Errand | None = None) -> Page:
    return await reader.read(Candidate(url=url, title=""), deadline_s=deadline_s, errand=errand)


@pytest.mark.parametrize("name", ["footnote", "Footnote", "*"])
async def test_a_page_that_robots_txt_closes_is_not_asked_for(web: LoopbackWeb, reader: PageReader, name: str) -> None:
    web.routes["/robots.txt"] = robots(f"User-agent: {name}\nDisallow: /page\n")
    with pytest.raises(DisallowedByRobots, match=r"/page: .*robots\.txt asks programs not to read it; open it"):
        await read(reader, web.url("/page"))
    assert web.asked_for("/page") == 0
    assert "47 metres" in (await read(reader, web.url("/gzip"))).text


async def test_rules_for_other_programs_are_not_ours(web: LoopbackWeb, reader: PageReader) -> None:
    web.routes["/robots.txt"] = robots("User-agent: Otherbot\nDisallow: /\n")
    assert (await read(reader, web.url("/page"))).text


async def test_where_a_redirect_leads_is_asked_for_by_the_rules_as_well(web: LoopbackWeb, reader: PageReader) -> None:
    web.routes["/robots.txt"] = robots("User-agent: *\nDisallow: /page\n")
    with pytest.raises(DisallowedByRobots):
        await read(reader, web.url("/to-page"))
    assert web.asked_for("/page") == 0


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_a_missing_robots_txt_allows_everything(web: LoopbackWeb, reader: PageReader, status: int) -> None:
    web.routes["/robots.txt"] = robots("User-agent: *\nDisallow: /\n", status)
    assert (await read(reader, web.url("/page"))).text


@pytest.mark.parametrize("status", [500, 503])
async def test_one_that_cannot_be_had_forbids_everything_for_a_while(
    web: LoopbackWeb, reader: PageReader, status: int
) -> None:
    web.routes["/robots.txt"] = robots("", status)
    for _ in range(2):
        with pytest.raises(Unreachable, match=rf"robots\.txt: HTTP {status}, so its pages are not read for now"):
            await read(reader, web.url("/page"))
    assert web.asked_for("/page") == 0
    assert web.asked_for("/robots.txt") == (2 if status == 503 else 1)  # 503 may pass: it is asked twice, once


async def test_one_that_moved_is_followed_and_a_loop_counts_as_none(web: LoopbackWeb, reader: PageReader) -> None:
    web.routes["/robots.txt"] = redirect("/elsewhere.txt")
    web.routes["/elsewhere.txt"] = robots("User-agent: *\nDisallow: /page\n")
    with pytest.raises(DisallowedByRobots):
        await read(reader, web.url("/page"))


async def test_one_in_a_loop_counts_as_none(web: LoopbackWeb, reader: PageReader) -> None:
    web.routes["/robots.txt"] = redirect("/robots.txt")
    assert (await read(reader, web.url("/page"))).text


async def test_one_that_leads_to_a_private_place_is_not_followed(web: LoopbackWeb, reader: PageReader) -> None:
    web.routes["/robots.txt"] = redirect("http://10.0.0.5/robots.txt")
    with pytest.raises(BlockedAddress, match=r"redirects to where no page is read from: 10\.0\.0\.5"):
        await read(reader, web.url("/page"))


async def test_only_its_first_500_kib_count(web: LoopbackWeb, reader: PageReader) -> None:
    web.routes["/robots.txt"] = robots("# padding\n" * 52_000 + "User-agent: *\nDisallow: /\n")
    assert (await read(reader, web.url("/page"))).text


async def test_of_a_longer_one_what_fits_counts(web: LoopbackWeb, reader: PageReader) -> None:
    web.routes["/robots.txt"] = robots("User-agent: *\nDisallow: /page\n" + "# padding\n" * 52_000)
    with pytest.raises(DisallowedByRobots):
        await read(reader, web.url("/page"))


async def test_it_is_fetched_once_for_all_who_come_at_the_same_time(web: LoopbackWeb, reader: PageReader) -> None:
    await asyncio.gather(*(read(reader, web.url(f"/page?{n}")) for n in range(4)))
    assert web.asked_for("/robots.txt") == 1


async def test_it_is_not_fetched_again_by_another_process_within_a_day(web: LoopbackWeb, tmp_path: Path) -> None:
    web.routes["/robots.txt"] = robots("User-agent: *\nDisallow: /page\n")
    for _ in range(2):
        cache = PageCache(tmp_path / "pages.sqlite3", most_bytes=1_000_000)
        async with client_of_loopback() as client:
            reader = PageReader(client, allow_hosts=(SITE,), extractors=ThreadExtractors(), cache=cache)
            with pytest.raises(DisallowedByRobots):
                await read(reader, web.url("/page"))
            await reader.close()
    assert web.asked_for("/robots.txt") == 1


async def test_its_time_is_part_of_the_pages(web: LoopbackWeb, reader: PageReader) -> None:
    web.routes["/robots.txt"] = Response(pieces=(b"User",), hangs=True)
    with pytest.raises(Unreachable, match=r"no complete answer in 0\.2 s"):
        await read(reader, web.url("/page"), deadline_s=0.2)


async def test_a_crawl_delay_counts_from_the_sixth_page_of_a_question(web: LoopbackWeb, reader: PageReader) -> None:
    web.routes["/robots.txt"] = robots("User-agent: *\nCrawl-delay: 60\n")
    errand = Errand()
    for n in range(6):  # the sixth takes the first turn at once
        await read(reader, web.url(f"/page?{n}"), errand=errand)
    with pytest.raises(AskedToWait, match="asks for 60 s between pages") as told:
        await read(reader, web.url("/page?6"), errand=errand)
    assert told.value.wait_s == 60
    assert (await read(reader, web.url("/page?7"), errand=Errand())).text


async def test_a_page_that_is_closed_is_a_reading_error() -> None:
    assert issubclass(DisallowedByRobots, ReadingError)
