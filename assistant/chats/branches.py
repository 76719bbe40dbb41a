"""The branches of a chat: a question put otherwise begins a new one beside what followed its first wording.

Knows that each turn names the one before it, that turns with the same one before them are wordings of one question, and
which branch was looked at last. Nothing is ever written over; what a branch shares with another is kept once.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict

__all__ = ["add_turn", "forget", "show", "shown_rows", "wordings"]

LAST_SHOWN = """
SELECT turns.id FROM turns JOIN chats ON chats.id = chat_id WHERE chat_id = :chat AND owner = :owner
ORDER BY turns.id = shown_id DESC, number DESC LIMIT 1
"""
"""The last turn of the branch that is shown; the newest where that is not known or gone."""
SHOWN = f"""
WITH RECURSIVE branch (id, parent_id) AS (
    SELECT id, parent_id FROM turns WHERE id = ({LAST_SHOWN})
    UNION ALL SELECT turns.id, turns.parent_id FROM turns JOIN branch ON turns.id = branch.parent_id
)
SELECT id, chat_id, question, asked_at, state, answer FROM turns WHERE id IN (SELECT id FROM branch) ORDER BY number
"""  # noqa: S608 - our own words
NEWEST_BELOW = """
WITH RECURSIVE below (id, number) AS (
    SELECT turns.id, number FROM turns JOIN chats ON chats.id = chat_id WHERE turns.id = ? AND owner = ?
    UNION ALL SELECT turns.id, turns.number FROM turns JOIN below ON turns.parent_id = below.id
)
SELECT id FROM below ORDER BY number DESC LIMIT 1
"""
SHOWN_BEFORE = """
SELECT other.id FROM turns AS gone JOIN turns AS other ON other.chat_id = gone.chat_id AND other.number < gone.number
AND (other.parent_id IS gone.parent_id OR other.id = gone.parent_id)
WHERE gone.id = ? ORDER BY other.number DESC LIMIT 1
"""
"""Of a turn that nothing follows: another wording of it, or else the turn before it."""
OWN = "chat_id IN (SELECT id FROM chats WHERE owner = ?)"


def shown_rows(connection: sqlite3.Connection, owner: str, chat_id: str) -> list[tuple[str, ...]]:
    """Read the turns of the branch that is shown, the first first."""
    return connection.execute(SHOWN, {"chat": chat_id, "owner": owner}).fetchall()


def wordings(connection: sqlite3.Connection, chat_id: str) -> dict[str, tuple[str, ...]]:
    """Tell of each question that was put in several wordings the turns of all of them, in the order they were asked."""
    beside: dict[str | None, list[str]] = defaultdict(list)
    rows = connection.execute("SELECT id, parent_id FROM turns WHERE chat_id = ? ORDER BY number", (chat_id,))
    for turn_id, parent_id in rows:
        beside[parent_id].append(turn_id)
    return {turn_id: tuple(found) for found in beside.values() if len(found) > 1 for turn_id in found}


def add_turn(
    connection: sqlite3.Connection, owner: str, chat_id: str, values: tuple[str, ...], *, instead_of: str | None
) -> None:
    """Write a turn (id, question, when, state) after the last that is shown, or beside another, and show it."""
    connection.execute(
        "INSERT INTO turns (id, question, asked_at, state, chat_id, parent_id) VALUES (?, ?, ?, ?, ?, ?)",
        (*values, chat_id, before_next(connection, owner, chat_id, instead_of)),
    )
    show(connection, owner, values[0])


def before_next(connection: sqlite3.Connection, owner: str, chat_id: str, instead_of: str | None) -> str | None:
    """Find the turn that a new one follows: the last shown, or the one before the turn that is put otherwise."""
    beside = connection.execute("SELECT parent_id FROM turns WHERE id = ? AND chat_id = ?", (instead_of, chat_id))
    row = beside.fetchone() or connection.execute(LAST_SHOWN, {"chat": chat_id, "owner": owner}).fetchone()
    parent_id: str | None = row[0] if row else None
    return parent_id


def show(connection: sqlite3.Connection, owner: str, turn_id: str) -> None:
    """Show the branch of a turn, as far as it was led last."""
    if newest := connection.execute(NEWEST_BELOW, (turn_id, owner)).fetchone():
        connection.execute(
            "UPDATE chats SET shown_id = ? WHERE id = (SELECT chat_id FROM turns WHERE id = ?)", (newest[0], turn_id)
        )


def forget(connection: sqlite3.Connection, owner: str, turn_id: str) -> None:
    """Forget a turn that nothing follows, and show again what was shown before it was asked."""
    before = connection.execute(SHOWN_BEFORE, (turn_id,)).fetchone()
    connection.execute(f"DELETE FROM turns WHERE id = ? AND {OWN}", (turn_id, owner))  # noqa: S608 - our own words
    if before:
        show(connection, owner, before[0])
