"""Links to frozen copies of answers: made, listed and taken back by whoever owns the chat.

Knows widgets, and how a link is written. Leaves what a link opens to `pages/shared.py`, and keeping to `History`.
"""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from assistant.chats import StoredTurn
from assistant.chats.rows import Share
from ui.accounts import is_loopback
from ui.history import History
from ui.rendering import element, text
from ui.wording import Wording

__all__ = ["SHARED", "link_to", "share_menu"]

SHARED = "shared"
"""The name in the address bar under which a link has its secret."""
FRESH = "fresh-link"
"""The chat and the secret of the link that was made last: it is shown once, and not kept."""


def share_menu(turn: StoredTurn, history: History, words: Wording, *, has_more: bool) -> None:
    """Draw the menu under the last answer of a chat; with more answers, all can be shared as one."""
    with st.popover(words.say("share"), icon=":material/link:", type="tertiary", key=f"sharing-{turn.id}"):
        here = st.context.url or ""
        st.html(element("p", text(words.say("share.what"))))
        if is_this_machine(here):
            st.html(element("p", text(words.say("share.local")), class_="fn-aside"))
        make_button("answer", turn, history, words, turn_id=turn.id)
        if has_more:
            make_button("chat", turn, history, words, turn_id=None)
        chat_id, secret = st.session_state.get(FRESH, ("", ""))
        if chat_id == turn.chat_id:
            st.code(link_to(secret, here), language=None, wrap_lines=True)
            st.html(element("p", text(words.say("share.once")), class_="fn-aside"))
        if shares := history.shares(turn.chat_id):
            st.html(element("p", element("strong", text(words.say("share.links")))))
        for share in shares:
            listed(share, turn.chat_id, history, words)


def make_button(what: str, turn: StoredTurn, history: History, words: Wording, *, turn_id: str | None) -> None:
    """Draw the button that makes a link."""

    def make() -> None:
        if secret := history.share(turn.chat_id, turn_id=turn_id):
            st.session_state[FRESH] = (turn.chat_id, secret)

    st.button(words.say(f"share.{what}"), key=f"share-{what}-{turn.id}", on_click=make, width="stretch")


def listed(share: Share, chat_id: str, history: History, words: Wording) -> None:
    """Draw one link with the button that takes it back."""

    def take_back() -> None:
        history.revoke(chat_id, share.id)
        st.session_state.pop(FRESH, None)

    with st.container(horizontal=True, vertical_alignment="center", key=f"share-{share.id[:16]}"):
        made = words.count("share.made", share.answers, day=f"{words.dated(share.made_at)}, {share.made_at:%H:%M}")
        st.html(element("span", text(share.title), dir="auto") + " " + element("span", text(made), class_="fn-aside"))
        st.button(words.say("share.revoke"), key=f"revoke-{share.id[:16]}", type="tertiary", on_click=take_back)


def link_to(secret: str, here: str) -> str:
    """Write a link to a copy on the server whose page stands at an address."""
    parts = urlsplit(here)
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", urlencode({SHARED: secret}), ""))


def is_this_machine(url: str) -> bool:
    """Tell whether an address leads nowhere from another machine."""
    return is_loopback(urlsplit(url).hostname or "")
