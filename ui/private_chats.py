"""Private chats: in the memory of one open page only, and gone with it.

Knows when a page is over and what must be forgotten then, and the switch by which a reader begins one. Leaves what the
engine must not write to `QuestionOptions.unkept`, and finding a chat to `history.py`.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from assistant.chats import ChatStore, StoredTurn
from ui.rendering import element, text
from ui.wording import Wording

__all__ = ["PrivateChats", "is_chosen", "leave", "own_chats", "private_note", "private_switch"]

SWITCH = "unkept"
"""The name in the address bar and of the switch: after a lost connection the next chat is private too."""
YES = "yes"


class PrivateChats:
    """Hold the private chats of one page until it is closed; used from any thread."""

    def __init__(self, forget: Callable[[str], None]) -> None:
        """Take what makes the engine forget a turn; nothing is held yet."""
        self._forget = forget
        self._store: ChatStore | None = None
        self._turns: set[str] = set()

    def store_of(self, chat_id: str | None) -> ChatStore | None:
        """Give the memory that holds a chat, None where it is not a private one of this page."""
        store = self._store
        return store if store and chat_id and any(chat.id == chat_id for chat in store.chats()) else None

    def open_turn(self, question: str, chat_id: str | None, *, instead_of: str | None = None) -> StoredTurn:
        """Hold a question while its page is open."""
        self._store = self._store or ChatStore(None)
        turn = self._store.open_turn(question, chat_id=chat_id, instead_of=instead_of)
        self._turns.add(turn.id)
        return turn

    def close(self) -> None:
        """Forget everything; what is still at work is stopped, and may still write to a memory that keeps nothing."""
        store, self._store = self._store, None
        for turn_id in self._turns:
            self._forget(turn_id)
        if store:
            store.delete_all()


@st.cache_resource(scope="session", on_release=PrivateChats.close, show_spinner=False)
def own_chats(_forget: Callable[[str], None]) -> PrivateChats:
    """Give the private chats of this page; they go when it is closed."""
    return PrivateChats(_forget)


def private_switch(words: Wording) -> None:
    """Draw the switch that makes the next chat a private one."""
    st.session_state.setdefault(SWITCH, st.query_params.get(SWITCH) == YES)
    st.toggle(words.say("private.switch"), key=SWITCH, help=words.say("private.help"), on_change=keep_in_address)


def keep_in_address() -> None:
    """Write the choice into the address bar."""
    if st.session_state[SWITCH]:
        st.query_params[SWITCH] = YES
    else:
        st.query_params.pop(SWITCH, None)


def is_chosen() -> bool:
    """Tell whether a chat that begins now is to be private."""
    return bool(st.session_state.get(SWITCH, st.query_params.get(SWITCH) == YES))


def leave() -> None:
    """Let the next chat be one that is kept."""
    st.session_state.pop(SWITCH, None)
    st.query_params.pop(SWITCH, None)


def private_note(words: Wording, *, is_new: bool) -> None:
    """Say under the box what private means: all of it before the first question, then in short."""
    said = words.say("private.note") + (" " + words.say("private.more") if is_new else "")
    st.html(element("p", text(said), class_="fn-quiet"))
