from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from assistant.evidence import Candidate, Page, PageStatus
from assistant.reading.fetching import Reading, read_all
from assistant.reading.page_reader import PageReader
from assistant.reading.visiting import Errand
from tests.web.loopback import client_of_loopback


class Supply:
    """Candidates that a test puts in one by one."""

    def __init__(self, *urls: str) -> None:
        self._waiting = [Candidate(url=url, title="") for url in urls]
        self._changed = asyncio.Event()
        self._is_over = False

    def put(self, url: str) -> None:
        self._waiting.append(Candidate(url=url, title=""))
        self._changed.set()

    def end(self) -> None:
        self._is_over = True
        self._changed.set()

    def take(self) -> Candidate | None:
        return self._waiting.pop(0) if self._waiting else None

    async def more(self) -> bool:
        while not self._waiting and not self._is_over:
            self._changed.clear()
            await self._changed.wait()
        return bool(self._waiting)


class Scripted(PageReader):
    """Read every page at once, but for those that wait to be let go; the text is what the URL says after "#"."""

    def __init__(self) -> None:
        super().__init__(client_of_loopback())
        self.gates: dict[str, asyncio.Event] = {}

    async def read(self, candidate: Candidate, *, deadline_s: float, errand: Errand | None = None) -> Page:
        if gate := self.gates.get(candidate.url):
            await gate.wait()
        text = candidate.url.rpartition("#")[2]
        return Page(url=candidate.url, final_url=candidate.url, title="", text=text, fetched_at=datetime.now(UTC))


@pytest.fixture
def reader() -> Scripted:
    return Scripted()


async def collect(supply: object, reader: PageReader, pages: int = 3, total_s: float = 60) -> list[Reading]:
    readings = read_all(supply, reader, pages=pages, page_s=60, total_s=total_s)  # type: ignore[arg-type]
    return [reading async for reading in readings]


def urls(readings: list[Reading]) -> list[str]:
    return [reading.report.url for reading in readings if reading.page]


async def test_candidates_that_come_late_are_read(reader: Scripted) -> None:
    supply = Supply("https://a.example/#1")
    collecting = asyncio.create_task(collect(supply, reader))
    await asyncio.sleep(0)
    supply.put("https://b.example/#2")
    supply.put("https://c.example/#3")
    assert urls(await collecting) == ["https://a.example/#1", "https://b.example/#2", "https://c.example/#3"]


async def test_one_that_comes_while_another_is_being_read_does_not_wait_for_it(reader: Scripted) -> None:
    gate = reader.gates["https://a.example/#1"] = asyncio.Event()
    supply = Supply("https://a.example/#1")
    readings = read_all(supply, reader, pages=2, page_s=60, total_s=60)
    first = asyncio.ensure_future(anext(readings))
    await asyncio.sleep(0)
    supply.put("https://b.example/#2")
    assert (await first).report.url == "https://b.example/#2"
    gate.set()
    assert urls([reading async for reading in readings]) == ["https://a.example/#1"]


async def test_reading_ends_when_no_other_will_come(reader: Scripted) -> None:
    supply = Supply("https://a.example/#1")
    collecting = asyncio.create_task(collect(supply, reader))
    await asyncio.sleep(0)
    assert not collecting.done()
    supply.end()
    assert urls(await collecting) == ["https://a.example/#1"]


async def test_reading_ends_when_enough_are_read_although_others_may_come(reader: Scripted) -> None:
    supply = Supply("https://a.example/#1", "https://b.example/#2")
    assert len(urls(await collect(supply, reader, pages=2))) == 2


async def test_a_supply_that_never_says_anything_does_not_hold_the_deadline_up(reader: Scripted) -> None:
    async with asyncio.timeout(5):
        readings = await collect(Supply("https://a.example/#1"), reader, total_s=0.05)
    assert urls(readings) == ["https://a.example/#1"]
    assert not [task for task in asyncio.all_tasks() if "ask_for_more" in repr(task)]


async def test_a_supply_that_fails_has_no_more(reader: Scripted, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Supply):
        async def more(self) -> bool:
            raise ConnectionError

    assert urls(await collect(Broken("https://a.example/#1"), reader)) == ["https://a.example/#1"]
    assert "supply of candidates failed" in caplog.text


async def test_where_most_pages_come_fast_the_next_is_tried_sooner(reader: Scripted) -> None:
    names = ["https://a.example/#1", "https://b.example/#2", "https://c.example/#3", "https://d.example/#4"]
    reader.gates[names[1]] = asyncio.Event()
    wanted = [Candidate(url=url, title="") for url in [*names, "https://e.example/#5"]]
    async with asyncio.timeout(5):  # a third of a page's time would be twenty seconds
        readings = await collect(wanted, reader, pages=4)
    assert urls(readings) == [names[0], names[2], names[3], "https://e.example/#5"]


async def test_a_page_with_the_text_of_another_is_skipped_and_the_next_read_instead(reader: Scripted) -> None:
    wanted = [Candidate(url=f"https://{name}.example/#same", title="") for name in "ab"]
    wanted.append(Candidate(url="https://c.example/#other", title=""))
    readings = await collect(wanted, reader, pages=2)
    assert urls(readings) == ["https://a.example/#same", "https://c.example/#other"]
    (copy,) = [reading.report for reading in readings if not reading.page]
    assert (copy.status, copy.error) == (PageStatus.SKIPPED, "the same text as https://a.example/#same")
