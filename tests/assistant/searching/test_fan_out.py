"""All sources at once, two deadlines, and no failure that is not a report."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import httpx
import pytest

from assistant.evidence import SearchReport
from assistant.searching.desk import Desk
from assistant.searching.fan_out import Search, has_hits, is_enough
from assistant.searching.inquiry import Inquiry
from retrievers import HitList, ProviderUnavailable, RateLimit, Retriever, SearchHit, SearchQuery, UpstreamReport

QUERY = SearchQuery(text="disk space")
SOON_S, LATE_S = 0.02, 0.06


class Source(Retriever):
    """Answers with so many hits, after what `gate` waits for."""

    focus = "web"

    def __init__(self, name: str, hits: int = 0, gate: Callable[[], object] | None = None) -> None:
        self.name = self.provider = name
        self.hits = hits
        self.gate = gate
        self.started = asyncio.Event()
        self.was_cancelled = False

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> Sequence[SearchHit]:
        self.started.set()
        try:
            if self.gate:
                await self.gate()
        except asyncio.CancelledError:
            self.was_cancelled = True
            raise
        return [SearchHit(url=f"https://{self.name}.example/{number}", title="x") for number in range(self.hits)]


class Failing(Source):
    """Raises."""

    def __init__(self, name: str, error: BaseException) -> None:
        super().__init__(name)
        self.error = error

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> Sequence[SearchHit]:
        raise self.error


class Meta(Source):
    """Answers for one engine, while another failed."""

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> HitList:
        hit = SearchHit(url="https://a.example/", title="x")
        engines = [UpstreamReport(provider="web", hits=(hit,)), UpstreamReport(provider="dead", error="dead: timeout")]
        return HitList.of([hit], engines)


async def never() -> None:
    await asyncio.Event().wait()


def after(seconds: float) -> Callable[[], object]:
    return lambda: asyncio.sleep(seconds)


def asked(*sources: Retriever) -> list[Inquiry]:
    return [Inquiry(source=source, query=QUERY, label=source.name) for source in sources]


async def search(
    *sources: Retriever,
    soft_s: float = SOON_S,
    hard_s: float = LATE_S,
    told: list[SearchReport] | None = None,
    desk: Desk | None = None,
) -> tuple[SearchReport, ...]:
    """Search until there is enough, then leave."""
    told = [] if told is None else told
    async with httpx.AsyncClient() as client:
        searching = Search(asked(*sources), desk or Desk(), client, soft_s=soft_s, hard_s=hard_s, report=told.append)
        async with searching:
            await searching.until(is_enough)
    assert searching.reports == told, "what is kept was told as it came"
    assert asyncio.all_tasks() == {asyncio.current_task()}, "no task is left"
    return tuple(told)


@asynccontextmanager
async def opened(
    *sources: Retriever, soft_s: float, hard_s: float = 60, desk: Desk | None = None
) -> AsyncIterator[Search]:
    """Open a search with a client of its own."""
    async with httpx.AsyncClient() as client:
        waits = {"soft_s": soft_s, "hard_s": hard_s}
        async with Search(asked(*sources), desk or Desk(), client, **waits, report=lambda _: None) as searching:
            yield searching


def by_name(reports: Sequence[SearchReport]) -> dict[str, SearchReport]:
    return {report.retriever: report for report in reports}


async def test_every_source_is_asked_at_once() -> None:
    meeting = asyncio.Barrier(3)
    found = await search(*(Source(name, 1, meeting.wait) for name in "abc"), soft_s=5, hard_s=5)
    assert [len(report.hits) for report in found] == [1, 1, 1]


async def test_it_returns_as_soon_as_all_have_answered() -> None:
    async with asyncio.timeout(1):
        await search(Source("a", 1), Source("b"), soft_s=60, hard_s=60)


async def test_no_sources_give_no_reports() -> None:
    assert await search(soft_s=60, hard_s=60) == ()


async def test_before_the_soft_deadline_it_waits_for_all_even_with_enough() -> None:
    enough = [Source("a", 10), Source("b", 10)]
    found = await search(*enough, Source("slow", 1, after(0.01)), soft_s=30, hard_s=30)
    assert len(by_name(found)["slow"].hits) == 1


@pytest.mark.parametrize("enough", [[Source("a", 6), Source("b", 6)], [Source("a", 1), Source("b", 1), Source("c", 1)]])
async def test_at_the_soft_deadline_enough_ends_it(enough: list[Source]) -> None:
    late = Source("late", 1, never)
    async with asyncio.timeout(1):
        found = await search(*enough, late, soft_s=SOON_S, hard_s=60)
    assert by_name(found)["late"].error == "late: no answer within 0.0 s"
    assert late.was_cancelled


async def test_a_metasearch_and_its_one_engine_are_one_provider() -> None:
    found = await search(Meta("meta"), Source("a", 1), Source("late", 1, after(2 * SOON_S)), soft_s=SOON_S, hard_s=60)
    assert by_name(found)["late"].error is None


async def test_after_the_soft_deadline_it_waits_until_there_is_enough() -> None:
    async with asyncio.timeout(1):
        found = await search(
            Source("few", 2), Source("more", 10, after(2 * SOON_S)), Source("late", 1, never), soft_s=SOON_S, hard_s=60
        )
    assert len(by_name(found)["more"].hits) == 10
    assert by_name(found)["late"].error


async def test_the_hard_deadline_ends_it_with_whatever_there_is() -> None:
    found = await search(Source("few", 2), Source("late", 1, never))
    assert len(by_name(found)["few"].hits) == 2
    assert by_name(found)["late"].error == "late: no answer within 0.1 s"


async def test_the_hard_deadline_holds_for_a_source_that_ignores_it() -> None:
    async def stubborn() -> None:
        for _ in range(3):
            try:
                await asyncio.sleep(0.3)
            except asyncio.CancelledError:
                continue

    source = Source("stubborn", 1, stubborn)
    loop = asyncio.get_running_loop()
    started_s = loop.time()
    async with opened(source, soft_s=0.01, hard_s=0.02) as searching:
        await searching.until(is_enough)
    assert loop.time() - started_s < 0.25
    assert searching.reports[0].error
    await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}), return_exceptions=True)


async def test_a_failure_that_is_named_is_told_as_it_is() -> None:
    error = ProviderUnavailable("a: HTTP 502")
    found = await search(Failing("a", error), Source("b", 1))
    assert by_name(found)["a"].error == "a: HTTP 502"
    assert by_name(found)["b"].error is None


async def test_a_fault_in_a_source_is_told_and_stops_no_other() -> None:
    found = await search(Failing("a", KeyError("results")), Source("b", 1))
    assert by_name(found)["a"].error == "a: unexpected KeyError: 'results'; please report it"
    assert len(by_name(found)["b"].hits) == 1


async def test_a_source_that_cancels_itself_has_failed() -> None:
    found = await search(Failing("a", asyncio.CancelledError()), Source("b", 1))
    assert by_name(found)["a"].error == "a: gave up by itself; please report it"
    assert len(by_name(found)["b"].hits) == 1


async def test_each_engine_behind_a_source_has_its_own_report_after_the_sources_own() -> None:
    found = await search(Meta("meta"))
    assert [(report.retriever, report.provider, len(report.hits), report.error) for report in found] == [
        ("meta", "meta", 1, None),
        ("meta", "web", 1, None),
        ("meta", "dead", 0, "dead: timeout"),
    ]


async def test_more_hits_than_asked_for_are_cut_off() -> None:
    found = await search(Source("a", QUERY.limit + 5))
    assert len(found[0].hits) == QUERY.limit


async def test_late_lists_join_until_the_search_is_left() -> None:
    gate = asyncio.Event()
    late, silent = Source("late", 3, gate.wait), Source("silent", 1, never)
    async with opened(Source("a", 1), late, silent, soft_s=SOON_S) as searching:
        await searching.until(has_hits)
        assert [found.retriever for found in searching.reports] == ["a"]
        gate.set()
        assert await searching.more()
        assert by_name(searching.reports)["late"].hit_count == 3
    assert not await searching.more()
    assert silent.was_cancelled
    assert by_name(searching.reports)["silent"].reason == "timeout"


async def test_more_ends_at_the_hard_deadline() -> None:
    async with opened(Source("silent", 1, never), soft_s=0, hard_s=SOON_S) as searching:
        while await searching.more():
            pass
        assert searching.is_over
        assert by_name(searching.reports)["silent"].error


async def test_a_source_that_had_all_its_time_counts_as_late_and_one_that_was_left_early_does_not() -> None:
    desk = Desk()
    other = Source("other", 1)
    for _ in range(3):
        desk.cache = type(desk.cache)()
        await search(other, Source("silent", 1, never), desk=desk)
    assert [(one.name, one.reason) for one in desk.health.snapshot()] == [("silent", "timeout")]
    desk = Desk()
    async with opened(other, Source("silent", 1, never), soft_s=0, desk=desk) as searching:
        await searching.until(has_hits)
    assert desk.health.snapshot() == ()


async def test_a_source_that_waits_its_turn_is_not_late() -> None:
    class Slow(Source):
        limit = RateLimit(requests=10, seconds=1, at_once=1)

    desk = Desk()
    first, second = Slow("slow", 1, never), Slow("slow", 1, never)
    second.provider = first.provider = "one"
    second.name = "waits"
    found = await search(Source("other", 1), first, second, desk=desk)
    assert second.started.is_set() is False
    assert by_name(found)["waits"].hits == ()
    assert "waits" not in {one.name for one in desk.health.snapshot()}


async def test_stopping_takes_no_longer_than_a_tenth_of_a_second_with_a_source_that_will_not_stop() -> None:
    async def stubborn() -> None:
        for _ in range(2):
            try:
                await asyncio.sleep(0.3)
            except asyncio.CancelledError:
                continue

    source = Source("stubborn", 1, stubborn)
    searching = asyncio.create_task(search(source, soft_s=60, hard_s=60))
    await source.started.wait()
    loop = asyncio.get_running_loop()
    stopped_at = loop.time()
    searching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await searching
    assert loop.time() - stopped_at < 0.15
    await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}), return_exceptions=True)


async def test_cancelling_a_search_cancels_every_source() -> None:
    sources = [Source("a", 1, never), Source("b", 1, never)]
    searching = asyncio.create_task(search(*sources, soft_s=60, hard_s=60))
    await asyncio.gather(*(source.started.wait() for source in sources))
    searching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await searching
    assert [source.was_cancelled for source in sources] == [True, True]
    assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.mark.parametrize(("after_s", "times"), [(0.05, 0), (0.35, 1)])
async def test_what_can_be_done_early_is_done_for_lists_that_come_shortly_before_the_deadline(
    after_s: float, times: int
) -> None:
    done: list[int] = []
    async with opened(Source("one", 1, after(after_s)), Source("silent", 1, never), soft_s=0.4) as searching:
        await searching.until(has_hits, meanwhile=lambda: done.append(len(searching.reports)))
        assert done == [1] * times
