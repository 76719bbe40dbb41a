"""The Trace page: everything that went into one answer, to look through and to take along.

Knows which turn is looked at. Leaves what is said of it to `trace_view.py`; what is kept of a turn goes with its chat.
"""

from __future__ import annotations

import streamlit as st

from assistant.bundle_json import decode_bundle
from assistant.chats import StoredTurn
from assistant.errors import BundleInvalid
from assistant.traces import Trace
from ui.exporting import file_name
from ui.frame import notice, notices
from ui.plots import timeline_plot
from ui.rendering import element, text
from ui.resources import Resources
from ui.sidebar import CHAT
from ui.trace_view import moments, parts_of
from ui.wording import Wording

__all__ = ["draw"]

TURN = "traced-turn"


def draw(resources: Resources, words: Wording) -> None:
    """Draw the trace of a turn of the open chat, or of the latest chat where none is open."""
    st.html(element("h1", text(words.say("page.trace"))) + element("p", text(words.say("trace.what"))))
    notices(resources)
    turns = traced_chat(resources)
    if not turns:
        notice(words.say("trace.empty"))
        return
    turn = chosen(turns, words)
    st.html(element("h2", text(turn.question), dir="auto"))
    bundle = resources.history.trace(turn)
    trace = read(bundle) if bundle else None
    if bundle is None or trace is None:
        notice(words.say("trace.none"))
        return
    download(bundle, trace, words)
    found = moments(trace, words)
    times, *parts = parts_of(trace, found, words)
    st.html(times)
    timeline_plot(found, words, key=f"times-{turn.id}")
    for part in parts:
        st.html(part)


def traced_chat(resources: Resources) -> tuple[StoredTurn, ...]:
    """Find the turns to choose from."""
    chat_id = st.query_params.get(CHAT)
    if chat_id is None and (chats := resources.history.chats()):
        chat_id = chats[0].id
    return resources.history.turns(chat_id) if chat_id else ()


def chosen(turns: tuple[StoredTurn, ...], words: Wording) -> StoredTurn:
    """Let the reader choose a turn of the chat; the last one comes first."""
    if len(turns) == 1:
        return turns[0]
    places = range(len(turns) - 1, -1, -1)
    named = {place: f"{place + 1}. {' '.join(turns[place].question.split())}" for place in places}
    place = st.selectbox(
        words.say("trace.turn"), places, format_func=named.__getitem__, key=f"{TURN}-{turns[0].chat_id}"
    )
    return turns[place]


def read(bundle: str) -> Trace | None:
    """Read what was kept; what another version wrote counts as none."""
    try:
        return decode_bundle(bundle)
    except BundleInvalid:
        return None


def download(bundle: str, trace: Trace, words: Wording) -> None:
    """Offer the whole as a file that `footnote replay` takes."""
    st.download_button(
        words.say("trace.download"),
        bundle,
        file_name=file_name(trace.question, "bundle.json", trace.options.asked_at),
        mime="application/json",
        icon=":material/download:",
        on_click="ignore",
    )
    st.html(element("p", text(words.say("trace.replay")), class_="fn-quiet"))
