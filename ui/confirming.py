"""The question before something that cannot be undone: what goes, a way back, and the deed.

Knows the dialog. The way back comes first and gets the focus (`page_script.js`), so that Enter alone destroys nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui.wording import Wording

__all__ = ["Deed", "ask_first", "dialog_row"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """What is about to be done, in words and as a call."""

    name: str
    title: str
    markup: str
    """What goes, and that it cannot be brought back."""
    button: str
    do: Callable[[], None]


def ask_first(deed: Deed, words: Wording) -> None:
    """Let the reader confirm or turn back."""

    @st.dialog(deed.title)
    def dialog() -> None:
        st.html(deed.markup)
        with dialog_row(deed.name):
            is_left = st.button(words.say("cancel"), key=f"stay-{deed.name}")
            is_done = st.button(deed.button, type="primary", key=f"confirm-{deed.name}", on_click=deed.do)
        if is_left or is_done:
            st.rerun()

    dialog()


def dialog_row(name: str) -> DeltaGenerator:
    """Make the row of buttons at the foot of a dialog."""
    return st.container(horizontal=True, horizontal_alignment="right", gap="small", key=f"dialog-row-{name}")
