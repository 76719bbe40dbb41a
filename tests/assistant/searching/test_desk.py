"""One desk for all questions: suspension, cache, turns, sessions, in the right order."""

import asyncio
import time
from collections.abc import Sequence

import httpx
import pytest

from assistant.evidence import SearchReport
from assistant.searching.desk import Desk
from assistant.searching.inquiry import Inquiry
from retrievers import AccessDenied, HitList, RateLimit, Retriever, SearchHit, SearchQuery, Session

QUERY = SearchQuery(text="disk space")


class Source(Retriever):
    name = provider = "source"
    focus = "web"

    def __init__(self, *answers: Sequence[SearchHit] | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[SearchQuery] = []
        self.sessions: list[Session] = []
        self.gate: asyncio.Event | None = None
        self.started = asyncio.Event()

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> Sequence[SearchHit]:
        return await self.search_in_session(query, client, Session())

    async def search_in_session(
        self, query: SearchQuery, client: httpx.AsyncClient, session: Session
    ) -> Sequence[SearchHit]:
        self.asked.append(query)
        self.started.set()
        self.sessions.append(session)
        if self.gate:
            await self.gate.wait()
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


HITS = HitList([SearchHit(url="https://a.example/", title="A")])
REFUSED = AccessDenied("source: HTTP 403; no", reason="denied")


async def ask(desk: Desk, source: Retriever, query: SearchQuery = QUERY, within_s: float = 60) -> SearchReport:
    inquiry = Inquiry(source=source, query=query, label=source.name)
    async with httpx.AsyncClient() as client:
        return (await desk.ask(inquiry, client, time.monotonic() + within_s))[0]


async def test_an_equal_query_is_answered_from_what_was_kept() -> None:
    desk, source = Desk(), Source(HITS)
    first, second = await ask(desk, source), await ask(desk, source)
    assert (first.from_cache, second.from_cache) == (False, True)
    assert first.hits == second.hits == tuple(HITS)
    assert len(source.asked) == 1


async def test_a_failure_is_not_kept() -> None:
    desk, source = Desk(), Source(KeyError("x"), HITS)
    assert (await ask(desk, source)).error == "source: unexpected KeyError: 'x'; please report it"
    assert (await ask(desk, source)).hits == tuple(HITS)


async def test_a_suspended_source_is_reported_and_not_asked() -> None:
    desk, source = Desk(), Source(REFUSED)
    first, second = await ask(desk, source), await ask(desk, source)
    assert (first.error, first.reason) == ("source: HTTP 403; no", "denied")
    assert (second.error, second.reason) == ("source: suspended for 3 min (denied)", "denied")
    assert len(source.asked) == 1


async def test_what_a_suspended_source_found_before_is_still_good() -> None:
    desk, source = Desk(), Source(HITS, REFUSED)
    await ask(desk, source)
    await ask(desk, source, SearchQuery(text="other"))
    assert (await ask(desk, source)).hits == tuple(HITS)


async def test_equal_queries_at_one_time_are_one_request() -> None:
    desk, source = Desk(), Source(HITS)
    source.gate = asyncio.Event()
    asking = [asyncio.create_task(ask(desk, source)) for _ in range(5)]
    await source.started.wait()
    source.gate.set()
    assert {report.hits for report in await asyncio.gather(*asking)} == {tuple(HITS)}
    assert len(source.asked) == 1


async def test_a_source_held_back_by_us_is_told_as_that_and_not_blamed() -> None:
    class Slow(Source):
        limit = RateLimit(requests=1, seconds=60)

    desk, source = Desk(), Slow(HITS)
    await ask(desk, source)
    report = await ask(desk, source, SearchQuery(text="other"), within_s=1)
    assert report.reason == "rate_limited"
    assert report.error == "source: waits its turn (1 request per 60 s, 4 at once); ask again in 60 s"
    assert len(source.asked) == 1
    assert desk.health.snapshot() == ()


async def test_a_provider_keeps_one_session() -> None:
    desk, source = Desk(), Source(HITS)
    await ask(desk, source)
    await ask(desk, source, SearchQuery(text="other"))
    assert source.sessions[0] is source.sessions[1]


async def test_a_question_that_is_stopped_blames_nobody_and_leaves_the_try_to_the_next() -> None:
    desk, source = Desk(), Source(HITS)
    source.gate = asyncio.Event()
    asking = asyncio.create_task(ask(desk, source))
    await source.started.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert desk.health.snapshot() == ()
    source.gate.set()
    assert (await ask(desk, source)).hits == tuple(HITS)
