from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import BuiltByScripts, NotText, Unreachable
from assistant.evidence import Candidate, Page, PageStatus
from assistant.reading.cache import LIFE_S, PageCache, life_s
from assistant.reading.exchange import Document
from assistant.reading.fetching import read_all
from assistant.reading.page_reader import PageReader
from assistant.reading.visiting import Errand
from tests.web.loopback import SITE, LoopbackWeb, Response, ThreadExtractors, client_of_loopback

MIB = 1 << 20
URL = "https://a.example/"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "pages.sqlite3"


@pytest.fixture
async def reader(path: Path) -> AsyncIterator[PageReader]:
    async with client_of_loopback() as client:
        reading = reader_of(client, path)
        yield reading
        await reading.close()


def reader_of(client: Any, path: Path) -> PageReader:
    cache = PageCache(path, most_bytes=MIB)
    return PageReader(client, allow_hosts=(SITE,), extractors=ThreadExtractors(), cache=cache)


def page(url: str = URL, text: str = "The text.") -> Page:
    return Page(url=url, final_url=f"{url}final", title="A title", text=text, fetched_at=datetime.now(UTC))


def document(url: str = URL, **said: Any) -> Document:
    return Document(url=f"{url}final", content_type="text/html", body=b"", **said)


async def read(reader: PageReader, url: str, *, old_s: float = 60, deadline_s: float = 5) -> Page:
    errand = Errand(not_before=datetime.now(UTC) - timedelta(seconds=old_s))
    return await reader.read(Candidate(url=url, title=""), deadline_s=deadline_s, errand=errand)


def rows(path: Path, statement: str = "SELECT key, body FROM rows", *values: object) -> list[tuple[Any, ...]]:
    with sqlite3.connect(path) as db:
        return db.execute(statement, values).fetchall()


async def test_a_page_comes_back_as_it_was_with_its_time_and_final_url(path: Path) -> None:
    kept = page(text="Ünïcode \U0001f600 text.\nIn two lines.")
    cache = PageCache(path, most_bytes=MIB)
    cache.keep_page(kept, document(etag='"1"'))
    await cache.close()
    found = await PageCache(path, most_bytes=MIB).page(URL)
    assert found
    assert (found.page.text, found.page.final_url, found.page.from_cache) == (kept.text, kept.final_url, True)
    assert found.page.fetched_at == kept.fetched_at
    assert (found.validators.url, found.validators.etag) == (f"{URL}final", '"1"')


async def test_what_its_sender_wants_not_kept_is_not(path: Path) -> None:
    cache = PageCache(path, most_bytes=MIB)
    cache.keep_page(page(), document(keep=False))
    assert await cache.page(URL) is None
    await cache.close()


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"lc": 1, "type": "secret", "id": ["HOME"]}),
        "gASVCgAAAAAAAACMBnBpY2tsZZQu",
        "[" * 100_000,
        "null",
        '{"page": {}, "validators": {}}',
    ],
    ids=["langchain", "pickle", "deep", "null", "empty"],
)
async def test_a_row_that_is_not_what_we_write_is_dropped(path: Path, body: str) -> None:
    cache = PageCache(path, most_bytes=MIB)
    cache.keep_page(page(), document())
    await cache.close()
    rows(path, "UPDATE rows SET body = ?", body)
    cache = PageCache(path, most_bytes=MIB)
    assert await cache.page(URL) is None
    await cache.close()
    assert rows(path) == []


async def test_an_unexpected_key_in_a_page_drops_it(path: Path) -> None:
    cache = PageCache(path, most_bytes=MIB)
    cache.keep_page(page(), document())
    await cache.close()
    rows(path, "UPDATE rows SET body = json_set(body, '$.page.run', 'this')")
    assert await PageCache(path, most_bytes=MIB).page(URL) is None


async def test_the_pages_used_least_recently_make_room(path: Path) -> None:
    cache = PageCache(path, most_bytes=100_000)
    for n in range(20):
        cache.keep_page(page(f"{URL}{n}", "x" * 9_000), document())
    assert await cache.page(f"{URL}0") is None
    assert await cache.page(f"{URL}19")
    await cache.close()
    assert rows(path, "SELECT SUM(bytes) FROM rows")[0][0] <= 100_000


async def test_one_page_does_not_push_out_all_others(path: Path) -> None:
    cache = PageCache(path, most_bytes=100_000)
    cache.keep_page(page(), document())
    cache.keep_page(page(f"{URL}large", "x" * 90_000), document())
    assert await cache.page(URL)
    assert await cache.page(f"{URL}large") is None
    await cache.close()


@pytest.mark.parametrize("garbage", [b"garbage" * 100, b"SQLite format 3\0" + b"garbage" * 1000])
async def test_a_corrupt_file_is_set_aside_and_begun_anew(
    web: LoopbackWeb, reader: PageReader, path: Path, garbage: bytes
) -> None:
    path.write_bytes(garbage)  # noqa: ASYNC240 - seven kilobytes
    assert (await read(reader, web.url("/page"))).text
    (notice,) = reader.take_notices()
    assert "set aside as pages.sqlite3.corrupt-" in notice
    assert [aside.read_bytes() for aside in path.parent.glob("*.corrupt-*")] == [garbage]
    assert (await read(reader, web.url("/page"))).from_cache
    assert reader.take_notices() == ()


async def test_a_locked_file_holds_nobody_up(web: LoopbackWeb, reader: PageReader, path: Path) -> None:
    await read(reader, web.url("/gzip"))
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert not (await read(reader, web.url("/page"))).from_cache
        other.execute("ROLLBACK")
    other.close()


async def test_a_place_that_cannot_be_written_is_told_and_holds_nobody_up(web: LoopbackWeb, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    async with client_of_loopback() as client:
        reader = reader_of(client, tmp_path / "file" / "pages.sqlite3")
        assert (await read(reader, web.url("/page"))).text
        assert (await read(reader, web.url("/page"))).text
        (notice,) = reader.take_notices()
        await reader.close()
    assert "pages are read from the web only" in notice


async def test_a_full_disk_is_told_and_holds_nobody_up(web: LoopbackWeb, reader: PageReader, path: Path) -> None:
    await read(reader, web.url("/gzip"))
    shelf = reader._cache._shelf
    assert shelf
    await asyncio.wrap_future(shelf._thread.submit(shelf._connection.execute, "PRAGMA max_page_count = 1"))  # type: ignore[union-attr]
    web.routes["/long"] = Response(pieces=(b"<p>" + b"A word and another. " * 2000,))
    assert (await read(reader, web.url("/long"))).text
    assert not (await read(reader, web.url("/long"))).from_cache
    assert "full" in reader.take_notices()[0]


async def test_a_second_equal_question_reads_nothing_from_the_network(web: LoopbackWeb, reader: PageReader) -> None:
    paths = ("/page", "/to-page", "/gone", "/image", "/bomb", "/no-http", "/slow", "/pages/glass-beetle.html")
    wanted = [Candidate(url=web.url(path), title="") for path in paths]

    async def ask() -> dict[str, tuple[PageStatus, bool]]:
        readings = read_all(wanted, reader, pages=8, page_s=2, total_s=20)
        return {reading.report.url: (reading.report.status, reading.report.from_cache) async for reading in readings}

    first, asked = await ask(), len(web.requests)
    second = await ask()
    assert len(web.requests) == asked
    assert {url: status for url, (status, _) in first.items()} == {url: status for url, (status, _) in second.items()}
    assert [from_cache for status, from_cache in second.values() if status is PageStatus.READ] == [True, True]


async def test_a_page_that_is_too_old_is_read_again(web: LoopbackWeb, reader: PageReader) -> None:
    first = await read(reader, web.url("/page"))
    second = await read(reader, web.url("/page"), old_s=0)
    assert web.asked_for("/page") == 2
    assert (second.from_cache, second.fetched_at > first.fetched_at) == (False, True)


@pytest.mark.parametrize(
    ("given", "asked"), [("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since")], ids=["etag", "date"]
)
async def test_an_old_page_is_kept_when_its_sender_says_that_it_is_the_same(
    web: LoopbackWeb, reader: PageReader, given: str, asked: str
) -> None:
    mark = '"v1"' if given == "ETag" else "Fri, 31 Dec 1999 23:59:59 GMT"

    def answer(request: str) -> Response:
        is_same = f"{asked}: {mark}".lower() in request.lower()
        return Response(status=304, headers={}, pieces=()) if is_same else Response(headers={given: mark})

    web.routes["/page"] = answer
    first = await read(reader, web.url("/to-page"))
    second = await read(reader, web.url("/to-page"), old_s=0)
    assert (second.text, second.from_cache, second.fetched_at > first.fetched_at) == (first.text, True, True)
    assert (await read(reader, web.url("/to-page"))).fetched_at == second.fetched_at
    assert web.asked_for("/page") == 2


async def test_questions_that_want_the_same_page_at_the_same_time_share_it(
    web: LoopbackWeb, reader: PageReader
) -> None:
    pages = await asyncio.gather(*(read(reader, web.url("/page")) for _ in range(5)))
    assert web.asked_for("/page") == 1
    assert len({page.text for page in pages}) == 1


async def test_a_question_that_leaves_does_not_take_the_page_from_another(web: LoopbackWeb, reader: PageReader) -> None:
    may_answer = asyncio.Event()

    class Waiting(ThreadExtractors):
        async def extract(self, document: Document) -> Page:
            await may_answer.wait()
            return await super().extract(document)

    reader._extractors = Waiting()
    leaving = asyncio.create_task(read(reader, web.url("/page")))
    staying = asyncio.create_task(read(reader, web.url("/page")))
    await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    may_answer.set()
    assert "47 metres" in (await staying).text
    assert web.asked_for("/page") == 1


async def test_a_page_that_has_arrived_is_kept_although_nobody_waits_for_it(
    web: LoopbackWeb, reader: PageReader
) -> None:
    arrived, may_answer = asyncio.Event(), asyncio.Event()

    class Waiting(ThreadExtractors):
        async def extract(self, document: Document) -> Page:
            if document.url.endswith("/page"):  # and not the sample that warms the workers
                arrived.set()
                await may_answer.wait()
            return await super().extract(document)

    reader._extractors = Waiting()
    leaving = asyncio.create_task(read(reader, web.url("/page")))
    await arrived.wait()
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    coming = asyncio.create_task(read(reader, web.url("/page")))
    await asyncio.wait([coming], timeout=1)
    may_answer.set()
    assert (await coming).text
    assert web.asked_for("/page") == 1


async def test_a_page_that_could_not_be_read_says_so_with_its_age(web: LoopbackWeb, reader: PageReader) -> None:
    for says in ("image/png is not text$", r"image/png is not text \(asked just now\)"):
        with pytest.raises(NotText, match=says):
            await read(reader, web.url("/image"))
    with pytest.raises(NotText, match=r"image/png is not text$"):
        await read(reader, web.url("/image"), old_s=0)  # a wish to read anew


async def test_a_slow_page_is_tried_again_with_more_time(web: LoopbackWeb, reader: PageReader) -> None:
    web.routes["/page"] = [Response(pieces=(b"<html>",), hangs=True), Response()]
    with pytest.raises(Unreachable, match=r"no complete answer in 0\.6 s"):
        await read(reader, web.url("/page"), deadline_s=0.6)
    with pytest.raises(Unreachable, match="asked just now"):
        await read(reader, web.url("/page"), deadline_s=0.6)
    assert (await read(reader, web.url("/page"), deadline_s=5)).text


def test_the_more_recent_a_question_wants_its_pages_the_less_old_they_may_be() -> None:
    assert LIFE_S["day"] < LIFE_S["week"] < LIFE_S["month"] < LIFE_S["year"] <= LIFE_S[None]
    assert life_s("day") == 300
    assert life_s(None, refresh=True) == 0


async def test_a_reading_that_ends_after_the_cache_is_closed_ends_well(path: Path) -> None:
    cache = PageCache(path, most_bytes=MIB)
    cache.keep_page(page(), document())
    await cache.close()
    cache.keep_failure(URL, Unreachable("late"))
    assert await cache.page(URL) is None
    await cache.close()
    assert len(rows(path)) == 1


async def test_without_room_nothing_is_kept(tmp_path: Path) -> None:
    cache = PageCache(tmp_path / "pages.sqlite3", most_bytes=0)
    cache.keep_page(page(), document())
    assert await cache.page(URL) is None
    await cache.close()
    assert list(tmp_path.iterdir()) == []  # noqa: ASYNC240 - an empty folder


async def test_a_page_built_by_scripts_is_remembered_as_one(web: LoopbackWeb, reader: PageReader) -> None:
    web.routes["/app"] = Response(pieces=(b"<html><body><div id=root></div><script>render()</script></body></html>",))
    for says in ("built by scripts", r"built by scripts.*\(asked"):
        with pytest.raises(BuiltByScripts, match=says):
            await read(reader, web.url("/app"))
    assert web.asked_for("/app") == 1
