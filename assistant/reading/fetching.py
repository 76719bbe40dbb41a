"""Candidates made into pages, several at once, inside a deadline, whatever is at the other end.

Knows budgets and order. Leaves exchanges to `exchange.py`, files to `documents.py` and text to the workers of
`extractors.py`.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import httpx

from assistant.errors import NotText, ReadingError, Unreachable
from assistant.evidence import Candidate, Page, PageReport, PageStatus
from assistant.language.detection import detect_language
from assistant.reading.characters import clean
from assistant.reading.documents import read_document
from assistant.reading.exchange import Document, Downloader
from assistant.reading.extractors import Extractors

log = logging.getLogger(__name__)

__all__ = ["CandidateSupply", "PageReader", "Reading", "read_all"]

EXTRA_TRIES = 2
PATIENCE = 0.3
"""Share of a page's time after which the next candidates are tried as well: most pages are there by then, and those
that are not may never be."""
ENOUGH = "enough pages were read before it came"


class CandidateSupply(Protocol):
    """Candidates that are still being found while the first are read."""

    def take(self) -> Candidate | None:
        """Return the best candidate not taken yet, None where there is none just now."""

    async def more(self) -> bool:
        """Wait until another may be there; False when there will be none."""


class Listed:
    """Candidates that are all known, as a supply."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        """Take them, best first."""
        self._waiting: Iterator[Candidate] = iter(candidates)

    def take(self) -> Candidate | None:
        """Return the next."""
        return next(self._waiting, None)

    async def more(self) -> bool:
        """Tell that there will be no others."""
        return False


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What became of one candidate, and its page where it was read."""

    report: PageReport
    page: Page | None = None


class PageReader:
    """Read one candidate at a time or many; shared by all turns, used from one event loop."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        *,
        file_roots: Sequence[Path] = (),
        allow_hosts: Sequence[str] = (),
        extractors: Extractors | None = None,
    ) -> None:
        """Take the client of `network.page_client`, the folders that may be read, the allowed private hosts."""
        self._downloader = Downloader(client, allow_hosts)
        self._file_roots = tuple(file_roots)
        self._extractors = extractors or Extractors()

    async def warm(self) -> None:
        """Start what the first page would wait for."""
        await self._extractors.warm()

    async def close(self) -> None:
        """End the workers; the client belongs to whoever made it."""
        await self._extractors.close()

    async def read(self, candidate: Candidate, *, deadline_s: float) -> Page:
        """Return the page of a candidate; raise a `ReadingError` that says why not."""
        if candidate.text is not None:
            return await asyncio.to_thread(given_page, candidate)
        self._extractors.prepare()
        try:
            async with asyncio.timeout(deadline_s):
                page = await self._extractors.extract(await self._document(candidate.url))
        except TimeoutError as error:
            message = f"{candidate.url}: no complete answer in {deadline_s:g} s"
            raise Unreachable(message) from error
        return replace(page, url=candidate.url, published=page.published or candidate.published)

    async def _document(self, url: str) -> Document:
        """Get the bytes behind a URL."""
        if url.startswith("file:"):
            return await asyncio.to_thread(read_document, url, self._file_roots)
        return await self._downloader.get(url)


def given_page(candidate: Candidate) -> Page:
    """Make a page of the full text that a source gave itself."""
    text = clean(candidate.text or "")
    if not text.strip():
        message = f"{candidate.url}: its source gave an empty text"
        raise NotText(message)
    return Page(
        url=candidate.url,
        final_url=candidate.url,
        title=candidate.title,
        text=text,
        language=detect_language(text),
        published=candidate.published,
        fetched_at=datetime.now(UTC),
    )


async def read_all(
    candidates: Sequence[Candidate] | CandidateSupply,
    reader: PageReader,
    *,
    pages: int,
    page_s: float,
    total_s: float,
    clock: Callable[[], float] = time.monotonic,
) -> AsyncGenerator[Reading, None]:
    """Yield what becomes of the candidates as it becomes known, until enough pages are read or time is over.

    Close the iterator (`contextlib.aclosing`) when leaving early: that cancels what is under way.
    """
    supply = Listed(candidates) if isinstance(candidates, Sequence) else candidates
    crowd = Crowd(supply, reader, page_s, clock)
    started = clock()
    read = 0
    try:
        while read < pages and (left := started + total_s - clock()) > 0:
            patience = started + PATIENCE * page_s - clock()
            if not crowd.fill(pages - read + (EXTRA_TRIES if patience <= 0 else 0)):
                return
            for reading in await crowd.finished(min(left, patience) if patience > 0 else left):
                yield reading if reading.page is None or read < pages else skipped(reading.report, ENOUGH)
                read += reading.page is not None
        why = ENOUGH if read >= pages else f"no time was left after {total_s:g} s"
        for report in crowd.under_way():
            yield skipped(report, why)
    finally:
        await crowd.leave()


class Crowd:
    """The readings under way, and the wait for further candidates; leaving cancels them all."""

    def __init__(self, supply: CandidateSupply, reader: PageReader, page_s: float, clock: Callable[[], float]) -> None:
        """Begin with nobody under way."""
        self._supply = supply
        self._reader = reader
        self._page_s = page_s
        self._clock = clock
        self._tasks: dict[asyncio.Task[Reading], Candidate] = {}
        self._more: asyncio.Task[bool] | None = None
        self._may_come = True

    def fill(self, size: int) -> bool:
        """Send out the next candidates until there are as many as wanted; False when nothing is left to wait for."""
        while len(self._tasks) < size and (candidate := self._supply.take()):
            task = asyncio.create_task(attempt(candidate, self._reader, self._page_s, self._clock))
            self._tasks[task] = candidate
        if len(self._tasks) < size and self._may_come and self._more is None:
            self._more = asyncio.create_task(ask_for_more(self._supply))
        return bool(self._tasks) or self._more is not None

    async def finished(self, wait_s: float) -> list[Reading]:
        """Wait for some to come back, and give what they bring in the order in which they were sent."""
        awaited = {*self._tasks, *filter(None, [self._more])}
        done, _ = await asyncio.wait(awaited, timeout=wait_s, return_when=asyncio.FIRST_COMPLETED)
        if self._more is not None and self._more in done:
            self._may_come, self._more = self._more.result(), None
        back = [task for task in self._tasks if task in done]
        for task in back:
            del self._tasks[task]
        return [task.result() for task in back]

    def under_way(self) -> tuple[PageReport, ...]:
        """Name those that have not come back."""
        return tuple(
            PageReport(url=candidate.url, status=PageStatus.SKIPPED, title=candidate.title)
            for candidate in self._tasks.values()
        )

    async def leave(self) -> None:
        """Cancel all and wait until they are gone."""
        tasks = [*self._tasks, *filter(None, [self._more])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def ask_for_more(supply: CandidateSupply) -> bool:
    """Wait for another candidate; a supply that fails has no more."""
    try:
        return await supply.more()
    except Exception:
        log.exception("the supply of candidates failed")
        return False


def skipped(report: PageReport, why: str) -> Reading:
    """Say of a candidate that nobody waited for it."""
    return Reading(report=replace(report, status=PageStatus.SKIPPED, error=why))


async def attempt(candidate: Candidate, reader: PageReader, page_s: float, clock: Callable[[], float]) -> Reading:
    """Read one candidate and turn every failure into a report."""
    started = clock()
    page, error = None, None
    try:
        page = await reader.read(candidate, deadline_s=page_s)
    except ReadingError as failure:
        error = str(failure)
    except Exception as failure:
        log.exception("reading %s failed", candidate.url)
        error = f"{candidate.url}: an unexpected fault: {failure!r}; please report it"
    report = PageReport(
        url=candidate.url,
        status=PageStatus.READ if page else PageStatus.FAILED,
        elapsed_s=clock() - started,
        from_cache=page.from_cache if page else False,
        error=error,
        title=page.title if page else candidate.title,
    )
    return Reading(report=report, page=page)
