"""The chat page: an empty page with a question box, or the chat that the address bar names."""

from __future__ import annotations

import streamlit as st

from ui.conversation import conversation, empty_page
from ui.resources import Resources
from ui.sidebar import CHAT
from ui.wording import Wording

__all__ = ["draw"]


def draw(resources: Resources, words: Wording) -> None:
    """Draw the page once; Streamlit calls this at each click."""
    chat_id = st.query_params.get(CHAT)
    turns = resources.history.turns(chat_id) if chat_id else ()
    if turns:
        conversation(resources, turns, words)
    else:
        empty_page(resources, words, is_unknown=bool(chat_id))
