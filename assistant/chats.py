"""Conversations on disk: chats and their turns in one SQLite file.

A turn is written before any work on it starts and closed with its answer, so that a killed process loses neither the
question nor what had been shown. Knows rows and failures; leaves wording, grouping by day and drawing to the page.
Safe to call from any thread.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from uuid import uuid4

from assistant.answer_json import decode_answer, encode_answer
from assistant.chat_schema import FORGET_WORDS, prepare
from assistant.chat_traces import find_trace, keep_trace
from assistant.chat_words import like_of, match_of
from assistant.errors import ChatStoreUnavailable
from assistant.evidence import Answer

__all__ = ["Chat", "ChatStore", "StoredTurn", "TurnState"]

BUSY_TIMEOUT_S = 5.0
TITLE_LENGTH = 80
MOST_FOUND = 50
"""Chats that a search lists; who sees more types another word."""


class TurnState(StrEnum):
    """Whether a turn is being worked on, has its answer, or lost its process."""

    OPEN = "open"
    CLOSED = "closed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, kw_only=True, slots=True)
class Chat:
    """A conversation in the list of past ones."""

    id: str
    title: str
    updated_at: datetime
    is_pinned: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredTurn:
    """A question and what is known of its answer; of an interrupted turn that is what had been shown."""

    id: str
    chat_id: str
    question: str
    asked_at: datetime
    state: TurnState
    answer: Answer | None = None


class ChatStore:
    """Keep chats in a file, or in memory only where `path` is None; every method may raise `ChatStoreUnavailable`."""

    def __init__(self, path: Path | None) -> None:
        """Open the file or begin one; one that cannot be read is set aside, and `notice` says so in one line."""
        self.notice = ""
        self._path = path
        self._lock = threading.RLock()
        if path:
            make_folder(path.parent)
        with self._told():
            self._connection = self._open()
            with self._connection:
                self._connection.execute(
                    "UPDATE turns SET state = ? WHERE state = ?", (TurnState.INTERRUPTED, TurnState.OPEN)
                )

    def chats(self) -> tuple[Chat, ...]:
        """List every chat, the latest first."""
        rows = self._read("SELECT id, title, updated_at, is_pinned FROM chats ORDER BY updated_at DESC, id")
        return tuple(chat_of(*row) for row in rows)

    def search(self, words: str) -> tuple[Chat, ...]:
        """List the chats whose title, questions or answers hold every word or its beginning, the latest first."""
        if not (wanted := match_of(words)):
            return ()
        rows = self._read(
            "SELECT id, title, updated_at, is_pinned FROM chats WHERE title LIKE ? ESCAPE '!' OR id IN "
            "(SELECT chat_id FROM turns WHERE number IN (SELECT rowid FROM said WHERE said MATCH ?)) "
            "ORDER BY updated_at DESC, id LIMIT ?",
            like_of(words),
            wanted,
            str(MOST_FOUND),
        )
        return tuple(chat_of(*row) for row in rows)

    def turns(self, chat_id: str) -> tuple[StoredTurn, ...]:
        """List the turns of a chat, the first first; an unknown chat has none."""
        rows = self._read(
            "SELECT id, chat_id, question, asked_at, state, answer FROM turns WHERE chat_id = ? ORDER BY number",
            chat_id,
        )
        return tuple(turn_of(*row) for row in rows)

    def open_turn(self, question: str, *, chat_id: str | None = None, asked_at: datetime | None = None) -> StoredTurn:
        """Keep a question durably before it is worked on; without a chat, or one that is gone, begin a new chat."""
        at = asked_at or datetime.now(UTC)
        turn = StoredTurn(
            id=uuid4().hex, chat_id=chat_id or uuid4().hex, question=question, asked_at=at, state=TurnState.OPEN
        )
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO chats (id, title, updated_at) VALUES (?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET updated_at = excluded.updated_at",
                (turn.chat_id, title_of(question), at.isoformat()),
            )
            connection.execute(
                "INSERT INTO turns (id, chat_id, question, asked_at, state) VALUES (?, ?, ?, ?, ?)",
                (turn.id, turn.chat_id, question, at.isoformat(), TurnState.OPEN),
            )
        return turn

    def keep_partial(self, turn_id: str, answer: Answer) -> None:
        """Keep what an open turn has shown so far, in case the process does not live to close it."""
        self._write(
            "UPDATE turns SET answer = ? WHERE id = ? AND state <> ?", dumped(answer), turn_id, TurnState.CLOSED
        )

    def close_turn(self, turn_id: str, answer: Answer) -> None:
        """Keep the answer that ended a turn."""
        self._write("UPDATE turns SET state = ?, answer = ? WHERE id = ?", TurnState.CLOSED, dumped(answer), turn_id)

    def keep_trace(self, turn_id: str, bundle: str) -> None:
        """Keep what went into an answer, as long as it is among the newest."""
        with self._writing() as connection:
            keep_trace(connection, turn_id, bundle)

    def trace(self, turn_id: str) -> str | None:
        """Find what went into an answer, None where it is not kept any more."""
        with self._lock, self._told():
            return find_trace(self._connection, turn_id)

    def discard_turn(self, turn_id: str) -> None:
        """Forget a turn that was refused, and its chat if it holds no other."""
        with self._writing() as connection:
            connection.execute("DELETE FROM turns WHERE id = ?", (turn_id,))
            connection.execute("DELETE FROM chats WHERE id NOT IN (SELECT chat_id FROM turns)")
            connection.execute(FORGET_WORDS)

    def rename(self, chat_id: str, title: str) -> None:
        """Give a chat another title; an empty one changes nothing."""
        if kept := title_of(title):
            self._write("UPDATE chats SET title = ? WHERE id = ?", kept, chat_id)

    def delete(self, chat_id: str) -> None:
        """Forget a chat and its turns."""
        with self._writing() as connection:
            connection.execute("DELETE FROM chats WHERE id = ?", (chat_id,))
            connection.execute(FORGET_WORDS)

    def pin(self, chat_id: str, *, is_pinned: bool) -> None:
        """Keep a chat at the top of the list, or let it go."""
        self._write("UPDATE chats SET is_pinned = ? WHERE id = ?", str(int(is_pinned)), chat_id)

    def delete_all(self) -> None:
        """Forget every chat."""
        with self._writing() as connection:
            connection.execute("DELETE FROM chats")
            connection.execute(FORGET_WORDS)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _open(self) -> sqlite3.Connection:
        """Open the file; set a corrupt one aside and begin anew."""
        try:
            return connect(self._path)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            if self._path is None:
                raise
            aside = set_aside(self._path)
            self.notice = f"{self._path}: {error}: set aside as {aside.name}, a new one was begun"
            return connect(self._path)

    def _read(self, statement: str, *values: str) -> list[tuple[str, ...]]:
        """Run one query."""
        with self._lock, self._told():
            return self._connection.execute(statement, values).fetchall()

    def _write(self, statement: str, *values: str) -> None:
        """Run one change, durably."""
        with self._writing() as connection:
            connection.execute(statement, values)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Run changes as one transaction."""
        with self._lock, self._told(), self._connection:
            yield self._connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell SQLite's failures in our words."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            message = f"{self._path or 'chats in memory'}: {error}: past chats cannot be kept; free or mend that file"
            raise ChatStoreUnavailable(message) from error


def connect(path: Path | None) -> sqlite3.Connection:
    """Open a database with the durability that chats deserve; raise sqlite3.DatabaseError for a corrupt one."""
    connection = sqlite3.connect(path or ":memory:", timeout=BUSY_TIMEOUT_S, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")  # what was deleted is overwritten, also in the index
        prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def set_aside(path: Path) -> Path:
    """Rename a broken file with its journal; return its new place."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    aside = path.with_name(f"{path.name}.corrupt-{stamp}")
    for suffix in ("-wal", "-shm"):
        journal = path.with_name(path.name + suffix)
        if journal.exists():
            journal.rename(aside.with_name(aside.name + suffix))
    return path.rename(aside)


def make_folder(folder: Path) -> None:
    """Create the folder of the file."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"{folder}: {error.strerror}: past chats cannot be kept; name another folder in FOOTNOTE_DATA_DIR"
        raise ChatStoreUnavailable(message) from error


def chat_of(chat_id: str, title: str, updated_at: str, is_pinned: object) -> Chat:
    """Read one row of the list."""
    return Chat(id=chat_id, title=title, updated_at=datetime.fromisoformat(updated_at), is_pinned=bool(is_pinned))


def turn_of(turn_id: str, chat_id: str, question: str, asked_at: str, state: str, answer: str | None) -> StoredTurn:
    """Read one row; an answer in a shape we do not know counts as none."""
    return StoredTurn(
        id=turn_id,
        chat_id=chat_id,
        question=question,
        asked_at=datetime.fromisoformat(asked_at),
        state=TurnState(state),
        answer=loaded(answer) if answer else None,
    )


def dumped(answer: Answer) -> str:
    """Write an answer as JSON text; ASCII, since a page may smuggle in half a character that SQLite refuses."""
    return json.dumps(encode_answer(answer))


def loaded(text: str) -> Answer | None:
    """Read an answer, or None where another version wrote it."""
    try:
        return decode_answer(json.loads(text))
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def title_of(text: str) -> str:
    """Make a title of a question: one line, not too long."""
    line = " ".join(text.split())
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1].rstrip() + "…"
