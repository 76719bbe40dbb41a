"""From a query to passages: search, fuse, read; and once more where the question goes in two steps.

Knows the order of the two rounds, the time that both have together, and what of the first may be asked about in the
second. Leaves when to ask on to `ranking/second_round.py` and every piece of work to the stage it is named for.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlsplit

from assistant.budgets import Budget
from assistant.events import CandidatesFused, PageRead, SearchStarted, SourceAnswered
from assistant.evidence import Candidate, Page, Passage, QuestionOptions, SearchReport
from assistant.parts import Parts
from assistant.ranking.passages import split
from assistant.ranking.second_round import follow_up_queries
from assistant.reading.cache import life_s
from assistant.reading.fetching import read_all
from assistant.searching.addresses import identity
from assistant.searching.fan_out import Search, has_hits
from assistant.searching.fusion import prepare
from assistant.searching.inquiry import Inquiry
from assistant.searching.planning import SearchPlan, is_unclear, plan_search
from assistant.searching.shortfalls import shortfalls
from assistant.searching.supply import Supply
from assistant.turn_record import TurnRecord
from retrievers import Focus, SearchQuery

__all__ = ["Found", "Read", "follow_up", "joined", "read_passages", "searched"]

Read = tuple[list[Page], list[Passage]]  # pages, and what they were cut into
ASKED_AGAIN: frozenset[Focus] = frozenset({"web", "reference"})
"""The kinds that may know a name that the first pages gave; verticals were asked for what the question calls for."""
MOST_ASKED_AGAIN = 3
"""Sources asked in the second round, the best of those that gave something in the first: each gets two queries."""
MOST_PAGES_MORE = 4
"""Pages that the second round reads: half of what a balanced turn reads in the first."""
LEAST_LEFT_S = 1.0
"""Less is not enough to search and to read one page. Judgement."""
SEARCH_SHARE = 0.5
"""Of the time left, what searching again may take; the rest is for reading."""
SCHEMES = frozenset({"http", "https"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What a search gives to read from, and what a second one must know of it."""

    plan: SearchPlan
    search: Search
    supply: Supply


@asynccontextmanager
async def searched(
    query: SearchQuery,
    options: QuestionOptions,
    parts: Parts,
    budget: Budget,
    record: TurnRecord,
    *,
    enough: Callable[[Sequence[SearchReport]], bool] = has_hits,
) -> AsyncIterator[Found]:
    """Ask every chosen source at once; give what they list so far, while late lists join until it is left."""
    meant: tuple[Focus, ...] = ()
    if parts.likeness and is_unclear(query, options):
        meant = await parts.likeness.kinds(query.text, query.language)
    plan = plan_search(
        query,
        parts.retrievers,
        options,
        limit=budget.sources,
        is_private=parts.settings.private or options.private,
        spare=parts.spare,
        meant=meant,
    )
    record.gaps.extend(plan.gaps)
    record.emit(SearchStarted(elapsed_s=record.elapsed_s, retrievers=plan.labels))
    report = reporting(plan.query, record)
    for name, reason in parts.unusable.items():
        if name in options.without_sources:
            continue
        report(SearchReport(retriever=name, provider=name, error=reason))
    search = Search(
        plan.inquiries,
        parts.desk,
        parts.client,
        soft_s=budget.search_soft_s,
        hard_s=budget.search_hard_s,
        report=report,
    )
    supply = Supply(search, partial(plan.fused, options))
    async with search:
        with record.stage("search"):
            if not plan.given:  # pages that are named need not wait for others
                await search.until(enough, meanwhile=supply.prepare)
        record.emit(CandidatesFused(elapsed_s=record.elapsed_s, candidates=supply.candidates))
        yield Found(plan=plan, search=search, supply=supply)
    record.gaps.extend(shortfalls(plan.inquiries, search.reports))


def reporting(query: SearchQuery, record: TurnRecord) -> Callable[[SearchReport], None]:
    """Make what tells of each list as it comes."""

    def report(found: SearchReport) -> None:
        prepare(found, query)
        record.emit(SourceAnswered(elapsed_s=record.elapsed_s, report=found))

    return report


async def read_passages(
    query: SearchQuery,
    supply: Supply,
    options: QuestionOptions,
    parts: Parts,
    budget: Budget,
    record: TurnRecord,
    *,
    note: Callable[[Sequence[Passage]], None] = lambda _passages: None,
) -> Read:
    """Read the best candidates and cut them into passages as they come in; late ones join while pages are wanted.

    `note` hears of all passages so far after each page.
    """
    pages: list[Page] = []
    passages: list[Passage] = []
    with record.stage("read"):
        readings = read_all(
            supply,
            parts.reader,
            pages=budget.pages,
            page_s=budget.page_s,
            total_s=budget.reading_s,
            life_s=life_s(query.freshness, refresh=options.refresh),
        )
        async with aclosing(readings):
            async for reading in readings:
                title = reading.page.title if reading.page else ""
                read = PageRead(elapsed_s=record.elapsed_s, report=reading.report, title=title, page=reading.page)
                record.emit(read)
                if reading.page:
                    pages.append(reading.page)
                    rank = supply.place_of(reading.report.url)
                    passages += await asyncio.to_thread(partial(split, reading.page, source_rank=rank))
                    note(passages)
    record.gaps.extend(parts.reader.take_notices())
    return pages, passages


async def follow_up(  # noqa: PLR0913 - what a turn knows, and the one moment that both rounds share
    query: SearchQuery,
    ranked: Sequence[Passage],
    first: Found,
    options: QuestionOptions,
    parts: Parts,
    budget: Budget,
    record: TurnRecord,
    *,
    until_s: float,
) -> Read:
    """Search and read again for what the first pages left open, if the question goes in two steps and time is left.

    `until_s`, counted like `record.elapsed_s`, is when the reading of the first round would have had to end: with a
    second round a question takes no longer than it may with a slow first one.
    """
    left_s = until_s - record.elapsed_s
    if left_s < LEAST_LEFT_S or first.plan.given or options.attachments:
        return [], []
    queries = await asyncio.to_thread(follow_up_queries, query, tellable(ranked, first))
    inquiries = asked_again(queries, first)
    if not inquiries:
        return [], []
    search_s = min(budget.search_soft_s, SEARCH_SHARE * left_s)
    plan = replace(first.plan, inquiries=inquiries)
    report = reporting(plan.query, record)
    record.emit(SearchStarted(elapsed_s=record.elapsed_s, retrievers=(*first.plan.labels, *plan.labels)))
    search = Search(inquiries, parts.desk, parts.client, soft_s=search_s / 2, hard_s=search_s, report=report)
    supply = Supply(search, partial(unread, plan, options, first))
    async with search:
        await search.until(has_hits, meanwhile=supply.prepare)
        record.emit(CandidatesFused(elapsed_s=record.elapsed_s, candidates=supply.candidates))
        rest = replace(
            budget,
            pages=min(MOST_PAGES_MORE, budget.pages),
            page_s=min(budget.page_s, until_s - record.elapsed_s),
            reading_s=until_s - record.elapsed_s,
        )
        return await read_passages(query, supply, options, parts, rest, record)


def tellable(ranked: Sequence[Passage], first: Found) -> list[Passage]:
    """Keep the passages whose names may be told to a search engine: none of the user's own files."""
    own = {inquiry.label for inquiry in first.plan.inquiries if holds_own(inquiry)}
    secret = {
        one.url for one in first.supply.candidates if any(sighting.retriever in own for sighting in one.sightings)
    }
    public = {one.url for one in first.supply.candidates} - secret
    return [passage for passage in ranked if passage.url in public and urlsplit(passage.url).scheme in SCHEMES]


def holds_own(inquiry: Inquiry) -> bool:
    """Tell whether a source searches what is the user's own; an own search engine finds what is public."""
    return inquiry.source.focus == "local" or (inquiry.source.is_private and inquiry.source.focus != "web")


def asked_again(queries: Sequence[SearchQuery], first: Found) -> tuple[Inquiry, ...]:
    """Say what the second round asks of whom: the sources of the general web that gave something in the first."""
    language = first.plan.query.language
    useful = {report.retriever for report in first.search.reports if report.hits}
    asked = [
        inquiry
        for inquiry in first.plan.inquiries
        if inquiry.label in useful and inquiry.source.focus in ASKED_AGAIN and inquiry.query.language == language
    ]
    return tuple(
        replace(inquiry, query=replace(inquiry.query, text=query.text), label=f"{inquiry.label}: {query.text}")
        for query in queries
        for inquiry in asked[:MOST_ASKED_AGAIN]
    )


def unread(
    plan: SearchPlan, options: QuestionOptions, first: Found, reports: Sequence[SearchReport]
) -> tuple[Candidate, ...]:
    """Merge the lists of the second round and leave out what the first has read or tried."""
    supply = first.supply
    known = {identity(one.url) for one in supply.candidates if supply.place_of(one.url) is not None}
    return tuple(one for one in plan.fused(options, reports) if identity(one.url) not in known)


def joined(one: Read, other: Read) -> Read:
    """Put what two rounds read together."""
    return [*one[0], *other[0]], [*one[1], *other[1]]
