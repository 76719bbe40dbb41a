"""The nouns of past chats, and how each is written as a row and read from one.

Knows that an answer in a shape of another version counts as none. Leaves SQL to whoever asks.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from assistant.answer_json import decode_answer, encode_answer
from assistant.evidence import Answer

__all__ = [
    "LOCAL",
    "Chat",
    "Feedback",
    "RatedAnswer",
    "Share",
    "SharedChat",
    "StoredTurn",
    "TurnState",
    "chat_of",
    "dumped",
    "loaded",
    "title_of",
    "turn_of",
]

LOCAL = "local"
"""The owner of all chats where nobody signs in; no signed-in reader's name, which has a blank, can be the same."""
TITLE_LENGTH = 80


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
    wordings: tuple[str, ...] = ()
    """The turns in which this question was put one way or another, this one included, where there are several."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Feedback:
    """What a reader thinks of an answer; kept with it and sent to nobody."""

    is_good: bool
    note: str = ""
    given_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class RatedAnswer:
    """A question with the feedback on its answer, in the list of all feedback."""

    turn_id: str
    question: str
    feedback: Feedback


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """A link that its owner gave out, without the secret part, which is not kept."""

    id: str
    title: str
    made_at: datetime
    answers: int
    """How many the frozen copy holds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SharedChat:
    """The frozen copy behind a link: answers as they were when it was made."""

    title: str
    made_at: datetime
    turns: tuple[StoredTurn, ...]


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
