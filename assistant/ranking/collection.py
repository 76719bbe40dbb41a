"""The stored passages of one embedding model, opened when first used and opened again after a failure.

Synchronous; `index.py` gives it a thread and deadlines. Every failure of Chroma leaves here as `IndexUnavailable`. A
database that is broken, not merely out of reach, is set aside and begun anew, for all of it can be computed again.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from assistant.errors import IndexUnavailable
from assistant.evidence import Page, Passage
from assistant.ranking.connecting import connect, disconnect, forget_half_made
from assistant.ranking.generations import Generations
from assistant.ranking.ownership import Ownership, is_writable, refuse_locked, refuse_unwritable
from assistant.ranking.records import StoredPassage, Wanted, as_stored, new_record, unit
from assistant.ranking.trial import mark_closed, refuse_spoilt, unmark

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

__all__ = ["Bounds", "PassageCollection", "collection_name"]

Result = TypeVar("Result")

SCHEMA = 2
"""Rises when rows of the old shape can no longer be read; the rows of an older schema are then left behind."""
CIRCUMSTANCES = (
    "(code: 5)", "(code: 6)", "(code: 8)", "(code: 10)", "(code: 13)", "(code: 14)", "(code: 1032)", "(os error",
)  # fmt: skip
"""SQLite's busy, locked, read-only, input/output, full, cannot open, moved away (https://www.sqlite.org/rescode.html),
and faults of the file system: a new database would suffer them as well."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """What a collection may grow to, and what it leaves of the disk."""

    most_passages: int
    most_age_s: float
    least_free_bytes: int


class PassageCollection:
    """Hold the collection of one embedding model, in a folder of its own or on a Chroma server."""

    def __init__(
        self, *, folder: Path, url: str | None, name: str, bounds: Bounds, clock: Callable[[], float] = time.time
    ) -> None:
        """Say where it is, in a folder that may hold others or on a server; nothing is opened yet."""
        self.folder = folder / name
        self.url = url
        self.notices: list[str] = []
        """What a reader should hear of: that the database was begun anew, and why."""
        self._name = name
        self._bounds = bounds
        self._clock = clock
        self._ownership = Ownership(self.folder)
        self._client: ClientAPI | None = None
        self._held: Generations | None = None
        self._opened_as = 0

    @property
    def place(self) -> str:
        """Where it is, for messages."""
        return self.url or str(self.folder)

    def open(self) -> None:
        """Open the database unless it is."""
        self._run(lambda _: None)

    def vectors(self, keys: Sequence[str]) -> dict[str, np.ndarray]:
        """Give the vectors stored under these content keys."""
        return self._run(lambda held: held.vectors(keys))

    def vectors_of_passages(self, ids: Sequence[str]) -> dict[str, np.ndarray]:
        """Give the vectors of the passages with these ids."""
        return self._run(lambda held: held.vectors_of_passages(ids))

    def nearest(self, vector: np.ndarray, limit: int, wanted: Wanted) -> tuple[StoredPassage, ...]:
        """Find the passages nearest to a vector of those that are wanted."""
        row = unit(vector)
        if row is None:
            return ()
        found = self._run(lambda held: held.nearest(row, limit, wanted))
        return tuple(as_stored(text, metadata, similarity) for similarity, text, metadata in found)

    def upsert(self, entries: Iterable[tuple[str, Passage, np.ndarray, Page | None]]) -> None:
        """Store passages by key, with their vectors and, where known, their pages, within the bounds."""
        now = self._clock()
        records = [record for entry in entries if (record := new_record(*entry, now))]

        def work(held: Generations) -> None:
            held.move_met()
            held.turn_over(most_rows=self._bounds.most_passages, most_age_s=self._bounds.most_age_s, now=now)
            held.write(records)

        self._run(work)

    def close(self) -> None:
        """Move what was met again, let go of the database, and let another process have it."""
        if self._held is not None:
            with suppress(IndexUnavailable):
                self._run(Generations.move_met)
        was_open = self._held is not None
        self._forget()
        if was_open and self.url is None and self._ownership.is_last:
            mark_closed(self.folder)
        self._ownership.give_back()

    def _run(self, work: Callable[[Generations], Result]) -> Result:
        """Do some work; where the database proves broken, set it aside and do the work on a new one."""
        try:
            return work(self._opened())
        except IndexUnavailable:
            raise
        except BaseException as error:  # the boundary: Chroma's PanicException is a BaseException
            if not self._can_be_mended(error):
                self._forget()
                message = f"{self.place}: stored embeddings cannot be used ({one_line(error)})"
                raise IndexUnavailable(message) from error
        try:
            return work(self._opened())
        except IndexUnavailable:
            raise
        except BaseException as error:  # the same boundary
            self._forget()
            message = f"{self.place}: no new database can be made ({one_line(error)}); free or mend it"
            raise IndexUnavailable(message) from error

    def _opened(self) -> Generations:
        """Give the collection, opening it if need be."""
        if self.url is None:
            refuse_unwritable(self.folder, self._bounds.least_free_bytes)
        if self._held is None:
            if self.url is None:
                self._set_aside_older()
                self._ownership.take()
                refuse_locked(self.folder / "chroma.sqlite3")
                refuse_spoilt(self.folder)
                unmark(self.folder)
            self._client = connect(self.folder, self.url)
            self._held = Generations(self._client, self._name, now=self._clock())
            self._opened_as = file_number(self.folder)
        return self._held

    def _forget(self) -> None:
        """Let go of the client and of what Chroma keeps of it, so that the next call starts afresh."""
        client, self._client, self._held = self._client, None, None
        if client is not None:
            disconnect(client)
        if self.url is None:
            forget_half_made(self.folder)

    def _can_be_mended(self, error: BaseException) -> bool:
        """Set aside what is broken; False where the error is none of the database's own."""
        from chromadb.errors import InvalidArgumentError, NotFoundError  # noqa: PLC0415 - loaded only when needed

        if isinstance(error, NotFoundError):  # another client has begun a generation and dropped ours
            self._forget()
            return True
        if self.url:
            return isinstance(error, InvalidArgumentError) and self._set_aside_on_server(error)
        circumstance = isinstance(error, OSError | MemoryError | ImportError | ValueError | TypeError)
        if circumstance or any(mark in str(error) for mark in CIRCUMSTANCES) or not is_writable(self.folder):
            return False
        replaced = self._opened_as and file_number(self.folder) != self._opened_as
        self._forget()
        return bool(replaced) or self._set_aside(error)

    def _set_aside(self, error: BaseException) -> bool:
        """Rename a broken database, and remove the one that was set aside before it."""
        taken = self.folder.with_name(f"{self.folder.name}.broken-{stamp(self._clock())}")
        earlier = list(self.folder.parent.glob(f"{self.folder.name}.broken-*"))
        try:
            self.folder.rename(taken)
        except OSError:
            return False
        for folder in earlier:
            shutil.rmtree(folder, ignore_errors=True)
        self._opened_as = 0
        self.notices.append(f"{self.folder}: was broken ({one_line(error)}), set aside as {taken.name} and begun anew")
        return True

    def _set_aside_on_server(self, error: BaseException) -> bool:
        """Rename collections that do not fit."""
        if self._held is None:
            return False
        with suppress(BaseException):  # what the server says to it will be said again by the next call
            taken = self._held.set_aside(stamp(self._clock()))
            self.notices.append(f"{self.url}: did not fit ({one_line(error)}), set aside as {taken} and begun anew")
        self._forget()
        return True

    def _set_aside_older(self) -> None:
        """Set aside a database of the schema that had one folder for all models."""
        older = self.folder.parent / "chroma.sqlite3"
        if older.is_file():
            taken = older.parent.with_name(f"{older.parent.name}.broken-{stamp(self._clock())}")
            older.parent.rename(taken)
            self.notices.append(f"{older.parent}: had an older form, set aside as {taken.name} and begun anew")


def collection_name(identity: str) -> str:
    """Make a name that Chroma and file systems take, different for each embedder and schema."""
    readable = re.sub(r"[^a-zA-Z0-9]+", "-", identity).strip("-")[:40]
    digest = hashlib.sha256(f"{SCHEMA}\n{identity}".encode()).hexdigest()[:8]
    return f"passages-{readable}-{digest}"


def file_number(folder: Path) -> int:
    """Tell one database from the next that was begun in its place; 0 where there is none."""
    try:
        return (folder / "chroma.sqlite3").stat().st_ino
    except OSError:
        return 0


def stamp(now: float) -> str:
    """Write a moment into a file's name."""
    return datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%S%fZ")


def one_line(error: BaseException) -> str:
    """Give the first line of an error, with its kind."""
    return f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error).strip() else 'no message'}"
