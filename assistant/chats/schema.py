"""The tables of the file of chats, and how a file that an earlier version wrote becomes one of today.

Knows SQL and `user_version`. Each step of `MIGRATIONS` runs once, in its order and in one transaction with its number.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any

__all__ = ["FIRST", "FORGET_WORDS", "VERSION", "prepare", "said_in"]

FIRST = """
CREATE TABLE IF NOT EXISTS chats (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    updated_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS turns (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    question TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    state TEXT NOT NULL,
    answer TEXT
);
CREATE INDEX IF NOT EXISTS turns_of_chat ON turns (chat_id, number);
"""
PINS_AND_SEARCH = """
ALTER TABLE chats ADD COLUMN is_pinned INTEGER NOT NULL DEFAULT 0;
CREATE VIRTUAL TABLE said USING fts5 (words, tokenize = "unicode61 remove_diacritics 2");
INSERT INTO said (rowid, words) SELECT number, question || ' ' || said_in(answer) FROM turns;
CREATE TRIGGER turn_written AFTER INSERT ON turns BEGIN
    INSERT INTO said (rowid, words) VALUES (new.number, new.question || ' ' || said_in(new.answer));
END;
CREATE TRIGGER turn_answered AFTER UPDATE OF answer ON turns BEGIN
    UPDATE said SET words = new.question || ' ' || said_in(new.answer) WHERE rowid = new.number;
END;
CREATE TRIGGER turn_deleted AFTER DELETE ON turns BEGIN
    DELETE FROM said WHERE rowid = old.number;
END;
"""
"""Accents are ignored in a search: people leave them out when they type."""
TRACES = """
CREATE TABLE traces (
    turn_id TEXT PRIMARY KEY REFERENCES turns (id) ON DELETE CASCADE,
    bundle BLOB NOT NULL
) WITHOUT ROWID;
"""
OWNERS = """
ALTER TABLE chats ADD COLUMN owner TEXT NOT NULL DEFAULT 'local';
CREATE INDEX chats_of_owner ON chats (owner, updated_at);
"""
"""What was kept before anybody could sign in belongs to whoever uses this machine (`chat_rows.LOCAL`)."""
FEEDBACK_AND_SHARES = """
CREATE TABLE feedback (
    turn_id TEXT PRIMARY KEY REFERENCES turns (id) ON DELETE CASCADE,
    is_good INTEGER NOT NULL,
    note TEXT NOT NULL,
    given_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE shares (
    hash TEXT PRIMARY KEY,
    chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    made_at TEXT NOT NULL,
    answers INTEGER NOT NULL,
    copy BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX shares_of_chat ON shares (chat_id);
"""
BRANCHES = """
ALTER TABLE turns ADD COLUMN parent_id TEXT REFERENCES turns (id) ON DELETE CASCADE;
UPDATE turns SET parent_id = (
    SELECT earlier.id FROM turns AS earlier WHERE earlier.chat_id = turns.chat_id AND earlier.number < turns.number
    ORDER BY earlier.number DESC LIMIT 1
);
CREATE INDEX turns_after ON turns (parent_id);
ALTER TABLE chats ADD COLUMN shown_id TEXT;
"""
"""Before, each turn of a chat followed the one asked before it."""
FORGET_WORDS = "INSERT INTO said (said) VALUES ('optimize')"
"""FTS5 only marks what is deleted, and keeps the words until its parts are merged."""
MIGRATIONS = (FIRST, PINS_AND_SEARCH, TRACES, OWNERS, FEEDBACK_AND_SHARES, BRANCHES)
VERSION = len(MIGRATIONS)


def prepare(connection: sqlite3.Connection) -> None:
    """Bring the tables up to date, and look an old file over."""
    connection.create_function("said_in", 1, said_in, deterministic=True)
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        message = f"written by a newer Footnote (format {version}, known is {VERSION}); upgrade Footnote"
        raise sqlite3.OperationalError(message)
    for number, statements in enumerate(MIGRATIONS[version:], version + 1):
        connection.executescript(f"BEGIN IMMEDIATE; {statements} PRAGMA user_version = {number}; COMMIT;")
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise sqlite3.DatabaseError(verdict)


def said_in(answer: str | None) -> str:
    """Return the sentences of a stored answer, to be searched; nothing of one that cannot be read."""
    try:
        record: Any = json.loads(answer) if answer else {}
        return " ".join(str(sentence["text"]) for sentence in record.get("sentences", ()))
    except (KeyError, TypeError, ValueError, AttributeError):
        return ""
