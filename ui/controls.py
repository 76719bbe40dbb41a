"""What narrows a question: kinds of sources, time, sites, depth, privacy; kept in the address bar.

Knows widgets and the options they stand for. Leaves what an option does to the engine.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any, cast

import streamlit as st

from assistant.evidence import Profile, QuestionOptions
from retrievers import Freshness
from ui.preferring import preferred, preferred_profile
from ui.private_chats import private_switch
from ui.resources import Resources
from ui.wording import Wording

__all__ = ["DEPTH", "chosen_options", "controls", "hold"]

ALL = "all"
FOCUS = (ALL, "web", "reference", "news", "science", "discussion", "code", "data", "local")
ANY_TIME = "any"
SINCE = (ANY_TIME, "day", "week", "month", "year")
DEPTHS = tuple(profile.value for profile in Profile)
DEPTH = "depth"
CHOSEN = "chosen"
"""Where a page holds the choices of its lists; their widgets forget them whenever they are not drawn."""
IN, OUT = "in", "out"
"""Names in the address bar: sites to keep to, sites to leave out."""


def controls(resources: Resources, words: Wording, *, is_new: bool = False) -> None:
    """Draw the controls in one quiet row; what they hold is read by `chosen_options`.

    What the address bar says wins over what this user chose for all questions, and that over the configuration. Only
    where a chat is new can it become a private one.
    """
    default = preferred_profile(resources)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="controls"):
        choice("focus", {name: words.say(f"focus.{name}") for name in FOCUS}, ALL, words.say("controls.focus"))
        choice("since", {name: words.say(f"since.{name}") for name in SINCE}, ANY_TIME, words.say("controls.since"))
        choice(DEPTH, {name: words.say(f"depth.{name}") for name in DEPTHS}, default.value, words.say("controls.depth"))
        with st.popover(words.say("controls.sites"), type="tertiary"):
            site_box(IN, words.say("controls.sites.in"))
            site_box(OUT, words.say("controls.sites.out"))
        privacy = words.say("controls.private")
        st.toggle(
            privacy,
            value=preferred(resources).private_by_default,
            key="private",
            bind="query-params",
            help=words.say("controls.private.help"),
        )
        if is_new:
            private_switch(words)


def choice(key: str, named: dict[str, str], default: str, label: str) -> None:
    """Draw one list of choices under the names that the reader sees.

    The address bar holds our own names: Streamlit's `bind` would put what is seen there, which is another word in
    another language. What is held is named as the list's own default too: one that is drawn anew after a turn shows
    that in the browser, whatever became of the widget's state meanwhile.
    """
    held = held_choice(key, named, default)
    if st.session_state.get(key, held) != held:
        st.session_state[key] = held
    st.selectbox(
        label,
        list(named),
        index=list(named).index(held),
        format_func=named.__getitem__,
        key=key,
        on_change=keep_in_address,
        args=(key, default),
        label_visibility="collapsed",
        width=150,
    )


def held_choice(key: str, named: Container[str], default: str) -> str:
    """Tell what a list holds: what was chosen on this page, else what the address bar says, else the default."""
    said = (st.session_state.get(CHOSEN, {}).get(key), st.query_params.get(key))
    return next((name for name in said if name is not None and name in named), default)


def hold(key: str, name: str) -> None:
    """Choose for this page, until another choice."""
    st.session_state[CHOSEN] = {**st.session_state.get(CHOSEN, {}), key: name}


def keep_in_address(key: str, default: str) -> None:
    """Write a choice into the address bar; what is chosen anyway stands there for nothing."""
    chosen = st.session_state[key]
    hold(key, chosen)
    if chosen == default:
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = chosen


def site_box(key: str, label: str) -> None:
    """Draw a box for names of sites."""
    st.text_input(label, key=key, bind="query-params", placeholder="python.org, debian.org")


def chosen_options() -> QuestionOptions:
    """Read what the controls hold; nothing chosen leaves it to the engine."""
    held: dict[str, Any] = {key: st.session_state.get(key) for key in ("focus", "since", DEPTH, "private", IN, OUT)}
    return QuestionOptions(
        focus=(held["focus"],) if held["focus"] not in {None, ALL} else (),
        since=cast("Freshness", held["since"]) if held["since"] not in {None, ANY_TIME} else None,
        profile=Profile(held[DEPTH]) if held[DEPTH] else None,
        include_sites=sites(held[IN]),
        exclude_sites=sites(held[OUT]),
        private=bool(held["private"]),
    )


def sites(typed: str | None) -> tuple[str, ...]:
    """Read names of sites, separated by blanks or commas."""
    return tuple((typed or "").replace(",", " ").split())
