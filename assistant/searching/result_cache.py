"""What a source found shortly before, so that equal queries ask it once.

Knows how long a result is good for, by the kind of source. Leaves failures to `health.py`. Queries are kept as digests
only; hits stand in the data directory as their providers gave them.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from assistant.searching.hit_json import dump_hits, load_hits
from assistant.searching.store import Store
from retrievers import Focus, HitList, Retriever, SearchQuery

__all__ = ["ResultCache", "key_of"]

LIFE_S: dict[Focus, float] = {
    "web": 600,
    "news": 120,
    "data": 45,
    "reference": 86_400,
    "science": 86_400,
    "discussion": 900,
    "code": 1_200,
    "local": 0,
}
"""How fast each kind of source changes; web, news and figures as researched, the user's own files are never kept."""
EMPTY_LIFE_S = 30.0
"""Finding nothing may be a mishap: not for long."""
MOST_ENTRIES = 2_000
"""About 60 MB at the 30 kB of a page of results with texts."""
MOST_CHARACTERS = 1_000_000
"""One entry; what is longer is asked for again."""
AT_HAND = 200
"""Entries kept in memory in front of the file: some ten questions at twelve sources and more."""
SETTING = (str, int, float, tuple, Path)
"""What a retriever's configuration is made of; anything else that it holds is not told apart."""
SCHEMA = "CREATE TABLE IF NOT EXISTS results (key TEXT PRIMARY KEY, ends_at REAL NOT NULL, hits TEXT NOT NULL)"


class ResultCache:
    """Keep result lists for a while, in a file or in memory; used from one event loop."""

    def __init__(
        self, path: Path | None = None, clock: Callable[[], float] = time.time, most_entries: int = MOST_ENTRIES
    ) -> None:
        """Take the file, None for memory only; `clock` counts seconds since 1970, which restarts share."""
        self._store = Store(path, SCHEMA) if path else None
        self._clock = clock
        self._most_entries = most_entries
        self._at_hand: OrderedDict[str, tuple[float, HitList]] = OrderedDict()

    @property
    def notice(self) -> str:
        """Tell in one line what went wrong with the file."""
        return self._store.notice if self._store else ""

    async def get(self, key: str) -> HitList | None:
        """Return what is kept under a key and still good."""
        now = self._clock()
        if key in self._at_hand:
            ends_at, found = self._at_hand[key]
            return found if now < ends_at else None
        if self._store is None:
            return None
        row = await self._store.read(lambda connection: select(connection, key, now), None)
        if row is None:
            return None
        ends_at, text = row
        try:
            found = load_hits(text)
        except (ValueError, LookupError, TypeError):
            return None
        self._keep_at_hand(key, ends_at, found)
        return found

    def put(self, key: str, source: Retriever, found: HitList) -> None:
        """Keep what a source found for as long as its kind is good for."""
        life_s = LIFE_S[source.focus] if found else min(EMPTY_LIFE_S, LIFE_S[source.focus])
        if not life_s:
            return
        now = self._clock()
        self._keep_at_hand(key, now + life_s, found)
        if self._store:
            self._store.write(lambda connection: self._insert(connection, key, now + life_s, found))

    def _keep_at_hand(self, key: str, ends_at: float, found: HitList) -> None:
        """Keep an entry in memory in place of the oldest."""
        self._at_hand[key] = (ends_at, found)
        self._at_hand.move_to_end(key)
        while len(self._at_hand) > min(AT_HAND, self._most_entries):
            self._at_hand.popitem(last=False)

    def _insert(self, connection: sqlite3.Connection, key: str, ends_at: float, found: HitList) -> None:
        """Write an entry, and drop those that are over, then those that end first."""
        text = dump_hits(found)
        if len(text) > MOST_CHARACTERS:
            return
        connection.execute("INSERT OR REPLACE INTO results VALUES (?, ?, ?)", (key, ends_at, text))
        connection.execute("DELETE FROM results WHERE ends_at <= ?", (self._clock(),))
        connection.execute(
            "DELETE FROM results WHERE key IN (SELECT key FROM results ORDER BY ends_at DESC LIMIT -1 OFFSET ?)",
            (self._most_entries,),
        )

    async def close(self) -> None:
        """Finish writing."""
        if self._store:
            await self._store.close()


def key_of(source: Retriever, query: SearchQuery) -> str:
    """Digest all that a result depends on: the source and its settings, words, language, time range, page length."""
    held = getattr(source, "__dict__", {})
    settings = sorted((name, str(value)) for name, value in held.items() if isinstance(value, SETTING))
    telling = [source.name, settings, query.text, query.language, query.freshness, query.limit]
    return hashlib.sha256(json.dumps(telling, ensure_ascii=False).encode()).hexdigest()


def select(connection: sqlite3.Connection, key: str, now: float) -> tuple[float, str] | None:
    """Read an entry that is still good."""
    found: tuple[float, str] | None = connection.execute(
        "SELECT ends_at, hits FROM results WHERE key = ? AND ends_at > ?", (key, now)
    ).fetchone()
    return found
