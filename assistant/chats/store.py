"""Conversations on disk: chats and their turns in one SQLite file, each chat its owner's alone.

A turn is written before any work on it starts and closed with its answer, so that a killed process loses neither the
question nor what had been shown. Every statement asks who owns the chat: what is another's looks like what is not
there. Knows rows and failures; leaves who reads to its caller, and wording, grouping by day and drawing to the page.
Safe to call from any thread.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self
from uuid import uuid4

from assistant.chats.branches import add_turn, forget, show, shown_rows, wordings
from assistant.chats.feedback import all_feedback, feedback_of, keep_feedback, take_back
from assistant.chats.file import make_folder, open_or_begin
from assistant.chats.rows import (
    LOCAL,
    Chat,
    Feedback,
    RatedAnswer,
    Share,
    SharedChat,
    StoredTurn,
    TurnState,
    chat_of,
    dumped,
    title_of,
    turn_of,
)
from assistant.chats.schema import FORGET_WORDS
from assistant.chats.shares import find_shared, make_share, revoke, shares_of
from assistant.chats.traces import find_trace, forget_traces, has_trace, keep_trace
from assistant.chats.words import like_of, match_of
from assistant.copies import sharing
from assistant.errors import ChatStoreUnavailable
from assistant.evidence import Answer

__all__ = ["LOCAL", "Chat", "ChatStore", "Feedback", "StoredTurn", "TurnState"]

MOST_FOUND = 50
"""Chats that a search lists; who sees more types another word."""
OWN = "chat_id IN (SELECT id FROM chats WHERE owner = ?)"


class ChatStore:
    """Keep chats in a file, or in memory only where `path` is None; every method may raise `ChatStoreUnavailable`."""

    def __init__(self, path: Path | None, *, owner: str = LOCAL, is_guest: bool = False) -> None:
        """Open the file or begin one; one that cannot be read is set aside, and `notice` says so in one line.

        A turn that is open then has lost its process; a guest beside a running page leaves it as it is.
        """
        self.notice = ""
        self.owner = owner
        self._path = path
        self._lock = threading.RLock()
        if path:
            make_folder(path.parent)
        with self._told():
            self._connection, self.notice = open_or_begin(path)
            if not is_guest:
                with self._connection:
                    self._connection.execute(
                        "UPDATE turns SET state = ? WHERE state = ?", (TurnState.INTERRUPTED, TurnState.OPEN)
                    )

    def seen_by(self, owner: str) -> Self:
        """Give the same file as another owner may see it."""
        return sharing(self, owner=owner)

    def chats(self) -> tuple[Chat, ...]:
        """List every chat, the latest first."""
        rows = self._read(
            "SELECT id, title, updated_at, is_pinned FROM chats WHERE owner = ? ORDER BY updated_at DESC, id",
            self.owner,
        )
        return tuple(chat_of(*row) for row in rows)

    def search(self, words: str) -> tuple[Chat, ...]:
        """List the chats whose title, questions or answers hold every word or its beginning, the latest first."""
        if not (wanted := match_of(words)):
            return ()
        rows = self._read(
            "SELECT id, title, updated_at, is_pinned FROM chats WHERE owner = ? AND (title LIKE ? ESCAPE '!' OR id IN "
            "(SELECT chat_id FROM turns WHERE number IN (SELECT rowid FROM said WHERE said MATCH ?))) "
            "ORDER BY updated_at DESC, id LIMIT ?",
            self.owner,
            like_of(words),
            wanted,
            str(MOST_FOUND),
        )
        return tuple(chat_of(*row) for row in rows)

    def turns(self, chat_id: str) -> tuple[StoredTurn, ...]:
        """List the turns of the branch of a chat that is shown, the first first; an unknown chat has none."""
        with self._lock, self._told():
            rows, several = shown_rows(self._connection, self.owner, chat_id), wordings(self._connection, chat_id)
        return tuple(replace(turn_of(*row), wordings=several.get(row[0], ())) for row in rows)

    def open_turn(
        self,
        question: str,
        *,
        chat_id: str | None = None,
        asked_at: datetime | None = None,
        instead_of: str | None = None,
    ) -> StoredTurn:
        """Keep a question durably before it is worked on; without a chat, or one that is gone, begin a new chat.

        It follows the last turn that is shown, or `instead_of` a turn begins a branch beside it; it is shown from now.
        """
        at = asked_at or datetime.now(UTC)
        with self._writing() as connection:
            known = connection.execute("SELECT 1 FROM chats WHERE id = ? AND owner = ?", (chat_id, self.owner))
            home = chat_id if chat_id and known.fetchone() else uuid4().hex
            turn = StoredTurn(id=uuid4().hex, chat_id=home, question=question, asked_at=at, state=TurnState.OPEN)
            connection.execute(
                "INSERT INTO chats (id, title, updated_at, owner) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET updated_at = excluded.updated_at",
                (home, title_of(question), at.isoformat(), self.owner),
            )
            values = (turn.id, question, at.isoformat(), TurnState.OPEN)
            add_turn(connection, self.owner, home, values, instead_of=instead_of)
        return turn

    def keep_partial(self, turn_id: str, answer: Answer) -> None:
        """Keep what an open turn has shown so far, in case the process does not live to close it."""
        self._write(
            f"UPDATE turns SET answer = ? WHERE id = ? AND state <> ? AND {OWN}",  # noqa: S608 - our own words
            dumped(answer),
            turn_id,
            TurnState.CLOSED,
            self.owner,
        )

    def close_turn(self, turn_id: str, answer: Answer) -> None:
        """Keep the answer that ended a turn."""
        self._write(
            f"UPDATE turns SET state = ?, answer = ? WHERE id = ? AND {OWN}",  # noqa: S608 - our own words
            TurnState.CLOSED,
            dumped(answer),
            turn_id,
            self.owner,
        )

    def keep_trace(self, turn_id: str, bundle: str) -> None:
        """Keep what went into an answer, as long as it is among the newest."""
        with self._writing() as connection:
            keep_trace(connection, self.owner, turn_id, bundle)

    def trace(self, turn_id: str) -> str | None:
        """Find what went into an answer, None where it is not kept any more."""
        with self._lock, self._told():
            return find_trace(self._connection, self.owner, turn_id)

    def is_traced(self, turn_id: str) -> bool:
        """Tell whether it is kept what went into an answer; much quicker than reading it."""
        with self._lock, self._told():
            return has_trace(self._connection, self.owner, turn_id)

    def forget_traces(self, chat_id: str, urls: Sequence[str]) -> None:
        """Forget what went into the answers of a chat that some pages went into; the answers stay."""
        with self._forgetting() as connection:
            forget_traces(connection, self.owner, chat_id, urls)

    def rate(self, turn_id: str, feedback: Feedback | None) -> None:
        """Keep what a reader thinks of an answer; None takes it back."""
        if feedback:
            with self._writing() as connection:
                keep_feedback(connection, self.owner, turn_id, feedback)
        else:
            with self._forgetting() as connection:
                take_back(connection, self.owner, turn_id)

    def feedback(self, chat_id: str) -> dict[str, Feedback]:
        """List what its reader thinks of the answers of a chat, by turn."""
        with self._lock, self._told():
            return feedback_of(self._connection, self.owner, chat_id)

    def rated(self) -> tuple[RatedAnswer, ...]:
        """List all feedback, the latest first."""
        with self._lock, self._told():
            return all_feedback(self._connection, self.owner)

    def share(self, chat_id: str, *, turn_id: str | None = None) -> str | None:
        """Freeze a chat, or one turn of it, for whoever has the secret that is returned; None without an answer."""
        turns = [turn for turn in self.turns(chat_id) if turn_id in {None, turn.id}]
        titles = [chat.title for chat in self.chats() if chat.id == chat_id and turn_id is None]
        title = titles[0] if titles else title_of(turns[0].question) if turns else ""
        with self._writing() as connection:
            return make_share(connection, self.owner, chat_id, title, turns)

    def shares(self, chat_id: str | None = None) -> tuple[Share, ...]:
        """List the links to a chat, or to all, the latest first."""
        with self._lock, self._told():
            return shares_of(self._connection, self.owner, chat_id)

    def revoke(self, share_id: str) -> None:
        """Let a link lead nowhere from now on."""
        with self._writing() as connection:
            revoke(connection, self.owner, share_id)

    def shared(self, secret: str) -> SharedChat | None:
        """Find what a link leads to, whoever asks: the secret is the right to read it."""
        with self._lock, self._told():
            return find_shared(self._connection, secret)

    def discard_turn(self, turn_id: str) -> None:
        """Forget a turn that was refused, and its chat if it holds no other."""
        with self._writing() as connection:
            forget(connection, self.owner, turn_id)
            connection.execute(
                "DELETE FROM chats WHERE owner = ? AND id NOT IN (SELECT chat_id FROM turns)", (self.owner,)
            )
            connection.execute(FORGET_WORDS)

    def show(self, turn_id: str) -> None:
        """Show the branch of a turn from now on."""
        with self._writing() as connection:
            show(connection, self.owner, turn_id)

    def rename(self, chat_id: str, title: str) -> None:
        """Give a chat another title; an empty one changes nothing."""
        if kept := title_of(title):
            self._write("UPDATE chats SET title = ? WHERE id = ? AND owner = ?", kept, chat_id, self.owner)

    def delete(self, chat_id: str) -> None:
        """Forget a chat, its turns, and the links to it."""
        with self._forgetting() as connection:
            connection.execute("DELETE FROM chats WHERE id = ? AND owner = ?", (chat_id, self.owner))
            connection.execute(FORGET_WORDS)

    def pin(self, chat_id: str, *, is_pinned: bool) -> None:
        """Keep a chat at the top of the list, or let it go."""
        self._write(
            "UPDATE chats SET is_pinned = ? WHERE id = ? AND owner = ?", str(int(is_pinned)), chat_id, self.owner
        )

    def delete_all(self) -> None:
        """Forget every chat of this owner."""
        with self._forgetting() as connection:
            connection.execute("DELETE FROM chats WHERE owner = ?", (self.owner,))
            connection.execute(FORGET_WORDS)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

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
    def _forgetting(self) -> Iterator[sqlite3.Connection]:
        """Run deletions as one transaction, and empty the journal, in which what was deleted still stands."""
        with self._lock, self._told():
            with self._connection:
                yield self._connection
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell SQLite's failures in our words."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            message = f"{self._path or 'chats in memory'}: {error}: past chats cannot be kept; free or mend that file"
            raise ChatStoreUnavailable(message) from error
