"""What a link opens: a frozen copy of answers, to be read and nothing else.

Knows no chat and no owner: the secret in the address is all that is asked for. The sidebar does not stand beside it.
"""

from __future__ import annotations

import streamlit as st

from ui.frame import notice
from ui.rendering import element, text
from ui.resources import Resources
from ui.sharing import SHARED
from ui.turn_view import show_past
from ui.wording import Wording
from ui.wordings import heading

__all__ = ["draw"]


def draw(resources: Resources, words: Wording) -> None:
    """Draw the copy that the address names, or say that there is none."""
    shared = resources.history.shared(st.query_params[SHARED])
    if shared is None:
        st.html(element("h1", text(words.say("shared.none"))))
        notice(words.say("shared.none.why"))
    else:
        is_chat = len(shared.turns) > 1
        title = shared.title if is_chat else words.say("shared.one")
        st.html(element("h1", text(title), dir="auto"))
        made = words.say("shared.what", day=f"{words.dated(shared.made_at)}, {shared.made_at:%H:%M} UTC")
        st.html(element("p", text(made), class_="fn-quiet"))
        for turn in shared.turns:
            with st.container(key=f"turn-{turn.id}"):
                st.html(heading(turn))
                show_past(turn, turn.answer, words)
    st.button(words.say("shared.leave"), key="leave-shared", icon=":material/arrow_forward:", on_click=leave)


def leave() -> None:
    """Turn to the chat page."""
    st.query_params.clear()
