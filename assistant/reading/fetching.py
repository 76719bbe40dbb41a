"""Candidates made into pages, several at once, inside a deadline, whatever is at the other end.

Knows budgets and order, and which pages are the same. Leaves each page to `page_reader.py`.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from assistant.errors import ReadingError
from assistant.evidence import Candidate, Page, PageReport, PageStatus
from assistant.faults import log_of
from assistant.reading.cache import DAY_S
from assistant.reading.page_reader import PageReader
from assistant.reading.visiting import Errand

log = log_of(__name__)

__all__ = ["CandidateSupply", "PageReader", "Reading", "read_all"]

EXTRA_TRIES = 2
PATIENCE = 0.3
"""Share of a page's time after which the next candidates are tried as well: most pages are there by then, and those
that are not may never be."""
QUICK_SHARE = 0.75
TIMES_SLOWER = 2
LEAST_PATIENCE_S = 0.5
"""When three quarters of the pages have come, the others are given as much time again, and half a second at least: no
need to wait for longer where the web is fast."""
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


async def read_all(
    candidates: Sequence[Candidate] | CandidateSupply,
    reader: PageReader,
    *,
    pages: int,
    page_s: float,
    total_s: float,
    life_s: float = DAY_S,
    clock: Callable[[], float] = time.monotonic,
) -> AsyncGenerator[Reading, None]:
    """Yield what becomes of the candidates as it becomes known, until enough pages are read or time is over.

    Pages read more than `life_s` ago are read again. Close the iterator (`contextlib.aclosing`) when leaving early:
    that cancels what is under way.
    """
    supply = Listed(candidates) if isinstance(candidates, Sequence) else candidates
    errand = Errand(not_before=datetime.now(UTC) - timedelta(seconds=life_s))
    crowd = Crowd(supply, lambda candidate: attempt(candidate, reader, page_s, errand, clock))
    started, read, seen = clock(), 0, Seen()
    patient_until = started + PATIENCE * page_s
    try:
        while read < pages and (left := started + total_s - clock()) > 0:
            patience = patient_until - clock()
            if not crowd.fill(pages - read + (EXTRA_TRIES if patience <= 0 else 0)):
                return
            for reading in await crowd.finished(min(left, patience) if patience > 0 else left):
                result = seen.judge(reading) if read < pages else surplus(reading)
                yield result
                read += result.page is not None
            if read >= QUICK_SHARE * pages:
                quick_s = max(LEAST_PATIENCE_S, TIMES_SLOWER * (clock() - started))
                patient_until = min(patient_until, started + quick_s)
        why = ENOUGH if read >= pages else f"no time was left after {total_s:g} s"
        for report in crowd.under_way():
            yield skipped(report, why)
    finally:
        await crowd.leave()


class Crowd:
    """The readings under way, and the wait for further candidates; leaving cancels them all."""

    def __init__(self, supply: CandidateSupply, begin: Callable[[Candidate], Coroutine[Any, Any, Reading]]) -> None:
        """Begin with nobody under way."""
        self._supply = supply
        self._begin = begin
        self._tasks: dict[asyncio.Task[Reading], Candidate] = {}
        self._more: asyncio.Task[bool] | None = None
        self._may_come = True

    def fill(self, size: int) -> bool:
        """Send out the next candidates until there are as many as wanted; False when nothing is left to wait for."""
        while len(self._tasks) < size and (candidate := self._supply.take()):
            self._tasks[asyncio.create_task(self._begin(candidate))] = candidate
        if len(self._tasks) < size and self._may_come and self._more is None:
            self._more = asyncio.create_task(ask_for_more(self._supply))
        return bool(self._tasks) or self._more is not None

    async def finished(self, wait_s: float) -> list[Reading]:
        """Wait for some to come back, and give what they bring in the order in which they were sent."""
        awaited = {*self._tasks, *filter(None, [self._more])}
        done, _ = await asyncio.wait(awaited, timeout=wait_s, return_when=asyncio.FIRST_COMPLETED)
        if self._more in done:
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


class Seen:
    """The texts of the pages read for one question."""

    def __init__(self) -> None:
        """Begin with none."""
        self._urls: dict[bytes, str] = {}

    def judge(self, reading: Reading) -> Reading:
        """Return a reading as it is, or as skipped if its page says what another said already, word for word."""
        if reading.page is None:
            return reading
        fingerprint = hashlib.blake2b(reading.page.text.encode("utf-8", "replace"), digest_size=16).digest()
        first = self._urls.setdefault(fingerprint, reading.page.url)
        return reading if first == reading.page.url else skipped(reading.report, f"the same text as {first}")


def surplus(reading: Reading) -> Reading:
    """Leave out a page that came when enough were read."""
    return reading if reading.page is None else skipped(reading.report, ENOUGH)


def skipped(report: PageReport, why: str) -> Reading:
    """Say of a candidate that its page is not used."""
    return Reading(report=replace(report, status=PageStatus.SKIPPED, error=why))


async def attempt(
    candidate: Candidate, reader: PageReader, page_s: float, errand: Errand, clock: Callable[[], float]
) -> Reading:
    """Read one candidate and turn every failure into a report."""
    started = clock()
    page, error = None, None
    try:
        page = await reader.read(candidate, deadline_s=page_s, errand=errand)
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
        age_s=(datetime.now(UTC) - page.fetched_at).total_seconds() if page and page.from_cache else None,
        removed=page.removed if page else (),
        error=error,
        title=page.title if page else candidate.title,
    )
    return Reading(report=report, page=page)
