"""The question above an answer: its words, the ways to put it otherwise, and the wordings that were tried before.

Knows widgets. Leaves branches to the store of chats, and asking to `asking.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from assistant.chats import StoredTurn
from ui.confirming import dialog_row
from ui.history import History
from ui.rendering import element, text
from ui.wording import Wording

__all__ = ["Wish", "heading", "question_row", "wish", "wished"]

AGAIN = "again"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """A question to be asked beside another, which stays."""

    question: str
    instead_of: str
    """The turn of the other."""


def question_row(turn: StoredTurn, history: History, words: Wording, *, is_busy: bool = False) -> None:
    """Draw a question with what may be done about it; nothing may while a turn of its chat is at work.

    A row costs as much to draw as what is in it, so only a question of several wordings has one; `style.css` puts the
    button of any other where its row would end.
    """
    if len(turn.wordings) > 1:
        with st.container(
            horizontal=True, vertical_alignment="center", key=f"asked-{turn.id}", gap="xxsmall", wrap=False
        ):
            st.html(heading(turn), width="stretch")
            pager(turn, history, words, is_busy=is_busy)
            edit_button(turn, words, is_busy=is_busy)
    else:
        st.html(heading(turn))
        edit_button(turn, words, is_busy=is_busy)


def edit_button(turn: StoredTurn, words: Wording, *, is_busy: bool) -> None:
    """Draw the button that opens the editor."""
    said = words.say("act.edit")
    if st.button(said, icon=":material/edit:", key=f"edit-{turn.id}", type="tertiary", disabled=is_busy):
        editor(turn, words)


def heading(turn: StoredTurn) -> str:
    """Write the question."""
    return element("h2", text(turn.question), class_="fn-question", dir="auto", id=f"turn-{turn.id}")


def pager(turn: StoredTurn, history: History, words: Wording, *, is_busy: bool) -> None:
    """Say which wording is shown, and lead to the one before and the one after."""
    place, all_of_them = turn.wordings.index(turn.id), turn.wordings
    step("earlier", turn, all_of_them[place - 1] if place else None, history, words, is_busy=is_busy)
    said = words.say("wording.place", place=str(place + 1), all=str(len(all_of_them)))
    st.html(element("span", text(said), class_="fn-quiet fn-place"), width="content")
    later = all_of_them[place + 1] if place + 1 < len(all_of_them) else None
    step("later", turn, later, history, words, is_busy=is_busy)


def step(way: str, turn: StoredTurn, other: str | None, history: History, words: Wording, *, is_busy: bool) -> None:
    """Draw the button that leads to another wording."""
    st.button(
        words.say(f"wording.{way}"),
        icon=":material/chevron_left:" if way == "earlier" else ":material/chevron_right:",
        key=f"{way}-{turn.id}",
        type="tertiary",
        disabled=is_busy or other is None,
        on_click=history.show,
        args=(turn.chat_id, other),
    )


def editor(turn: StoredTurn, words: Wording) -> None:
    """Let the reader put the question otherwise."""
    key = f"edited-{turn.id}"

    @st.dialog(words.say("act.edit.title"))
    def dialog() -> None:
        st.text_area(words.say("act.edit.label"), value=turn.question, key=key)
        with dialog_row("edit"):
            is_left = st.button(words.say("cancel"), key=f"cancel-{key}")
            is_asked = st.button(
                words.say("act.edit.ask"),
                key=f"ask-{key}",
                type="primary",
                on_click=lambda: wish(st.session_state[key], turn.id),
            )
        if is_left or is_asked:
            st.rerun()

    dialog()


def wish(question: str, instead_of: str) -> None:
    """Remember a question until the page is drawn."""
    st.session_state[AGAIN] = Wish(question=question, instead_of=instead_of)


def wished() -> Wish | None:
    """Take the question that waits, once."""
    found: Wish | None = st.session_state.pop(AGAIN, None)
    return found
