import asyncio

import httpx

from assistant.evidence import Candidate, SearchReport
from assistant.searching.desk import Desk
from assistant.searching.fan_out import Search, has_hits
from assistant.searching.fusion import fuse
from assistant.searching.inquiry import Inquiry
from assistant.searching.supply import Supply
from retrievers import Retriever, SearchHit, SearchQuery

QUERY = SearchQuery(text="x")
A, B, C = (f"https://{name}.example/" for name in "abc")


class Source(Retriever):
    """Lists these addresses once its gate is open."""

    focus = "web"

    def __init__(self, name: str, *urls: str, is_open: bool = True) -> None:
        self.name = self.provider = name
        self.urls = urls
        self.gate = asyncio.Event()
        if is_open:
            self.gate.set()

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> list[SearchHit]:
        await self.gate.wait()
        return [SearchHit(url=url, title=url) for url in self.urls]


def searching(*sources: Source, hard_s: float = 60) -> Search:
    inquiries = [Inquiry(source=source, query=QUERY, label=source.name) for source in sources]
    return Search(inquiries, Desk(), httpx.AsyncClient(), soft_s=0, hard_s=hard_s, report=lambda _: None)


def url_of(candidate: Candidate | None) -> str | None:
    return candidate and candidate.url


async def test_it_gives_the_best_first_and_then_nothing() -> None:
    async with searching(Source("one", A, B)) as search:
        await search.until(has_hits)
        supply = Supply(search, fuse)
        assert [url_of(supply.take()) for _ in range(3)] == [A, B, None]
        assert not await supply.more()


async def test_a_late_list_joins_behind_what_was_taken() -> None:
    late = Source("late", C, B, A, is_open=False)
    async with searching(Source("one", A, B), late) as search:
        await search.until(has_hits)
        supply = Supply(search, fuse)
        assert url_of(supply.take()) == A
        late.gate.set()
        assert await search.more()
        assert [candidate.url for candidate in supply.candidates] == [A, B, C], "A keeps its place, B has two votes"
        assert [url_of(supply.take()) for _ in range(3)] == [B, C, None]


async def test_who_waits_is_woken_by_a_new_page_not_by_one_already_taken() -> None:
    same, new = Source("same", A, is_open=False), Source("new", C, is_open=False)
    async with searching(Source("one", A), same, new) as search:
        await search.until(has_hits)
        supply = Supply(search, fuse)
        supply.take()
        waiting = asyncio.create_task(supply.more())
        same.gate.set()
        assert await search.more()
        assert not waiting.done()
        new.gate.set()
        assert await waiting
        assert url_of(supply.take()) == C


async def test_it_ends_at_the_hard_deadline() -> None:
    async with searching(Source("silent", A, is_open=False), hard_s=0.02) as search:
        assert not await Supply(search, fuse).more()


async def test_it_ends_when_the_search_is_left() -> None:
    async with searching(Source("silent", A, is_open=False)) as search:
        waiting = asyncio.create_task(Supply(search, fuse).more())
        await asyncio.sleep(0)
    assert not await waiting


async def test_a_copy_of_a_page_that_was_taken_is_not_given_again() -> None:
    def fuse_as_copy(reports: object) -> tuple[Candidate, ...]:
        found = fuse(search.reports)
        return found if len(search.reports) < 2 else (fuse([merged])[0],)

    title = "Nine ministers of the Kestrel valley sign a treaty on water"
    hits = (SearchHit(url=B, title=title), SearchHit(url=A, title=title))
    merged = SearchReport(retriever="late", provider="late", hits=hits)
    late = Source("late", B, A, is_open=False)
    async with searching(Source("one", A), late) as search:
        await search.until(has_hits)
        supply = Supply(search, fuse_as_copy)
        assert url_of(supply.take()) == A
        late.gate.set()
        assert await search.more()
        assert supply.take() is None


async def test_it_tells_how_high_a_page_was_listed_once_it_was_taken() -> None:
    async with searching(Source("one", A, B, C)) as search:
        await search.until(has_hits)
        supply = Supply(search, fuse)
        supply.take()
        supply.take()
        assert [supply.place_of(url) for url in (A, B, C)] == [0, 1, None]
