"""One candidate made into a page: given, from a file, from the cache, or from the web, whichever is there first.

Knows the order, and the deadline of one page. Leaves the web to `visiting.py`, files to `documents.py`, the memory to
`cache.py` and text to the workers of `extractors.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import anyio
import httpx

from assistant.copies import sharing
from assistant.errors import AskedToWait, BlockedAddress, BuiltByScripts, NotText, ReadingError, Unreachable
from assistant.evidence import Candidate, Page
from assistant.flights import Flights
from assistant.language.detection import detect_language
from assistant.reading.bodies import OF_PARTS
from assistant.reading.cache import PageCache, StoredPage
from assistant.reading.characters import clean
from assistant.reading.documents import read_document
from assistant.reading.exchange import Document, Downloader, NotModified
from assistant.reading.extractors import Extractors
from assistant.reading.pace import site_of
from assistant.reading.rendering import Renderer
from assistant.reading.visiting import Errand, Trip, Visitor

__all__ = ["PageReader"]

SLOW_S = 0.5
"""A page that was given up after less was hardly tried; after more, it counts as slow."""


class PageReader:
    """Read one candidate at a time or many; shared by all turns, used from one event loop."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        *,
        file_roots: Sequence[Path] = (),
        allow_hosts: Sequence[str] = (),
        extractors: Extractors | None = None,
        cache: PageCache | None = None,
        renderer: Renderer | None = None,
    ) -> None:
        """Take the client of `network.page_client`, the folders that may be read, the allowed private hosts."""
        self._renderer = renderer
        self._downloader = Downloader(client, allow_hosts)
        self._file_roots = tuple(file_roots)
        self._extractors = extractors or Extractors()
        self._cache = cache or PageCache()
        self._visitor = Visitor(self._downloader, self._cache)
        self._flights = Flights[Page]()
        self._finishing: dict[str, asyncio.Task[Page]] = {}

    async def warm(self) -> None:
        """Start what the first page would wait for."""
        await asyncio.gather(self._extractors.warm(), asyncio.to_thread(load))

    def unkept(self) -> Self:
        """Give a reader that remembers nothing of what it reads; it shares workers and manners, and is not closed."""
        nothing = PageCache()
        return sharing(self, _cache=nothing, _visitor=self._visitor.unkept(nothing))

    def take_notices(self) -> tuple[str, ...]:
        """Tell what went wrong with the cache since this was last asked."""
        return self._cache.take_notices()

    async def close(self) -> None:
        """End the workers and write what is to be kept; the client belongs to whoever made it."""
        for task in self._finishing.values():
            if not task.cancelling():  # a second time would interrupt it while it ends its worker
                task.cancel()
        await asyncio.gather(*self._finishing.values(), return_exceptions=True)
        await self._extractors.close()
        if self._renderer:
            await self._renderer.close()
        await self._cache.close()

    async def read(self, candidate: Candidate, *, deadline_s: float, errand: Errand | None = None) -> Page:
        """Return the page of a candidate; raise a `ReadingError` that says why not."""
        if candidate.text is not None:
            return await asyncio.to_thread(given_page, candidate)
        try:
            async with asyncio.timeout(deadline_s):
                page = await self._page(candidate.url, errand or Errand(), deadline_s)
        except TimeoutError as error:
            message = f"{candidate.url}: no complete answer in {deadline_s:g} s"
            raise Unreachable(message) from error
        return replace(page, url=candidate.url, published=page.published or candidate.published)

    async def _page(self, url: str, errand: Errand, deadline_s: float) -> Page:
        """Read a file, or the web once for all who want the same page."""
        if url.startswith("file:"):
            self._extractors.prepare()
            return await self._extractors.extract(await asyncio.to_thread(read_document, url, self._file_roots))
        target = self._downloader.checked(url)
        page = await self._flights.join(url, lambda: self._obtain(url, target, errand, deadline_s))
        if page.fetched_at < errand.not_before:  # another question, content with an older page, had begun the work
            page = await self._flights.join(url, lambda: self._obtain(url, target, errand, deadline_s))
        return page

    async def _obtain(self, url: str, target: httpx.URL, errand: Errand, deadline_s: float) -> Page:
        """Take a page from the cache if it is new enough, else from the web."""
        if task := self._finishing.get(url):
            return await asyncio.shield(task)
        stored = await self._cache.page(url)
        if stored and stored.page.fetched_at >= errand.not_before:
            return stored.page
        await self._refuse_failed(url, errand, deadline_s)
        self._extractors.prepare()
        trip = Trip(
            errand=errand,
            ends_at=asyncio.get_running_loop().time() + deadline_s,
            known=stored.validators if stored else None,
        )
        found = await self._found(url, target, trip, deadline_s)
        if isinstance(found, NotModified) and stored:
            return self._confirmed(stored)
        if isinstance(found, NotModified):
            message = f"{url}: HTTP 304, although nothing of it is kept here"
            raise Unreachable(message)
        return await self._finished(url, found, trip)

    async def _refuse_failed(self, url: str, errand: Errand, deadline_s: float) -> None:
        """Raise the failure that a page ended in lately, unless there is more time now, or a wish to read it anew."""
        failure = await self._cache.failure(url)
        if failure is None or failure.failed_at < errand.not_before:
            return
        error = failure.error()
        if self._renderer and isinstance(error, BuiltByScripts):
            return
        if failure.patience_s is None or failure.patience_s >= deadline_s:
            raise error

    async def _found(self, url: str, target: httpx.URL, trip: Trip, deadline_s: float) -> Document | NotModified:
        """Ask the web, and remember a failure; one that is given up for being slow counts as one."""
        started = asyncio.get_running_loop().time()
        try:
            return await self._visitor.get(target, trip)
        except (AskedToWait, BlockedAddress):
            raise  # the host is remembered as a whole; a name may lead elsewhere the next time
        except ReadingError as error:
            self._cache.keep_failure(url, error)
            raise
        except asyncio.CancelledError:
            waited_s = asyncio.get_running_loop().time() - started
            if waited_s >= SLOW_S:
                slow = Unreachable(f"{url}: no complete answer in {waited_s:.1f} s")
                self._cache.keep_failure(url, slow, patience_s=deadline_s)
            raise

    def _confirmed(self, stored: StoredPage) -> Page:
        """Take a stored page for new, on the word of its sender."""
        page = replace(stored.page, fetched_at=datetime.now(UTC))
        self._cache.keep_stored(replace(stored, page=replace(page, from_cache=False)))
        return page

    async def _finished(self, url: str, document: Document, trip: Trip) -> Page:
        """Extract a page and keep it; that goes on when nobody waits any longer, for the next question."""
        task = self._finishing[url] = asyncio.create_task(self._extracted(url, document, trip))
        task.add_done_callback(lambda done: self._forget(url, done))
        return await asyncio.shield(task)

    async def _extracted(self, url: str, document: Document, trip: Trip) -> Page:
        """Extract a page within its time, and keep what came of it."""
        try:
            async with asyncio.timeout_at(trip.ends_at):
                page = replace(await self._read_out(document), url=url)
        except TimeoutError as error:
            message = f"{url}: its text was not extracted in time"
            raise Unreachable(message) from error
        except ReadingError as error:
            self._cache.keep_failure(url, error)
            raise
        self._cache.keep_page(page, document)
        return page

    async def _read_out(self, document: Document) -> Page:
        """Extract a document; one that scripts build is rendered first, where that is wished."""
        try:
            return await self._extractors.extract(document)
        except BuiltByScripts as error:
            if self._renderer is None:
                message = f"{error}; FOOTNOTE_RENDER_SCRIPTS=true renders such pages"
                raise BuiltByScripts(message) from error
        return await self._extractors.extract(await self._renderer.render(document, self._part))

    async def _part(self, url: str) -> Document:
        """Get a script or data that a page wants while it is rendered."""
        found = await self._downloader.follow(
            self._downloader.checked(url), lambda hop: self._downloader.exchange(hop, bounds=OF_PARTS)
        )
        if isinstance(found, NotModified):
            message = f"{url}: HTTP 304, although nothing of it is kept here"
            raise Unreachable(message)
        return found

    def _forget(self, url: str, done: asyncio.Task[Page]) -> None:
        """Forget a piece of work that is done; its failure was told to those who waited."""
        if self._finishing.get(url) is done:
            del self._finishing[url]
        if not done.cancelled():
            done.exception()


def load() -> None:
    """Load what would block the loop when first used: the public suffix list, and what httpx connects with."""
    site_of("www.example.org")
    anyio.run(anyio.sleep, 0)


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
        values=candidate.values,
    )
