"""What went into the newest answers, kept beside them in the file of chats and deleted with them.

Knows the table of `schema.py` and how many are kept; each statement asks whose the chat is. Leaves what a bundle
holds to `bundle_json.py`.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Sequence

__all__ = ["MOST_KEPT", "find_trace", "forget_traces", "has_trace", "keep_trace"]

MOST_KEPT = 50
"""Turns of one owner whose trace is kept. With the text of eight pages one takes about 100 kB compressed (estimated);
so 5 MB."""


def keep_trace(connection: sqlite3.Connection, owner: str, turn_id: str, bundle: str) -> None:
    """Keep a bundle with its turn, if that is still there and theirs, and let go of those that are too old."""
    connection.execute(
        "INSERT OR REPLACE INTO traces (turn_id, bundle) SELECT turns.id, ? FROM turns "
        "JOIN chats ON chats.id = chat_id WHERE owner = ? AND turns.id = ?",
        (zlib.compress(bundle.encode()), owner, turn_id),
    )
    connection.execute(
        "DELETE FROM traces WHERE turn_id IN (SELECT turn_id FROM traces JOIN turns ON turns.id = turn_id "
        "JOIN chats ON chats.id = chat_id WHERE owner = ? ORDER BY turns.number DESC LIMIT -1 OFFSET ?)",
        (owner, MOST_KEPT),
    )


def find_trace(connection: sqlite3.Connection, owner: str, turn_id: str) -> str | None:
    """Find the bundle of a turn; one that is damaged counts as none."""
    row = connection.execute(
        "SELECT bundle FROM traces JOIN turns ON turns.id = turn_id JOIN chats ON chats.id = chat_id "
        "WHERE owner = ? AND turns.id = ?",
        (owner, turn_id),
    ).fetchone()
    return unpacked(row[0]) if row else None


def has_trace(connection: sqlite3.Connection, owner: str, turn_id: str) -> bool:
    """Tell whether a turn has a bundle, without reading it."""
    row = connection.execute(
        "SELECT 1 FROM traces JOIN turns ON turns.id = turn_id JOIN chats ON chats.id = chat_id "
        "WHERE owner = ? AND turns.id = ?",
        (owner, turn_id),
    ).fetchone()
    return row is not None


def forget_traces(connection: sqlite3.Connection, owner: str, chat_id: str, urls: Sequence[str]) -> None:
    """Forget what went into the answers of a chat that one of some pages went into: their whole text is in it."""
    rows = connection.execute(
        "SELECT turn_id, bundle FROM traces JOIN turns ON turns.id = turn_id JOIN chats ON chats.id = chat_id "
        "WHERE owner = ? AND chat_id = ?",
        (owner, chat_id),
    ).fetchall()
    for turn_id, bundle in rows:
        text = unpacked(bundle)
        if text is None or any(url in text for url in urls):
            connection.execute("DELETE FROM traces WHERE turn_id = ?", (turn_id,))


def unpacked(bundle: bytes) -> str | None:
    """Read a bundle, None where it is damaged."""
    try:
        return zlib.decompress(bundle).decode()
    except (zlib.error, UnicodeDecodeError):
        return None
