"""Candidates made into pages, several at once, inside a deadline, whatever is at the other end.

Knows HTTP exchanges and budgets. Leaves addresses to `addresses.py` and `network.py`, and text to `extraction.py`.
"""

from __future__ import annotations

import asyncio
import time
import zlib
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import httpx

from assistant.errors import BlockedAddress, PageTooLarge, ReadingError, Unreachable
from assistant.evidence import Candidate, Page, PageReport, PageStatus
from assistant.reading import extract
from assistant.reading.addresses import check_url
from assistant.reading.documents import read_document

__all__ = ["PageReader", "Reading", "read_all"]

MAX_REDIRECTS = 5
MAX_HTML_BYTES = 3_000_000
MAX_PDF_BYTES = 20_000_000
MAX_RATIO = 100
"""Decoded bytes for each byte on the wire; zlib's own limit is about 1,000, ordinary pages reach 20."""
PER_HOST = 4
EXTRA_TRIES = 2
"""How many candidates more than pages are under way at once, since some of them fail."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What became of one candidate, and its page where it was read."""

    report: PageReport
    page: Page | None = None


class PageReader:
    """Read one candidate; shared by all turns."""

    def __init__(
        self, client: httpx.AsyncClient, *, file_roots: Sequence[Path] = (), allow_hosts: Sequence[str] = ()
    ) -> None:
        """Take the guarded client, the folders that may be read, and the private hosts that are allowed."""
        self._client = client
        self._file_roots = tuple(file_roots)
        self._allow_hosts = tuple(allow_hosts)
        self._hosts: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(PER_HOST))

    async def warm(self) -> None:
        """Load the extraction library, which the first page would wait for."""
        sample = b"<html lang='en'><body><p>Warm.</p></body></html>"
        await asyncio.to_thread(extract, sample, "https://warm.example/", "text/html")

    async def close(self) -> None:
        """Give back what reading holds; the client belongs to whoever made it."""

    async def read(self, candidate: Candidate, *, deadline_s: float) -> Page:
        """Return the page of a candidate; raise a `ReadingError` that says why not."""
        if candidate.text is not None:
            return page_of(candidate)
        try:
            async with asyncio.timeout(deadline_s):
                page = await self._fetch(candidate.url)
        except TimeoutError as error:
            raise Unreachable(f"{candidate.url}: no complete answer in {deadline_s:g} s") from error
        return replace(
            page,
            url=candidate.url,
            published=page.published or candidate.published,
            title=page.title or candidate.title,
        )

    async def _fetch(self, url: str) -> Page:
        """Get the bytes of a URL and extract them off the event loop."""
        if url.startswith("file:"):
            body, content_type = await asyncio.to_thread(read_document, url, self._file_roots)
            return await asyncio.to_thread(extract, body, url, content_type)
        target = check_url(url, self._allow_hosts)
        async with self._hosts[target.host]:
            for _ in range(MAX_REDIRECTS + 1):
                answer = await self._get(target)
                if isinstance(answer, httpx.URL):
                    target = answer
                    continue
                body, content_type = answer
                return await asyncio.to_thread(extract, body, str(target), content_type)
        raise Unreachable(f"{url}: more than {MAX_REDIRECTS} redirects")

    async def _get(self, target: httpx.URL) -> tuple[bytes, str] | httpx.URL:
        """Make one exchange: the body with its content type, or where to go next."""
        self._client.cookies.clear()
        try:
            async with self._client.stream("GET", target) as response:
                if response.has_redirect_location:
                    return self._redirect(target, response)
                if not response.is_success:
                    raise Unreachable(f"{target}: HTTP {response.status_code}")
                content_type = response.headers.get("content-type", "")
                return await read_bounded(response), content_type
        except httpx.HTTPError as error:
            raise Unreachable(f"{target}: {error or type(error).__name__}") from error

    def _redirect(self, target: httpx.URL, response: httpx.Response) -> httpx.URL:
        """Put the next address through the whole gate."""
        try:
            following = target.join(response.headers["location"])
        except (httpx.InvalidURL, ValueError) as error:
            raise BlockedAddress(f"{target}: redirects to an unreadable address") from error
        if target.scheme == "https" and following.scheme == "http":
            raise BlockedAddress(f"{target}: redirects from https to http")
        return check_url(str(following), self._allow_hosts)


async def read_bounded(response: httpx.Response) -> bytes:
    """Read a body as it comes, decoding it in bounded steps."""
    limit = MAX_PDF_BYTES if "pdf" in response.headers.get("content-type", "") else MAX_HTML_BYTES
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"identity", "", "gzip", "x-gzip"}:
        raise Unreachable(f"{response.url}: content encoding {encoding!r} was not asked for")
    decoder = zlib.decompressobj(wbits=31) if "gzip" in encoding else None
    body, received = bytearray(), 0
    async for piece in response.aiter_raw():
        received += len(piece)
        body += decode_piece(decoder, piece, limit - len(body), response)
        if len(body) > limit or len(body) > MAX_RATIO * max(received, 1024):
            raise PageTooLarge(f"{response.url}: more than {limit // 1_000_000} MB, or compressed beyond reason")
    return bytes(body)


def decode_piece(decoder: zlib._Decompress | None, piece: bytes, room: int, response: httpx.Response) -> bytes:
    """Decode one piece, but never much more than there is room for."""
    if decoder is None:
        return piece
    try:
        return decoder.decompress(piece, room + 1)
    except zlib.error as error:
        raise Unreachable(f"{response.url}: its gzip body is broken") from error


def page_of(candidate: Candidate) -> Page:
    """Make a page of the full text that a source gave itself."""
    return Page(
        url=candidate.url,
        final_url=candidate.url,
        title=candidate.title,
        text=candidate.text or "",
        published=candidate.published,
        fetched_at=datetime.now(UTC),
    )


async def read_all(
    candidates: Sequence[Candidate],
    reader: PageReader,
    *,
    pages: int,
    page_s: float,
    total_s: float,
    clock: Callable[[], float] = time.monotonic,
) -> AsyncIterator[Reading]:
    """Yield what becomes of the candidates as it becomes known, until enough pages are read or time is over."""
    ends_at, waiting, read = clock() + total_s, list(candidates), 0
    running: dict[asyncio.Task[Reading], Candidate] = {}
    try:
        while read < pages and clock() < ends_at and (waiting or running):
            while waiting and len(running) < pages - read + EXTRA_TRIES:
                candidate = waiting.pop(0)
                running[asyncio.create_task(attempt(candidate, reader, page_s, clock))] = candidate
            done, _ = await asyncio.wait(running, timeout=ends_at - clock(), return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                del running[task]
                reading = task.result()
                read += reading.page is not None
                yield reading
        reason = "enough pages were read" if read >= pages else f"not read within {total_s:g} s"
        for candidate in running.values():
            yield skipped(candidate, reason)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def attempt(candidate: Candidate, reader: PageReader, page_s: float, clock: Callable[[], float]) -> Reading:
    """Read one candidate and turn every failure into a report."""
    started_s = clock()
    try:
        page = await reader.read(candidate, deadline_s=page_s)
    except ReadingError as error:
        report = PageReport(
            url=candidate.url, status=PageStatus.FAILED, elapsed_s=clock() - started_s, error=str(error)
        )
        return Reading(report=report)
    return Reading(
        report=PageReport(url=candidate.url, status=PageStatus.READ, elapsed_s=clock() - started_s), page=page
    )


def skipped(candidate: Candidate, reason: str) -> Reading:
    """Report a candidate that nobody waited for."""
    return Reading(report=PageReport(url=candidate.url, status=PageStatus.SKIPPED, error=reason))
