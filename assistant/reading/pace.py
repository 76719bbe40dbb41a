"""How often a site is asked: so many pages at once, so many in a second, and none while it wants to be left alone.

Knows sites and time. A site is what one registers: docs.example.co.uk and www.example.co.uk share one pace. What is
asked for is `visiting.py`'s.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address
from typing import TypeVar

from tldextract import TLDExtract

__all__ = ["Pace", "site_of"]

Entry = TypeVar("Entry")

AT_ONCE = 4
"""Fewer than the six connections that browsers open to one host."""
APART_S = 0.25
AT_FIRST = 8
"""A site gets eight requests as fast as it answers them, and four in a second from then on: one visit of a browser to
one page takes some seventy (HTTP Archive, median)."""
MOST_SITES = 1000
"""Remembered at once; those asked longest ago are forgotten first."""


@dataclass(slots=True)
class Site:
    """The requests of one site: those under way, and when the next may begin (GCRA, as ITU-T I.371 has it)."""

    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    due: float = 0.0

    def wait_s(self, now: float) -> float:
        """Take the next turn, and tell how long it is until then."""
        due = max(self.due, now)
        self.due = due + APART_S
        return max(0.0, due - (AT_FIRST - 1) * APART_S - now)


class Pace:
    """Keep requests apart; used from one event loop."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        """Take what tells the time and what lets it pass."""
        self._clock = clock
        self._sleep = sleep
        self._sites: dict[str, Site] = {}
        self._next: dict[str, float] = {}
        self._rests: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for a host's turn and hold one of its places."""
        site = self._site(host)
        async with site.slots:
            await self.pass_time(site.wait_s(self._clock()))
            yield

    def delay_s(self, host: str, apart_s: float, most_s: float) -> float | None:
        """Take the next turn of a host that wants its pages apart; None, and no turn, where that is too far off."""
        now = self._clock()
        at = max(now, self._next.get(host, now))
        if at - now > most_s:
            return None
        keep(self._next, host, at + apart_s)
        return at - now

    async def pass_time(self, wait_s: float) -> None:
        """Let the time until a turn pass."""
        if wait_s > 0:
            await self._sleep(wait_s)

    def rest(self, host: str, wait_s: float) -> None:
        """Leave a host alone for a while."""
        keep(self._rests, host, self._clock() + wait_s)

    def resting_s(self, host: str) -> float:
        """Tell for how much longer a host is to be left alone; 0 where it is not."""
        return max(0.0, self._rests.get(host, 0.0) - self._clock())

    def _site(self, host: str) -> Site:
        """Find a host's site, most recently asked last."""
        name = site_of(host)
        site = self._sites.pop(name, None) or Site()
        keep(self._sites, name, site)
        return site


def keep(entries: dict[str, Entry], name: str, value: Entry) -> None:
    """Put an entry last, and drop the first where there are too many."""
    entries.pop(name, None)
    entries[name] = value
    if len(entries) > MOST_SITES:
        del entries[next(iter(entries))]


@lru_cache(maxsize=1)
def suffixes() -> TLDExtract:
    """Load the public suffix list that comes with the library; it is never looked for on the network."""
    return TLDExtract(suffix_list_urls=(), cache_dir=None)


@lru_cache(maxsize=4096)
def site_of(host: str) -> str:
    """Name the site that a host belongs to: its registrable domain, else the host itself."""
    bare = host.strip("[]")
    try:
        ip_address(bare)
    except ValueError:
        return suffixes().extract_str(bare).top_domain_under_public_suffix or bare
    return bare
