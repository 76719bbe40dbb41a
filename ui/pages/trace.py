"""The Trace page: everything that went into one answer, to look through and to take along.

Knows which turn is looked at. Leaves what is said of it to `trace_view.py`; what is kept of a turn goes with its chat.
"""

from __future__ import annotations

import streamlit as st

from assistant.bundle_json import decode_bundle
from assistant.chats import StoredTurn
from assistant.errors import BundleInvalid
from assistant.traces import Trace
from ui.exporting import as_json, file_name
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
    if not resources.history.is_traced(turn):
        notice(words.say("trace.none"))
        return
    bundle = resources.history.trace(turn)
    try:
        trace = decode_bundle(bundle or "")
    except BundleInvalid as error:
        damaged(turn, bundle, str(error), words)
        return
    download(bundle or "", trace, words)
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


def damaged(turn: StoredTurn, bundle: str | None, why: str, words: Wording) -> None:
    """Say that what was kept cannot be read, and offer what can be had: it as it is, and the answer itself."""
    notice(words.say("trace.damaged", why=why) if bundle else words.say("trace.lost"))
    with st.container(horizontal=True, key="what-is-left"):
        if bundle:
            offer(words.say("trace.as-it-is"), bundle, file_name(turn.question, "damaged.json", turn.asked_at))
        if turn.answer:
            said = words.say("act.export.answer", format="JSON")
            offer(said, as_json([turn.answer]), file_name(turn.question, "json", turn.asked_at))


def offer(label: str, body: str, name: str) -> None:
    """Draw the button that saves a JSON file."""
    st.download_button(
        label, body, file_name=name, mime="application/json", icon=":material/download:", on_click="ignore"
    )


def download(bundle: str, trace: Trace, words: Wording) -> None:
    """Offer the whole as a file that `footnote replay` takes."""
    name = file_name(trace.question, "bundle.json", trace.options.asked_at)
    offer(words.say("trace.download"), bundle, name)
    st.html(element("p", text(words.say("trace.replay")), class_="fn-quiet"))
