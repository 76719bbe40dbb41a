"""The chat page: an empty page with a question box, or the chat that the address bar names."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui.conversation import conversation, empty_page
from ui.resources import Resources
from ui.sidebar import CHAT
from ui.wording import Wording

__all__ = ["draw"]

DRAWN = "drawn"


def draw(resources: Resources, words: Wording) -> None:
    """Draw the page once; Streamlit calls this at each click."""
    chat_id = st.query_params.get(CHAT)
    turns = resources.history.turns(chat_id) if chat_id else ()
    with fresh_body(chat_id):
        if turns:
            conversation(resources, turns, words)
        else:
            empty_page(resources, words, is_unknown=bool(chat_id))


def fresh_body(chat_id: str | None) -> DeltaGenerator:
    """Make the place of a chat; what the chat before has left there goes at once, not when a running turn has ended.

    Streamlit keeps the parts of an earlier run that are not drawn over until the run is over, and a run may be long. A
    block that is drawn over keeps its own parts too (1.67); so another chat takes the other of two places.
    """
    drawn, is_second = st.session_state.get(DRAWN, (chat_id, False))
    is_second = is_second != (drawn != chat_id)
    st.session_state[DRAWN] = (chat_id, is_second)
    first, second = st.empty(), st.empty()
    return second.container() if is_second else first.container()
