"""The markup of the earlier turns of the chat that a page shows, written once: each click draws all of them again.

Knows when it must be written anew. Leaves what is written to `turn_view.py`. Held by the page, for one chat at a time,
so that nothing of a chat outlives the page that showed it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import streamlit as st

from assistant.chats import StoredTurn, TurnState
from assistant.evidence import Answer
from ui.wording import Wording

__all__ = ["PastMarkup", "is_cut_off", "written_once"]

HELD = "past-markup"
CALM_S = 600
"""How old the age of a page may be, which is told in hours at the finest."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PastMarkup:
    """What stands above the plots of a turn, and what below."""

    above: str
    below: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """Markup, and what it was made from."""

    made_from: tuple[object, ...]
    markup: PastMarkup


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatMarkup:
    """The markup of one chat, by turn."""

    chat_id: str
    by_turn: dict[str, Written] = field(default_factory=dict)


def written_once(turn: StoredTurn, answer: Answer, words: Wording, write: Callable[[], PastMarkup]) -> PastMarkup:
    """Give the markup of a turn, written anew only where its answer, the language or the hour is another."""
    held = st.session_state.get(HELD)
    if held is None or held.chat_id != turn.chat_id:
        held = st.session_state[HELD] = ChatMarkup(chat_id=turn.chat_id)
    made_from = (hash(answer), is_cut_off(turn, answer), words.language, period())
    found: Written | None = held.by_turn.get(turn.id)
    if found is None or found.made_from != made_from:
        found = held.by_turn[turn.id] = Written(made_from=made_from, markup=write())
    return found.markup


def is_cut_off(turn: StoredTurn, answer: Answer) -> bool:
    """Tell whether an answer is only what had been shown when its turn lost its process."""
    return answer is turn.answer and turn.state is not TurnState.CLOSED


def period() -> int:
    """Number the minutes in which ages are not told anew."""
    return int(datetime.now(UTC).timestamp() // CALM_S)
