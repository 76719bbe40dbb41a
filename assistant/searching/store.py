"""A small SQLite file that is written off the event loop: what was found, and how the sources fare.

Knows files, threads and what to do with a broken one. Leaves what is in it to its users; where `path` is None, all of
it stays in memory.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

log = logging.getLogger(__name__)

__all__ = ["Store"]

Found = TypeVar("Found")
BUSY_S = 2.0
"""How long to wait for another process that writes: its transactions are one row."""


class Store:
    """Keep one table in a file; used from one event loop, worked in one thread of its own."""

    def __init__(self, path: Path | None, schema: str) -> None:
        """Take the file and the statement that makes its table; nothing is opened before the first use."""
        self._path = path
        self._schema = schema
        self._connection: sqlite3.Connection | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=path.stem if path else "memory")
        self._is_closed = False
        self.notice = ""
        """What went wrong with the file, in one line; empty while nothing has."""

    async def read(self, work: Callable[[sqlite3.Connection], Found], default: Found) -> Found:
        """Return what `work` finds, the default where the file cannot be read."""
        if self._is_closed:
            return default
        return await asyncio.wrap_future(self._thread.submit(self._worked, work, default))

    def write(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """Have `work` done soon, after all that was asked before; a failure is told in `notice` only."""
        if not self._is_closed:
            self._thread.submit(self._worked, work, None)

    async def settle(self) -> None:
        """Wait until all that was asked so far is done."""
        if not self._is_closed:
            done: Future[None] = self._thread.submit(lambda: None)
            await asyncio.wrap_future(done)

    async def close(self) -> None:
        """Do what was asked for and close the file."""
        if self._is_closed:
            return
        self._is_closed = True
        self._thread.submit(self._close)
        await asyncio.to_thread(self._thread.shutdown)

    def _worked(self, work: Callable[[sqlite3.Connection], Found], default: Found) -> Found:
        """Do one piece of work in a transaction; a file that turns out broken is set aside and begun anew, once."""
        for _ in range(2):
            try:
                connection = self._opened()
                with connection:
                    return work(connection)
            except sqlite3.OperationalError as error:  # a full disk, a lock: the file itself is whole
                self._note(f"{self._path}: {error}; free it or name another folder in FOOTNOTE_DATA_DIR")
                return default
            except sqlite3.DatabaseError as error:
                self._set_aside(error)
        return default

    def _opened(self) -> sqlite3.Connection:
        """Open the file the first time."""
        if self._connection is None:
            connection = sqlite3.connect(self._path or ":memory:", timeout=BUSY_S, check_same_thread=False)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.execute(self._schema)
            except sqlite3.Error:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def _set_aside(self, error: sqlite3.DatabaseError) -> None:
        """Rename a file that is no database, so that whoever wants to can look at it."""
        self._close()
        if self._path is None:
            return
        kept = self._path.with_name(f"{self._path.name}.broken-{datetime.now(UTC):%Y%m%dT%H%M%S}")
        with suppress(OSError):
            self._path.replace(kept)
        for suffix in ("-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
        self._note(f"{self._path}: cannot be read ({error}); begun anew, the old file is {kept.name}")

    def _note(self, problem: str) -> None:
        """Tell what went wrong."""
        self.notice = problem
        log.warning(problem)

    def _close(self) -> None:
        """Close the connection, if there is one."""
        if self._connection:
            self._connection.close()
            self._connection = None
