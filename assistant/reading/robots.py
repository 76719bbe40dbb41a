"""What sites ask of programs in robots.txt, found once a day and obeyed (RFC 9309).

Knows what an answer, or none, means. Leaves exchanges to `exchange.py`, and when a site may be asked to `visiting.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
from protego import Protego

from assistant.errors import AskedToWait, BlockedAddress, DisallowedByRobots, PageTooLarge, ReadingError, Unreachable
from assistant.flights import Flights
from assistant.reading.cache import NO_ROBOTS_LIFE_S, ROBOTS_LIFE_S, PageCache, StoredRobots
from assistant.reading.exchange import AnsweredWith, Downloader, Found, TooManyRedirects

__all__ = ["Robots", "Rules"]

FETCH_S = 5.0
"""As long as one page may take; a page's own deadline may end the wait for its robots.txt earlier."""
MOST_ORIGINS = 500
"""Remembered in memory, the latest asked about."""
PARSED_AT_ONCE = 20_000
"""Bytes that take a few milliseconds to parse; more are parsed in a thread."""
CLIENT_ERRORS = range(400, 500)

Ask = Callable[[httpx.URL], Awaitable[Found]]
"""Makes one polite exchange."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """What one origin asks of us, until when that is to be believed; `failure` says why nothing is known."""

    origin: str
    product: str
    until: datetime
    parsed: Protego | None = None
    failure: str = ""

    def check(self, target: httpx.URL) -> None:
        """Raise what keeps us from asking for a page, if anything does."""
        if self.failure:
            raise Unreachable(self.failure)
        if self.parsed and not self.parsed.can_fetch(str(target), self.product):
            message = f"{target}: {self.origin}/robots.txt asks programs not to read it; open it in a browser"
            raise DisallowedByRobots(message)

    @property
    def crawl_delay_s(self) -> float:
        """The seconds that the origin wants between pages; 0 where it names none."""
        return float(self.parsed.crawl_delay(self.product) or 0.0) if self.parsed else 0.0


class Robots:
    """Find the rules of an origin, once for all who ask."""

    def __init__(self, downloader: Downloader, cache: PageCache) -> None:
        """Take what makes exchanges, and the cache."""
        self._downloader = downloader
        self._cache = cache
        self._known: dict[str, Rules] = {}
        self._flights = Flights[Rules]()

    async def rules(self, target: httpx.URL, ask: Ask) -> Rules:
        """Return what the origin of a target asks; raise `BlockedAddress` where nobody may ask it anything."""
        origin = f"{target.scheme}://{target.netloc.decode('ascii')}"
        known = self._known.get(origin)
        if known and known.until > datetime.now(UTC):
            return known
        rules = await self._flights.join(origin, lambda: self._find(origin, ask))
        self._known.pop(origin, None)
        self._known[origin] = rules
        if len(self._known) > MOST_ORIGINS:
            del self._known[next(iter(self._known))]
        return rules

    async def _find(self, origin: str, ask: Ask) -> Rules:
        """Take the rules from the cache, or else from the origin."""
        stored = await self._cache.robots(origin)
        if stored is None:
            stored = await self._fetched(httpx.URL(f"{origin}/robots.txt"), ask)
            self._cache.keep_robots(origin, stored)
        if len(stored.text) < PARSED_AT_ONCE:
            return self._rules(origin, stored)
        return await asyncio.to_thread(self._rules, origin, stored)

    async def _fetched(self, target: httpx.URL, ask: Ask) -> StoredRobots:
        """Ask an origin for its file: none there allows everything, none to be had forbids everything for a while."""
        text, failure = "", ""
        try:
            async with asyncio.timeout(FETCH_S):
                found = await self._downloader.follow(target, ask)
            text = getattr(found, "body", b"").decode("utf-8", "replace")
        except (BlockedAddress, AskedToWait):
            raise
        except TimeoutError:
            failure = f"{target}: no complete answer in {FETCH_S:g} s, so its pages are not read for now"
        except AnsweredWith as error:
            is_absent = error.status in CLIENT_ERRORS
            failure = "" if is_absent else f"{error}, so its pages are not read for now"
        except (TooManyRedirects, PageTooLarge):
            pass  # section 2.3.1.2: may be taken for absent
        except ReadingError as error:
            failure = f"{error}, so its pages are not read for now"
        return StoredRobots(text=text, failure=failure, read_at=datetime.now(UTC))

    def _rules(self, origin: str, stored: StoredRobots) -> Rules:
        """Parse a file."""
        life_s = NO_ROBOTS_LIFE_S if stored.failure else ROBOTS_LIFE_S
        return Rules(
            origin=origin,
            product=self._downloader.product,
            until=stored.read_at + timedelta(seconds=life_s),
            parsed=Protego.parse(stored.text) if stored.text else None,
            failure=stored.failure,
        )
