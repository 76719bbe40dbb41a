"""The file of chats: opened with the durability that chats deserve, set aside where it is broken.

Knows SQLite and what can be wrong with a file. Leaves its tables to `schema.py` and its rows to `store.py`.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from assistant.chats.schema import prepare
from assistant.errors import ChatStoreUnavailable
from assistant.setting_aside import set_aside

__all__ = ["CHATS_FILE", "connect", "make_folder", "open_or_begin"]

CHATS_FILE = "chats.sqlite3"
"""In the data directory."""
BUSY_TIMEOUT_S = 5.0


def open_or_begin(path: Path | None) -> tuple[sqlite3.Connection, str]:
    """Open the file, or memory without one; set a corrupt one aside and begin anew, and say so in one line."""
    try:
        return connect(path), ""
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        if path is None:
            raise
        aside = set_aside(path)
        return connect(path), f"{path}: {error}: set aside as {aside.name}, a new one was begun"


def connect(path: Path | None) -> sqlite3.Connection:
    """Open a database with the durability that chats deserve; raise sqlite3.DatabaseError for a corrupt one."""
    connection = sqlite3.connect(path or ":memory:", timeout=BUSY_TIMEOUT_S, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")  # what was deleted is overwritten, also in the index
        connection.execute("PRAGMA temp_store = MEMORY")  # what is sorted of a chat in memory stays there too
        prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def make_folder(folder: Path) -> None:
    """Create the folder of the file."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"{folder}: {error.strerror}: past chats cannot be kept; name another folder in FOOTNOTE_DATA_DIR"
        raise ChatStoreUnavailable(message) from error
