"""What a reader thinks of an answer: a thumb and a note, kept on this machine with the answer and sent to nobody.

Knows widgets and words. Leaves keeping to `History`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import streamlit as st

from assistant.chats import Feedback, StoredTurn
from assistant.chats.feedback import LONGEST_NOTE
from ui.history import History
from ui.rendering import element, text
from ui.wording import Wording

__all__ = ["opinion", "past_opinion"]

DOWN, UP = range(2)
"""What Streamlit gives for its two thumbs."""


def opinion(turn: StoredTurn, given: Feedback | None, history: History, words: Wording) -> None:
    """Draw the thumbs under an answer, and a place for a note once one is chosen."""
    thumb, note = f"thumb-{turn.id}", f"note-{turn.id}"
    with st.container(
        horizontal=True, vertical_alignment="center", width="content", gap="xsmall", wrap=False, key=f"useful-{turn.id}"
    ):
        st.html(element("span", text(words.say("feedback.ask")), class_="fn-quiet"), width="content")
        st.feedback(
            "thumbs",
            key=thumb,
            default=chosen(given),
            on_change=lambda: history.rate(turn, rated(st.session_state[thumb], given)),
        )
    if given:
        with st.popover(words.say("feedback.noted" if given.note else "feedback.note"), type="tertiary"):
            noting(note, given, words, lambda said: history.rate(turn, replace(given, note=said)))


def noting(key: str, given: Feedback, words: Wording, keep: Callable[[str], None]) -> None:
    """Draw the box for a note."""
    st.text_area(words.say("feedback.note.label"), value=given.note, key=key, max_chars=LONGEST_NOTE)
    st.button(
        words.say("feedback.note.keep"),
        key=f"keep-{key}",
        on_click=lambda: keep(st.session_state[key]),
    )
    st.html(element("p", text(words.say("feedback.local")), class_="fn-aside"))


def past_opinion(given: Feedback, words: Wording) -> str:
    """Write what was thought of an earlier answer."""
    said = words.say("feedback.good" if given.is_good else "feedback.bad")
    return element("p", text(f"{said}: {given.note}" if given.note else said), class_="fn-quiet", dir="auto")


def chosen(given: Feedback | None) -> int | None:
    """Tell which thumb is chosen."""
    return None if given is None else UP if given.is_good else DOWN


def rated(thumb: int | None, given: Feedback | None) -> Feedback | None:
    """Make feedback of a thumb; a note that was written before stays, and no thumb takes both back."""
    if thumb is None:
        return None
    return Feedback(is_good=thumb == UP, note=given.note if given else "", given_at=datetime.now(UTC))
