"""Rows of text in one SQLite file, bounded in size: the least used are given up first.

Knows the file and what can go wrong with it: it is a convenience, so nothing here raises. A file that cannot be read is
set aside and begun anew; one that is locked, read-only or on a full disk is left alone for a while. All of it happens
on a thread of its own. What the rows mean is `cache.py`'s.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from assistant.setting_aside import set_aside

__all__ = ["Shelf"]

Result = TypeVar("Result")

VERSION = 1
BUSY_TIMEOUT_S = 0.25
"""Reading a page again costs about as much; a lock that lasts longer is not worth waiting for."""
PATIENCE_S = 1.0
"""How long a question waits for a row; the thread may be busy with large ones."""
REST_S = 30.0
"""How long a file that failed is left alone, so that a full disk does not cost every page a try."""
KEPT_SHARE = 0.9
"""What is left after making room, so that not every row has to make its own."""
LARGEST_SHARE = 8
"""A row larger than this part of the shelf is not kept: it would push out too many others."""
USED_APART_S = 60.0
"""Uses closer together than this are one: each is a write."""
CORRUPT = ("malformed", "not a database", "unsupported file format", "no such table", "no such column")
SCHEMA = """
DROP TABLE IF EXISTS rows;
CREATE TABLE rows (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    used_at REAL NOT NULL,
    expires_at REAL NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, key)
);
CREATE INDEX rows_by_use ON rows (used_at, bytes);
"""
MAKE_ROOM = """
DELETE FROM rows WHERE rowid IN (
    SELECT rowid FROM (SELECT rowid, SUM(bytes) OVER (ORDER BY used_at DESC, rowid DESC) AS newer FROM rows)
    WHERE newer > ?
)
"""


class Shelf:
    """Keep rows in a file; it is opened when first needed, and `take_notices` says in a line what went wrong."""

    def __init__(self, path: Path, most_bytes: int, clock: Callable[[], float] = time.time) -> None:
        """Take the place of the file and how much may be in it."""
        self._path = path
        self._most_bytes = most_bytes
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="page cache")
        self._connection: sqlite3.Connection | None = None
        self._bytes = 0
        self._rests_until = 0.0
        self._notices: list[str] = []
        self._is_closed = False

    async def get(self, kind: str, key: str) -> str | None:
        """Return the body of a row; None where there is none, or none to be had in time."""
        if self._is_closed:
            return None
        work = asyncio.get_running_loop().run_in_executor(
            self._thread, self._attempt, lambda db: self._get(db, kind, key)
        )
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await work
        except TimeoutError:
            return None

    def put(self, kind: str, key: str, body: Callable[[], str], *, life_s: float) -> None:
        """Keep a row for a while; returns at once, and the thread makes its body."""
        self._submit(lambda db: self._put(db, kind, key, body(), life_s))

    def drop(self, kind: str, key: str) -> None:
        """Forget a row; returns at once."""
        self._submit(lambda db: self._drop(db, kind, key))

    def take_notices(self) -> tuple[str, ...]:
        """Tell what went wrong since this was last asked."""
        taken, self._notices = tuple(self._notices), []
        return taken

    async def close(self) -> None:
        """Write what is still to be written, and close the file."""
        if self._is_closed:
            return
        self._is_closed = True
        self._thread.submit(self._close)
        await asyncio.to_thread(self._thread.shutdown)

    def _submit(self, work: Callable[[sqlite3.Connection], None]) -> None:
        """Do something with the file when its turn comes; nothing once it is closed: a late reading may end then."""
        if not self._is_closed:
            self._thread.submit(self._attempt, work)

    def _attempt(self, work: Callable[[sqlite3.Connection], Result]) -> Result | None:
        """Do something with the file, and see to it that its failures stay here."""
        if self._clock() < self._rests_until:
            return None
        try:
            return work(self._opened())
        except (sqlite3.Error, OSError) as error:
            self._recover(error)
        except (TypeError, ValueError, UnicodeError) as error:  # a body that cannot be written
            self._notices.append(f"{self._path.name}: a page was not kept: {error!r}; please report it")
        return None

    def _recover(self, error: Exception) -> None:
        """Set a corrupt file aside; leave any other alone for a while."""
        is_corrupt = isinstance(error, sqlite3.DatabaseError) and any(sign in str(error) for sign in CORRUPT)
        self._close()
        try:
            if is_corrupt and self._path.exists():
                aside = set_aside(self._path)
                self._notices.append(f"{self._path}: {error}: set aside as {aside.name}, a new page cache was begun")
                return
        except OSError as failure:
            error = failure
        self._rests_until = self._clock() + REST_S
        self._notices.append(f"{self._path}: {error}: pages are read from the web only; free or mend that file")

    def _opened(self) -> sqlite3.Connection:
        """Open the file if it is not open; begin it where it is new or another version's."""
        if self._connection is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(self._path, timeout=BUSY_TIMEOUT_S, check_same_thread=False, isolation_level=None)
            self._connection = db
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
            if db.execute("PRAGMA user_version").fetchone() != (VERSION,):
                db.executescript(f"BEGIN IMMEDIATE; {SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")
            db.execute("DELETE FROM rows WHERE expires_at < ?", (self._clock(),))
            self._bytes = self._measured(db)
        return self._connection

    def _get(self, db: sqlite3.Connection, kind: str, key: str) -> str | None:
        """Read a row that has not expired, and note that it was used."""
        now, row = self._clock(), (kind, key)
        found = db.execute("SELECT body, used_at, expires_at FROM rows WHERE kind = ? AND key = ?", row).fetchone()
        if found is None or found[2] < now:
            return None
        if now - found[1] > USED_APART_S:
            db.execute("UPDATE rows SET used_at = ? WHERE kind = ? AND key = ?", (now, *row))
        return str(found[0])

    def _put(self, db: sqlite3.Connection, kind: str, key: str, body: str, life_s: float) -> None:
        """Write a row, and make room where there is too little."""
        size, now = len(body.encode()) + len(key), self._clock()
        self._drop(db, kind, key)
        if size > self._most_bytes / LARGEST_SHARE:
            return
        db.execute("INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?, ?, ?)", (kind, key, size, now, now + life_s, body))
        self._bytes += size
        if self._bytes > self._most_bytes:
            db.execute(MAKE_ROOM, (KEPT_SHARE * self._most_bytes,))
            self._bytes = self._measured(db)

    def _drop(self, db: sqlite3.Connection, kind: str, key: str) -> None:
        """Delete a row."""
        gone = db.execute("DELETE FROM rows WHERE kind = ? AND key = ? RETURNING bytes", (kind, key)).fetchone()
        self._bytes -= gone[0] if gone else 0

    def _measured(self, db: sqlite3.Connection) -> int:
        """Add up what is in the file."""
        return int(db.execute("SELECT COALESCE(SUM(bytes), 0) FROM rows").fetchone()[0])

    def _close(self) -> None:
        """Close the file."""
        if self._connection:
            self._connection.close()
            self._connection = None
