"""Links to frozen copies of answers: whoever has the secret part may read, whoever owns the chat may take it back.

Knows the table of `schema.py`. Of the secret only a hash is kept, so that the file gives no link away; a copy goes
with its chat. The words of the page and the address are left to the page.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

from assistant.chats.rows import Share, SharedChat, StoredTurn, TurnState, dumped, loaded

__all__ = ["find_shared", "make_share", "revoke", "shares_of"]

SECRET_BYTES = 32
"""256 bits: nobody guesses one."""


def make_share(
    connection: sqlite3.Connection, owner: str, chat_id: str, title: str, turns: Sequence[StoredTurn]
) -> str | None:
    """Freeze turns of a chat and return the secret of the link; None where the chat is not theirs or has no answer."""
    answered = [turn for turn in turns if turn.answer and turn.state is TurnState.CLOSED]
    if not answered:
        return None
    secret = secrets.token_urlsafe(SECRET_BYTES)
    made = connection.execute(
        "INSERT INTO shares (hash, chat_id, title, made_at, answers, copy) SELECT ?, id, ?, ?, ?, ? FROM chats "
        "WHERE id = ? AND owner = ?",
        (hash_of(secret), title, datetime.now(UTC).isoformat(), len(answered), frozen(answered), chat_id, owner),
    )
    return secret if made.rowcount else None


def shares_of(connection: sqlite3.Connection, owner: str, chat_id: str | None) -> tuple[Share, ...]:
    """List the links to a chat, or to all chats of an owner, the latest first."""
    rows = connection.execute(
        "SELECT hash, shares.title, made_at, answers FROM shares JOIN chats ON chats.id = chat_id "
        "WHERE owner = ? AND chat_id = IFNULL(?, chat_id) ORDER BY made_at DESC, hash",
        (owner, chat_id),
    )
    return tuple(
        Share(id=id_, title=title, made_at=datetime.fromisoformat(made_at), answers=answers)
        for id_, title, made_at, answers in rows
    )


def revoke(connection: sqlite3.Connection, owner: str, share_id: str) -> None:
    """Forget a copy, so that its link leads nowhere."""
    connection.execute(
        "DELETE FROM shares WHERE hash = ? AND chat_id IN (SELECT id FROM chats WHERE owner = ?)", (share_id, owner)
    )


def find_shared(connection: sqlite3.Connection, secret: str) -> SharedChat | None:
    """Find the copy that a link leads to; None for one that was taken back, or never was."""
    row = connection.execute("SELECT title, made_at, copy FROM shares WHERE hash = ?", (hash_of(secret),)).fetchone()
    if row is None:
        return None
    title, made_at, copy = row
    return SharedChat(title=title, made_at=datetime.fromisoformat(made_at), turns=thawed(copy))


def hash_of(secret: str) -> str:
    """Name the row of a link; a secret this long needs no salt."""
    return sha256(secret.encode("utf-8", "replace")).hexdigest()


def frozen(turns: Sequence[StoredTurn]) -> bytes:
    """Write a copy of answers that nothing changes any more."""
    records = [
        {"question": turn.question, "asked_at": turn.asked_at.isoformat(), "answer": dumped(turn.answer)}
        for turn in turns
        if turn.answer
    ]
    return zlib.compress(json.dumps(records).encode())


def thawed(copy: bytes) -> tuple[StoredTurn, ...]:
    """Read a copy; what is damaged, or in a shape of another version, is left out."""
    try:
        records = json.loads(zlib.decompress(copy))
    except (zlib.error, ValueError):
        return ()
    return tuple(
        StoredTurn(
            id=f"shared-{number}",
            chat_id="",
            question=record["question"],
            asked_at=datetime.fromisoformat(record["asked_at"]),
            state=TurnState.CLOSED,
            answer=answer,
        )
        for number, record in enumerate(records, 1)
        if (answer := loaded(record["answer"]))
    )
