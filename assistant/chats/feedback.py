"""What readers think of answers, kept beside them in the file of chats and deleted with them.

Knows the table of `schema.py`; each statement asks whose the chat is. Sends nothing to anybody.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime

from assistant.chats.rows import Feedback, RatedAnswer

__all__ = ["LONGEST_NOTE", "all_feedback", "feedback_of", "keep_feedback", "take_back"]

LONGEST_NOTE = 2_000
"""Characters of a note; more is a text of its own."""
OF_OWN = "turn_id IN (SELECT turns.id FROM turns JOIN chats ON chats.id = chat_id WHERE owner = ?)"


def keep_feedback(connection: sqlite3.Connection, owner: str, turn_id: str, feedback: Feedback) -> None:
    """Keep what a reader thinks of an answer in place of what was thought before, if the answer is theirs."""
    connection.execute(
        "INSERT OR REPLACE INTO feedback (turn_id, is_good, note, given_at) SELECT turns.id, ?, ?, ? FROM turns "
        "JOIN chats ON chats.id = chat_id WHERE turns.id = ? AND owner = ?",
        (feedback.is_good, writable(feedback.note), feedback.given_at.isoformat(), turn_id, owner),
    )


def take_back(connection: sqlite3.Connection, owner: str, turn_id: str) -> None:
    """Forget what a reader thought of an answer."""
    connection.execute(f"DELETE FROM feedback WHERE turn_id = ? AND {OF_OWN}", (turn_id, owner))  # noqa: S608 - our own words


def feedback_of(connection: sqlite3.Connection, owner: str, chat_id: str) -> dict[str, Feedback]:
    """List the feedback on the answers of a chat, by turn."""
    rows = connection.execute(
        "SELECT turn_id, is_good, note, given_at FROM feedback JOIN turns ON turns.id = turn_id "
        "JOIN chats ON chats.id = chat_id WHERE chat_id = ? AND owner = ?",
        (chat_id, owner),
    )
    return {turn_id: feedback_from(*rest) for turn_id, *rest in rows}


def all_feedback(connection: sqlite3.Connection, owner: str) -> tuple[RatedAnswer, ...]:
    """List all feedback of a reader, the latest first."""
    rows = connection.execute(
        "SELECT turn_id, question, is_good, note, given_at FROM feedback JOIN turns ON turns.id = turn_id "
        "JOIN chats ON chats.id = chat_id WHERE owner = ? ORDER BY given_at DESC, turn_id",
        (owner,),
    )
    return tuple(
        RatedAnswer(turn_id=turn_id, question=question, feedback=feedback_from(*rest))
        for turn_id, question, *rest in rows
    )


def feedback_from(is_good: object, note: str, given_at: str) -> Feedback:
    """Read one row."""
    return Feedback(is_good=bool(is_good), note=note, given_at=datetime.fromisoformat(given_at))


def writable(note: str) -> str:
    """Shorten a note that is too long, and drop what SQLite refuses."""
    return note.encode("utf-8", "ignore").decode()[:LONGEST_NOTE].strip()
