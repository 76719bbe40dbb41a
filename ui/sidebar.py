"""The sidebar: past chats (new, open, rename, delete, grouped by day in the reader's own time) and the sources.

Knows widgets and the address bar. Leaves keeping to `History`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, tzinfo
from itertools import groupby
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from assistant.chats import Chat
from ui.confirming import Deed, ask_first, dialog_row
from ui.forgetting import forget_all, forget_chat
from ui.history import History
from ui.preferring import preferred
from ui.private_chats import leave
from ui.rendering import element, label, text
from ui.resources import Resources
from ui.source_list import source_list
from ui.wording import Wording

__all__ = ["CHAT", "is_leaving", "sidebar"]

CHAT = "chat"
"""The name in the address bar that says which chat is open."""
SHOWN = 30
"""Past chats listed at first; each is two widgets."""
ALL_SHOWN = "all-chats"
SEARCHED = "searched"
LEAVING = "leaving"


def sidebar(resources: Resources, current: str | None, words: Wording, links: Callable[[], None]) -> None:
    """Draw the ways to other pages, what is asked and what leaves the machine, and below them the list, which grows."""
    history = resources.history
    with st.sidebar:
        st.html(element("p", text(words.say("name")), class_="fn-brand"))
        st.button(words.say("sidebar.new"), icon=":material/add:", key="new", width="stretch", on_click=open_chat)
        links()
        if sources := resources.sources():
            st.html(source_list(sources, words, preferred(resources).without_sources))
        chats = history.chats()
        if chats:
            typed = st.text_input(
                words.say("sidebar.search"),
                key=SEARCHED,
                placeholder=words.say("sidebar.search"),
                label_visibility="collapsed",
                icon=":material/search:",
            )
            chats = history.search(typed) if typed else chats
        if not chats:
            said = "sidebar.nothing" if st.session_state.get(SEARCHED) else "sidebar.none"
            st.html(element("p", text(words.say(said)), class_="fn-quiet"))
        shown = chats if st.session_state.get(ALL_SHOWN) else chats[:SHOWN]
        for day, group in grouped(shown, words):
            st.html(element("h2", text(day), class_="fn-day"))
            with st.container(gap="xxsmall"):
                for chat in group:
                    row(resources, chat, words, is_current=chat.id == current)
        if len(shown) < len(chats):
            st.button(words.say("sidebar.more"), key="more", type="tertiary", on_click=show_all)
        if chats and st.button(words.say("sidebar.delete-all"), key="delete-all", type="tertiary"):
            ask_deletion_of_all(resources, words)


def grouped(chats: Iterable[Chat], words: Wording) -> Iterable[tuple[str, list[Chat]]]:
    """Group chats, which come latest first, by the name of their day; pinned ones stand before all days."""
    chats = list(chats)
    if pinned := [chat for chat in chats if chat.is_pinned]:
        yield words.say("day.pinned"), pinned
    unpinned = [chat for chat in chats if not chat.is_pinned]
    zone = reader_zone(st.context.timezone)
    today = datetime.now(zone).date()
    for day, group in groupby(unpinned, lambda chat: words.day(chat.updated_at.astimezone(zone).date(), today)):
        yield day, list(group)


def reader_zone(name: str | None) -> tzinfo:
    """Find the browser's time zone; a name that this machine does not know gives UTC."""
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def row(resources: Resources, chat: Chat, words: Wording, *, is_current: bool) -> None:
    """Draw one chat with its menu."""
    key = f"row-current-{chat.id}" if is_current else f"row-{chat.id}"
    with st.container(horizontal=True, vertical_alignment="center", gap=None, key=key, wrap=False):
        st.button(
            label(chat.title),
            key=f"open-{chat.id}",
            type="tertiary",
            width="stretch",
            on_click=open_chat,
            args=(chat.id,),
        )
        rename, delete = words.say("sidebar.rename"), words.say("sidebar.delete")
        pin = words.say("sidebar.unpin" if chat.is_pinned else "sidebar.pin")
        chosen = st.menu_button(
            words.say("sidebar.options"),
            (pin, rename, delete),
            key=f"menu-{chat.id}",
            icon=":material/more_horiz:",
            type="tertiary",
        )
    if chosen == pin:
        resources.history.pin(chat.id, is_pinned=not chat.is_pinned)
        st.rerun()
    elif chosen == rename:
        ask_title(resources.history, chat, words)
    elif chosen == delete:
        ask_deletion(resources, chat, words)


def open_chat(chat_id: str | None = None) -> None:
    """Turn to a chat, or to an empty page."""
    st.session_state[LEAVING] = True
    leave()
    if chat_id is None:
        st.query_params.pop(CHAT, None)
    else:
        st.query_params[CHAT] = chat_id


def is_leaving() -> bool:
    """Tell once after a click on a chat that the chat page is wanted: a callback cannot turn to another page itself."""
    return bool(st.session_state.pop(LEAVING, False))


def show_all() -> None:
    """List every chat."""
    st.session_state[ALL_SHOWN] = True


def ask_title(history: History, chat: Chat, words: Wording) -> None:
    """Let the reader type another title."""
    key = f"title-{chat.id}"

    def rename() -> None:
        history.rename(chat.id, st.session_state[key])

    @st.dialog(words.say("rename.title"))
    def dialog() -> None:
        st.text_input(words.say("rename.label"), value=chat.title, key=key)
        with dialog_row("rename"):
            is_left = st.button(words.say("cancel"), key="cancel-rename")
            is_kept = st.button(words.say("rename.save"), type="primary", key="save-title", on_click=rename)
        if is_left or is_kept:
            st.rerun()

    dialog()


def ask_deletion(resources: Resources, chat: Chat, words: Wording) -> None:
    """Let the reader confirm."""

    def delete() -> None:
        forget_chat(resources, chat.id)
        if st.query_params.get(CHAT) == chat.id:
            open_chat()

    what = element("p", text(chat.title), dir="auto") + element("p", text(words.say("delete.warning")))
    title, button = words.say("delete.title"), words.say("delete.confirm")
    ask_first(Deed(name="delete", title=title, markup=what, button=button, do=delete), words)


def ask_deletion_of_all(resources: Resources, words: Wording) -> None:
    """Let the reader confirm that every chat goes."""

    def delete() -> None:
        forget_all(resources)
        open_chat()

    what = element("p", text(words.say("delete-all.warning")))
    title, button = words.say("delete-all.title"), words.say("delete-all.confirm")
    ask_first(Deed(name="delete-all", title=title, markup=what, button=button, do=delete), words)
