"""The site: which pages there are, what they are called, and how one gets from one to another.

A page is one file of `ui/pages` with one function; to add one, write it and name it in `PLACES` and in the catalogues
(`page.NAME`). Knows no page's content. The sidebar stands beside all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from ui.accounts import account, current_owner, sign_in_page
from ui.frame import frame
from ui.pages import chat, model, settings, shared, sources, trace
from ui.preferring import preferred_wording
from ui.private_chats import own_chats
from ui.resources import Resources
from ui.sharing import SHARED
from ui.sidebar import CHAT, is_leaving, sidebar
from ui.wording import Wording, wording_for

__all__ = ["PLACES", "Place", "site"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A page: its name in the address bar and in the catalogues, its icon in the sidebar, and what draws it."""

    name: str
    icon: str
    draw: Callable[[Resources, Wording], None]


PLACES: tuple[Place, ...] = (
    Place(name="chat", icon=":material/forum:", draw=chat.draw),
    Place(name="sources", icon=":material/lan:", draw=sources.draw),
    Place(name="trace", icon=":material/account_tree:", draw=trace.draw),
    Place(name="model", icon=":material/network_node:", draw=model.draw),
    Place(name="settings", icon=":material/tune:", draw=settings.draw),
)
"""The first is where one arrives."""


def site(resources: Resources) -> None:
    """Draw the page that the address names; Streamlit calls this at each click."""
    owner = current_owner(needs_sign_in=resources.needs_sign_in)
    if owner is None or SHARED in st.query_params:
        for_strangers(resources)
        return
    private = own_chats(resources.engine.forget)
    resources = replace(resources, history=resources.history.seen_by(owner, private))
    words = preferred_wording(resources)
    frame(words)
    home, pages = PLACES[0].name, {place.name: page_of(place, resources, words) for place in PLACES}
    shown = st.navigation(list(pages.values()), position="hidden")
    if is_leaving() and shown.url_path != pages[home].url_path:
        st.switch_page(pages[home], query_params=st.query_params.to_dict())
    sidebar(resources, st.query_params.get(CHAT), words, lambda: links(pages, words))
    if resources.needs_sign_in:
        with st.sidebar:
            account(words)
    shown.run()


def for_strangers(resources: Resources) -> None:
    """Draw what needs no sign-in, in the browser's language: a copy that was shared, or the way in."""
    words = wording_for(st.context.locale)
    frame(words)
    if SHARED in st.query_params:
        shared.draw(resources, words)
    else:
        sign_in_page(words)


def page_of(place: Place, resources: Resources, words: Wording) -> StreamlitPage:
    """Tell Streamlit of a page."""
    is_home = place is PLACES[0]
    title = words.say("name") if is_home else f"{words.say(f'page.{place.name}')} · {words.say('name')}"
    return st.Page(partial(place.draw, resources, words), title=title, url_path=place.name, default=is_home)


def links(pages: Mapping[str, StreamlitPage], words: Wording) -> None:
    """Draw the way to every page, where there is more than one; the open chat stays open."""
    if len(PLACES) > 1:
        for place in PLACES:
            label = words.say(f"page.{place.name}")
            st.page_link(pages[place.name], label=label, icon=place.icon, query_params=st.query_params.to_dict())
