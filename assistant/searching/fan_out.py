"""Ask every chosen source at once, tell what comes as it comes, and stop in time.

Knows the two deadlines of a search: at the soft one there may be enough to go on with, at the hard one it is over.
Between them late lists still join. Leaves how a source is asked to `desk.py`, choosing sources to `routing.py` and
merging their lists to `fusion.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

import httpx

from assistant.evidence import SearchReport
from assistant.searching.desk import Desk, failure, no_answer, unexpected
from assistant.searching.inquiry import Inquiry
from assistant.searching.witnesses import with_votes
from retrievers import RetrieverError

__all__ = ["ENOUGH_HITS", "ENOUGH_PROVIDERS", "Search", "has_hits", "is_enough"]

ENOUGH_HITS = 12
"""More than the pages that a balanced turn reads, with room for some that cannot be read."""
ENOUGH_PROVIDERS = 3
"""Three lists give fusion something to agree on."""
SHORTLY_BEFORE = 0.4
"""Share of the soft deadline. Most lists have come by then, so that fusing them early is seldom fusing them twice."""
GRACE_S = 0.05
"""How long to wait for a cancelled source to let go of its connection: half of what a stop may take."""

Asking = asyncio.Task[tuple[SearchReport, ...]]


class Search:
    """One question's sources at work, from `async with` on; no failure of a source raises.

    `report` is told each report as it comes. Leaving ends what is still under way.
    """

    def __init__(
        self,
        inquiries: Sequence[Inquiry],
        desk: Desk,
        client: httpx.AsyncClient,
        *,
        soft_s: float,
        hard_s: float,
        report: Callable[[SearchReport], None],
    ) -> None:
        """Take whom to ask what, and for how long; nothing is sent yet."""
        self.reports: list[SearchReport] = []
        """What has come so far, each source's own list before those of the engines behind it."""
        self._inquiries, self._desk, self._client = tuple(inquiries), desk, client
        self._soft_s, self._hard_s, self._report = soft_s, hard_s, report
        self._began = 0.0
        self._pending: dict[Asking, Inquiry] = {}
        self._leaving: set[Asking] = set()
        self._news = asyncio.Event()
        self._alarm: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Self:
        """Ask all sources at once."""
        self._began = self._desk.clock()
        ends_at = self._began + self._hard_s
        for inquiry in self._inquiries:
            task = asyncio.create_task(self._desk.ask(inquiry, self._client, ends_at))
            self._pending[task] = inquiry
            task.add_done_callback(self._answered)
        self._alarm = asyncio.get_running_loop().call_later(self._hard_s, self._out_of_time)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Call off what is still under way; tell of it, unless the question itself was stopped."""
        if self._alarm:
            self._alarm.cancel()
        waited_s = self._desk.clock() - self._began
        for task, inquiry in list(self._pending.items()):
            self._call_off(task)
            if kind is None:
                self._tell((failure(inquiry, no_answer(inquiry, waited_s), waited_s),))
        if self._leaving:
            await asyncio.wait(self._leaving, timeout=GRACE_S)
        self._news.set()

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return not self._pending

    async def until(
        self, enough: Callable[[Sequence[SearchReport]], bool], meanwhile: Callable[[], object] = lambda: None
    ) -> None:
        """Wait for all until the soft deadline, then until there is enough, and never beyond the hard one.

        `meanwhile` is called after each list that comes shortly before the soft deadline, to do then what everybody
        who asked at the same time would have to do at the deadline itself.
        """
        loop = asyncio.get_running_loop()
        soft_at = loop.time() + self._soft_s - (self._desk.clock() - self._began)
        early_at = soft_at - SHORTLY_BEFORE * self._soft_s
        while not self.is_over and not (loop.time() >= soft_at and enough(self.reports)):
            try:
                async with asyncio.timeout_at(soft_at if loop.time() < soft_at else None):
                    await self._news.wait()
            except TimeoutError:
                continue
            if early_at <= loop.time() < soft_at:
                meanwhile()

    async def more(self) -> bool:
        """Wait for further reports; False when there will be none."""
        if self.is_over:
            return False
        await self._news.wait()
        return True

    def _answered(self, task: Asking) -> None:
        """Take what one source brought."""
        self._leaving.discard(task)
        inquiry = self._pending.pop(task, None)
        error = None if task.cancelled() else task.exception()  # looked at, or asyncio complains that nobody did
        if inquiry is None:
            return
        if task.cancelled():
            error = RetrieverError(f"{inquiry.label}: gave up by itself; please report it")
        elif isinstance(error, Exception):
            error = unexpected(inquiry.source, error)
        waited_s = self._desk.clock() - self._began
        self._tell((failure(inquiry, error, waited_s),) if isinstance(error, RetrieverError) else task.result())

    def _out_of_time(self) -> None:
        """Give up on whoever has not answered by the hard deadline."""
        waited_s = self._desk.clock() - self._began
        for task, inquiry in list(self._pending.items()):
            late = self._desk.give_up_on(inquiry, waited_s)
            self._call_off(task)
            self._tell((late,))

    def _call_off(self, task: Asking) -> None:
        """Stop one source without waiting for it."""
        del self._pending[task]
        self._leaving.add(task)
        task.cancel()

    def _tell(self, found: Sequence[SearchReport]) -> None:
        """Keep reports and wake whoever waits for some."""
        for one in found:
            self.reports.append(one)
            self._report(one)
        self._news.set()
        self._news = asyncio.Event()


def is_enough(reports: Sequence[SearchReport]) -> bool:
    """Tell whether a search may end before every source has answered: enough pages, or enough lists."""
    pages = {hit.url for found in reports for hit in found.hits}
    providers = {found.provider for found, is_voting in with_votes(reports) if is_voting and found.hits}
    return len(pages) >= ENOUGH_HITS or len(providers) >= ENOUGH_PROVIDERS


def has_hits(reports: Sequence[SearchReport]) -> bool:
    """Tell whether there is anything to begin with, where more may still join."""
    return any(found.hits for found in reports)
