"""How every source fares: who is asked, who is left alone, why and until when.

A breaker per source: closed (asked), open (left alone), half-open (one question tries it). Knows when to change; leaves
durations to `suspension.py` and files to `store.py`. Kept over restarts, except for a key that is not accepted: that is
what people mend and then start again.
"""

from __future__ import annotations

import asyncio
import copy
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Self

from assistant.copies import sharing
from assistant.searching.store import Store
from assistant.searching.suspension import FAILURES_TO_OPEN, suspension_s
from retrievers import ProviderUnavailable, Reason, Retriever, RetrieverError

__all__ = ["HEALTH_FILE", "BreakerState", "Health", "SourceHealth", "Suspended", "stored_health"]

HEALTH_FILE = "health.sqlite3"
"""Its name in the data directory."""
WITNESS_S = 60.0
"""A source that was not reached has failed only if another was, within this time: else our own line is down."""
ON_THE_WAY: frozenset[Reason] = frozenset({"network", "timeout"})
"""What a broken line of our own looks like."""
SCHEMA = """CREATE TABLE IF NOT EXISTS health (
    name TEXT PRIMARY KEY, reason TEXT NOT NULL, why TEXT NOT NULL, failures INTEGER NOT NULL,
    suspensions INTEGER NOT NULL, until TEXT NOT NULL)"""


class BreakerState(StrEnum):
    """Whether a source is asked."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


class Suspended(ProviderUnavailable):
    """Say that a source is left alone for now."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceHealth:
    """How one source fares; `until` and `reason` are None for one that answers."""

    name: str
    state: BreakerState = BreakerState.CLOSED
    reason: Reason | None = None
    why: str = ""
    """The last failure, in the source's own words."""
    failures: int = 0
    """In a row."""
    suspensions: int = 0
    """In a row."""
    until: datetime | None = None

    def told(self, now: datetime) -> str:
        """Say in a few words how it fares: "suspended for 58 min (captcha)"; nothing where all is well."""
        if self.state is BreakerState.OPEN and self.until:
            return f"suspended for {duration((self.until - now).total_seconds())} ({self.reason})"
        if self.state is BreakerState.HALF_OPEN:
            return f"being tried again ({self.reason})"
        return f"failed last time ({self.reason})" if self.failures else ""


class Health:
    """Keep the breakers of all sources, in a file or in memory; used from one event loop."""

    def __init__(self, path: Path | None = None, clock: Callable[[], datetime] | None = None) -> None:
        """Take the file, None for memory only."""
        self._store = Store(path, SCHEMA) if path else None
        self._now = clock or (lambda: datetime.now(UTC))
        self._sources: dict[str, SourceHealth] = {}
        self._unjudged: dict[str, tuple[datetime, RetrieverError]] = {}
        self._reached: dict[str, datetime] = {}
        self._is_kept = True

    def unkept(self) -> Self:
        """Give the same breakers to a question that leaves nothing: no file, and no words of a failure."""
        return sharing(self, _store=None, _is_kept=False)

    async def load(self) -> None:
        """Read what is known from earlier; a broken file is set aside and told in `notice`."""
        if self._store:
            known: tuple[SourceHealth, ...] = ()
            known = await self._store.read(select, known)
            self._sources |= {one.name: one for one in known}

    @property
    def notice(self) -> str:
        """Tell in one line what went wrong with the file."""
        return self._store.notice if self._store else ""

    def snapshot(self) -> tuple[SourceHealth, ...]:
        """Return how each source fares that ever failed, by name."""
        now = self._now()
        return tuple(as_seen(one, now) for _, one in sorted(self._sources.items()))

    def admit(self, source: Retriever) -> None:
        """Let a source be asked; raise `Suspended` for one that is left alone, or that another question is trying."""
        known = self._sources.get(source.name)
        if known is None or known.state is BreakerState.CLOSED:
            return
        now = self._now()
        if known.state is BreakerState.OPEN and (known.until is None or known.until <= now):
            self._sources[source.name] = replace(known, state=BreakerState.HALF_OPEN)
            return
        raise Suspended(f"{source.name}: {known.told(now)}", reason=known.reason)

    def release(self, source: Retriever) -> None:
        """Let the next question try a source that was admitted and then not asked, or not until it answered."""
        known = self._sources.get(source.name)
        if known and known.state is BreakerState.HALF_OPEN:
            self._sources[source.name] = replace(known, state=BreakerState.OPEN)

    def succeeded(self, source: Retriever) -> None:
        """Note that a source answered: all is well with it."""
        self._note_reached(source)
        self._unjudged.pop(source.name, None)
        if self._sources.pop(source.name, None) and self._store:
            self._store.write(
                lambda connection: connection.execute("DELETE FROM health WHERE name = ?", (source.name,))
            )

    def failed(self, source: Retriever, error: RetrieverError) -> None:
        """Note that a source failed; one that was not reached only once another one is, within a minute."""
        error = error if self._is_kept else wordless(source, error)
        if error.reason not in ON_THE_WAY:
            self._note_reached(source)
            self._count(source.name, error)
            return
        now = self._now()
        others = (at for name, at in self._reached.items() if name != source.name)
        if any(now - at <= timedelta(seconds=WITNESS_S) for at in others) or is_at_hand(source):
            self._count(source.name, error)
        else:
            self._unjudged[source.name] = (now, error)
            self.release(source)

    async def close(self) -> None:
        """Finish writing."""
        if self._store:
            await self._store.close()

    def _note_reached(self, source: Retriever) -> None:
        """Note that our line works, and judge those that were not reached when this one was."""
        if is_at_hand(source):
            return
        now = self._reached[source.name] = self._now()
        for name, (at, error) in list(self._unjudged.items()):
            if name != source.name:
                del self._unjudged[name]
                if now - at <= timedelta(seconds=WITNESS_S):
                    self._count(name, error)

    def _count(self, name: str, error: RetrieverError) -> None:
        """Count a failure, and suspend the source where it is one too many."""
        before = self._sources.get(name, SourceHealth(name=name))
        failures = before.failures + 1
        known = replace(before, reason=error.reason, why=str(error), failures=failures)
        if before.state is BreakerState.HALF_OPEN or failures >= FAILURES_TO_OPEN.get(error.reason, 1):
            times = before.suspensions + 1
            lasts_s = suspension_s(error.reason, times, getattr(error, "retry_after_s", None))
            until = self._now() + timedelta(seconds=lasts_s)
            known = replace(known, state=BreakerState.OPEN, suspensions=times, until=until)
        self._sources[name] = known
        if self._store and known.reason != "credentials":
            self._store.write(lambda connection: upsert(connection, known))


async def stored_health(path: Path) -> tuple[SourceHealth, ...]:
    """Read how the sources fare without asking any, for a list of them."""
    if not await asyncio.to_thread(path.is_file):
        return ()
    health = Health(path)
    try:
        await health.load()
        return health.snapshot()
    finally:
        await health.close()


def wordless(source: Retriever, error: RetrieverError) -> RetrieverError:
    """Say why a source failed without the source's own words, which may repeat the question."""
    told = copy.copy(error)
    told.args = (f"{source.name}: {error.reason}",)
    return told


def is_at_hand(source: Retriever) -> bool:
    """Tell a source that is reached without the Internet: on this machine, or a server of the user's own."""
    return source.is_private or "http" not in source.schemes


def as_seen(known: SourceHealth, now: datetime) -> SourceHealth:
    """Show a suspension that is over as what it is: the next question tries the source."""
    if known.state is BreakerState.OPEN and known.until and known.until <= now:
        return replace(known, state=BreakerState.HALF_OPEN)
    return known


UNITS = MappingProxyType({"h": 3600, "min": 60})


def duration(seconds: float) -> str:
    """Say how long, in the largest unit that is not one, rounded up: 58 min, 2 h, 45 s."""
    for unit, length in UNITS.items():
        if seconds > 1.5 * length:
            return f"{-(-seconds // length):.0f} {unit}"
    return f"{max(1.0, -(-seconds // 1)):.0f} s"


def select(connection: sqlite3.Connection) -> tuple[SourceHealth, ...]:
    """Read every row."""
    rows = connection.execute("SELECT name, reason, why, failures, suspensions, until FROM health").fetchall()
    return tuple(
        SourceHealth(
            name=name,
            state=BreakerState.OPEN if until else BreakerState.CLOSED,
            reason=reason,
            why=why,
            failures=failures,
            suspensions=suspensions,
            until=datetime.fromisoformat(until) if until else None,
        )
        for name, reason, why, failures, suspensions, until in rows
    )


def upsert(connection: sqlite3.Connection, known: SourceHealth) -> None:
    """Write one row."""
    until = known.until.isoformat() if known.until and known.state is BreakerState.OPEN else ""
    connection.execute(
        "INSERT OR REPLACE INTO health VALUES (?, ?, ?, ?, ?, ?)",
        (known.name, known.reason or "unknown", known.why, known.failures, known.suspensions, until),
    )
