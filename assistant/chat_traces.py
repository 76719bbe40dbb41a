"""What went into the newest answers, kept beside them in the file of chats and deleted with them.

Knows the table of `chat_schema.py` and how many are kept; each statement asks whose the chat is. Leaves what a bundle
holds to `bundle_json.py`.
"""

from __future__ import annotations

import sqlite3
import zlib

__all__ = ["MOST_KEPT", "find_trace", "keep_trace"]

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
    try:
        return zlib.decompress(row[0]).decode() if row else None
    except (zlib.error, UnicodeDecodeError):
        return None
