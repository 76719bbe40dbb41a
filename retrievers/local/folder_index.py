"""A word index of local files in SQLite, kept fresh by modification time and size.

Knows which files belong to a folder and how to find them by words. Leaves reading a file to `file_text.py`. The index
can always be rebuilt: a broken one is set aside, and where none can be written it lives in memory.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import stat
import threading
import time
import weakref
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from retrievers.local.file_text import READABLE, FileText, read_file_text

__all__ = ["FolderIndex", "Found", "FoundFile"]

log = logging.getLogger(__name__)

MAX_FILE_BYTES = 20_000_000
"""Larger files are dumps rather than documents; the fetcher's limit for PDF is the same."""
LOCKED_S = 2.0
"""How long to wait for another process that writes the same index."""
LONG_WORD = 4
"""Characters beyond which a word is also found as the beginning of another."""
ENOUGH_WORDS = 3
"""A file must have half of the words, or this many of a long question: one shared word says too little."""
VERSION = 1
"""Raise it when the tables change: an index of another version is built anew."""
SCHEMA = f"""
CREATE TABLE files (id INTEGER PRIMARY KEY, path TEXT UNIQUE, modified_ns INTEGER, bytes INTEGER);
CREATE VIRTUAL TABLE texts USING fts5(title, text, tokenize = 'unicode61 remove_diacritics 2');
PRAGMA user_version = {VERSION};
"""
FIND = """
SELECT files.id, files.path, texts.title, snippet(texts, 1, '', '', '…', 40)
FROM texts JOIN files ON files.id = texts.rowid
WHERE texts MATCH ? AND rank MATCH 'bm25(5.0, 1.0)' ORDER BY rank
"""
# A word in the title weighs five in the text: half of what SQLite's manual gives a subject line in its example.


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundFile:
    """A file that has some of the words, best first by BM25."""

    path: Path
    title: str
    snippet: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """The files found, and how many others are still to be read because time was up."""

    files: tuple[FoundFile, ...]
    unread: int


@dataclass(frozen=True, slots=True)
class FileState:
    """What tells a changed file from one that is already read."""

    modified_ns: int
    bytes: int


class FolderIndex:
    """Find files by words; any thread may ask, one is served at a time."""

    def __init__(
        self, path: Path | None, *, clock: Callable[[], float] = time.monotonic, locked_s: float = LOCKED_S
    ) -> None:
        """Take the file to keep the index in, or None for memory; nothing is opened yet."""
        self._path = path
        self._clock = clock
        self._locked_s = locked_s
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def find(self, words: Sequence[str], roots: Sequence[Path], *, limit: int, refresh_s: float) -> Found:
        """Read new and changed files for at most `refresh_s` or one file, then search; raises sqlite3.Error."""
        with self._lock:
            while True:
                try:
                    return self._find(words, roots, limit, refresh_s)
                except (sqlite3.DatabaseError, OSError) as error:
                    if self._path is None:
                        raise
                    self._give_up(self._path, error)

    def _find(self, words: Sequence[str], roots: Sequence[Path], limit: int, refresh_s: float) -> Found:
        """Search once with the index as it is configured now."""
        if self._connection is None:
            self._connection = open_index(self._path, self._locked_s)
            weakref.finalize(self, self._connection.close)
        unread = self._refresh(self._connection, roots, self._clock() + refresh_s)
        return Found(files=tuple(islice(matches(self._connection, words), limit)), unread=unread)

    def _refresh(self, connection: sqlite3.Connection, roots: Sequence[Path], until_s: float) -> int:
        """Forget deleted files and read new and changed ones, small ones first; return how many are left to read."""
        present = files_below(roots)
        rows = connection.execute("SELECT path, modified_ns, bytes FROM files")
        known = {path: FileState(modified_ns, size) for path, modified_ns, size in rows}
        forget(connection, known.keys() - present.keys())
        stale = sorted(
            (path for path in present if known.get(path) != present[path]), key=lambda path: present[path].bytes
        )
        for done, path in enumerate(stale):
            if done and self._clock() >= until_s:
                return len(stale) - done
            remember(connection, path, present[path])
        return 0

    def _give_up(self, path: Path, error: Exception) -> None:
        """Set a broken index aside; where no file can be opened or written, go on in memory."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if isinstance(error, OSError | sqlite3.OperationalError):
            log.warning("folder: %s cannot be used (%s); the index is kept in memory", path, error)
            self._path = None
            return
        log.warning("folder: %s is broken (%s); set aside and built anew", path, error)
        try:
            path.replace(path.with_name(path.name + ".broken"))
        except OSError:
            self._path = None


def open_index(path: Path | None, locked_s: float) -> sqlite3.Connection:
    """Open or create an index; raises sqlite3.DatabaseError for a file that is none of ours."""
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path or ":memory:", timeout=locked_s, check_same_thread=False)
    try:
        connection.execute("PRAGMA synchronous = OFF")  # a broken index is rebuilt: no need to wait for the disk
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version not in {0, VERSION}:
            message = f"it has version {version} where {VERSION} is due"
            raise sqlite3.DatabaseError(message)
        if version == 0:
            connection.executescript(SCHEMA)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def files_below(roots: Iterable[Path]) -> dict[str, FileState]:
    """List the readable files by real path; a link is not followed, so none leads out of its folder."""
    found = {}
    for root in roots:
        for folder, folders, names in os.walk(root.resolve()):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in names:
                path = Path(folder, name)
                if not name.startswith(".") and path.suffix.lower() in READABLE and (state := state_of(path)):
                    found[str(path)] = state
    return found


def state_of(path: Path) -> FileState | None:
    """Look at a file without following links; None for what is no regular file or too large."""
    try:
        status = path.lstat()
    except OSError:
        return None
    if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_FILE_BYTES:
        return None
    return FileState(status.st_mtime_ns, status.st_size)


def forget(connection: sqlite3.Connection, paths: Iterable[str]) -> None:
    """Take files out of the index."""
    with connection:
        for path in paths:
            connection.execute("DELETE FROM texts WHERE rowid = (SELECT id FROM files WHERE path = ?)", (path,))
            connection.execute("DELETE FROM files WHERE path = ?", (path,))


def remember(connection: sqlite3.Connection, path: str, state: FileState) -> None:
    """Put a file into the index in place of what was known of it; an unreadable one keeps its name only."""
    try:
        text = read_file_text(Path(path))
    except Exception as error:  # noqa: BLE001 - pypdf and lxml raise many things on broken files
        log.info("folder: %s cannot be read: %r", path, error)
        text = FileText(title=Path(path).stem, text="")
    forget(connection, [path])
    with connection:
        row = (path, state.modified_ns, state.bytes)
        added = connection.execute("INSERT INTO files (path, modified_ns, bytes) VALUES (?, ?, ?)", row)
        words = (added.lastrowid, text.title, text.text)
        connection.execute("INSERT INTO texts (rowid, title, text) VALUES (?, ?, ?)", words)


def matches(connection: sqlite3.Connection, words: Sequence[str]) -> Iterator[FoundFile]:
    """Give the files that have enough of the words, best first by BM25."""
    if not words:
        return
    terms = [term(word) for word in words]
    found_by = Counter(
        row for one in terms for (row,) in connection.execute("SELECT rowid FROM texts WHERE texts MATCH ?", (one,))
    )
    for row, path, title, snippet in connection.execute(FIND, (" OR ".join(terms),)):
        if found_by[row] >= min(ENOUGH_WORDS, (len(terms) + 1) // 2):
            yield FoundFile(path=Path(path), title=title, snippet=snippet)


def term(word: str) -> str:
    """Quote a word for FTS5; a longer one is also found with another ending, so that a plural finds the singular."""
    return f'"{word.removesuffix("s")}"*' if len(word) > LONG_WORD else f'"{word}"'
