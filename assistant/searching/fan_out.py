"""Ask every chosen source at once, and stop in time.

Knows the two deadlines of a search and turns whatever a source does into reports. Leaves choosing sources to
`routing.py` and merging their lists to `fusion.py`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence

import httpx

from assistant.evidence import SearchReport
from assistant.searching.witnesses import with_votes
from retrievers import HitList, Retriever, RetrieverError, SearchQuery

__all__ = ["ENOUGH_HITS", "ENOUGH_PROVIDERS", "search_all"]

ENOUGH_HITS = 12
"""More than the pages that a balanced turn reads, with room for some that cannot be read."""
ENOUGH_PROVIDERS = 3
"""Three lists give fusion something to agree on."""
GRACE_S = 0.1
"""How long to wait for a cancelled source to let go of its connection."""


async def search_all(
    query: SearchQuery,
    retrievers: Sequence[Retriever],
    client: httpx.AsyncClient,
    *,
    soft_s: float,
    hard_s: float,
    report: Callable[[SearchReport], None],
    clock: Callable[[], float] = time.monotonic,
) -> tuple[SearchReport, ...]:
    """Return what each source gave, its own list before those of the engines behind it.

    Waits for all until `soft_s`, then until there is enough, and never beyond `hard_s`. No failure of a source raises;
    `report` is told each report as it comes.
    """
    asked = {asyncio.create_task(ask(source, query, client, clock)): source for source in retrievers}
    reports: list[SearchReport] = []

    def take(found: Iterable[SearchReport]) -> None:
        for one in found:
            reports.append(one)
            report(one)

    started_s = clock()
    pending = set(asked)
    try:
        while pending:
            elapsed_s = clock() - started_s
            if elapsed_s >= hard_s or (elapsed_s >= soft_s and is_enough(reports)):
                break
            until_s = soft_s if elapsed_s < soft_s else hard_s
            done, pending = await asyncio.wait(
                pending, timeout=until_s - elapsed_s, return_when=asyncio.FIRST_COMPLETED
            )
            for task in (task for task in asked if task in done):
                take(reports_of(task, asked[task]))
        elapsed_s = clock() - started_s
        take(late(source, elapsed_s) for task, source in asked.items() if task in pending)
    finally:
        await end(task for task in asked if not task.done())
    return tuple(reports)


async def ask(
    source: Retriever, query: SearchQuery, client: httpx.AsyncClient, clock: Callable[[], float]
) -> tuple[SearchReport, ...]:
    """Ask one source; every failure becomes its report."""
    started_s = clock()
    error, reason = None, None
    hits = HitList()
    try:
        found = await source.search(query, client)
        hits = HitList.of(found[: query.limit], getattr(found, "upstream", ()))
    except RetrieverError as failure:
        error, reason = str(failure), failure.reason
    except Exception as failure:  # noqa: BLE001 - a fault in one source must not take the others along
        error = f"{source.name}: unexpected {type(failure).__name__}: {failure}; please report it"
        reason = "unknown"
    elapsed_s = clock() - started_s
    own = SearchReport(
        retriever=source.name,
        provider=source.provider,
        hits=tuple(hits),
        elapsed_s=elapsed_s,
        error=error,
        reason=reason,
    )
    engines = (
        SearchReport(retriever=source.name, provider=one.provider, hits=one.hits, elapsed_s=elapsed_s, error=one.error)
        for one in hits.upstream
    )
    return (own, *engines)


def reports_of(task: asyncio.Task[tuple[SearchReport, ...]], source: Retriever) -> tuple[SearchReport, ...]:
    """Read a finished task; one that cancelled itself is a failed source."""
    if task.cancelled():
        error = f"{source.name}: gave up by itself; please report it"
        return (SearchReport(retriever=source.name, provider=source.provider, error=error),)
    return task.result()


def late(source: Retriever, elapsed_s: float) -> SearchReport:
    """Word the report of a source that did not answer in time."""
    error = f"{source.name}: no answer within {elapsed_s:.1f} s"
    return SearchReport(
        retriever=source.name, provider=source.provider, elapsed_s=elapsed_s, error=error, reason="timeout"
    )


def is_enough(reports: Sequence[SearchReport]) -> bool:
    """Tell whether a search may end before every source has answered: enough pages, or enough lists."""
    pages = {hit.url for found in reports for hit in found.hits}
    providers = {found.provider for found, is_voting in with_votes(reports) if is_voting and found.hits}
    return len(pages) >= ENOUGH_HITS or len(providers) >= ENOUGH_PROVIDERS


async def end(tasks: Iterable[asyncio.Task[tuple[SearchReport, ...]]]) -> None:
    """Cancel what is still running and give it a moment to let go."""
    running = set(tasks)
    for task in running:
        task.cancel()
    if running:
        await asyncio.wait(running, timeout=GRACE_S)
