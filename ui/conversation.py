"""The chat page: an empty page with a question box, or a chat with its turns and the box below.

Knows what is drawn when, and what happens to a question. A question is written down and handed to the engine before
anything is drawn for it; the page then only looks at the job, and may be closed, reloaded or left at any time.
"""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from assistant.chats import StoredTurn
from assistant.evidence import Answer, Turn
from ui.background import Engine, Job
from ui.controls import chosen_options, controls
from ui.frame import notice, notices
from ui.history import History
from ui.rendering import element, text
from ui.resources import Resources
from ui.sidebar import CHAT
from ui.turn_view import follow, show
from ui.wording import Wording

__all__ = ["conversation", "empty_page"]

BOX = "question"
EXAMPLE = "example"
REFUSED = "refused"
STOPPING_S = 0.5
TURNS_SHOWN = 30
"""Turns drawn at once: more make each redraw of the page slow."""


def empty_page(resources: Resources, words: Wording, *, is_unknown: bool) -> None:
    """Draw the name, the promise, the question box and a few examples."""
    with st.container(key="hero"):
        st.html(element("h1", text(words.say("name"))) + element("p", text(words.say("promise"))))
        if is_unknown and REFUSED not in st.session_state:
            notice(words.say("chat.unknown"))
        asked = question_box(words.say("ask.first"), words)
        controls(resources.profile, words)
        examples = words.list_of("examples")
        chosen = st.pills(words.say("examples.label"), examples, label_visibility="collapsed", key=EXAMPLE, wrap=True)
        notices(resources)
        if problem := resources.engine.model_problem():
            notice(words.say("model.problem", reason=problem))
    asked = asked or chosen
    if asked:
        ask(resources, asked, (), None)


def conversation(resources: Resources, turns: tuple[StoredTurn, ...], words: Wording) -> None:
    """Draw the turns of a chat, the last one live while it is at work, and the box for the next question."""
    engine, (*past, last) = resources.engine, turns
    for turn in past[-TURNS_SHOWN:]:
        with st.container(key=f"turn-{turn.id}"):
            show(turn, answer_of(turn, engine), words)
    job = engine.job(last.id)
    if job and (job.refusal or not job.ended):
        clock = stop_bar(job, words)
        with st.container(key=f"turn-{last.id}"):
            follow(job, clock, words)
        if job.refusal:
            give_back(job, resources.history, is_first=not past)
        st.rerun()
    with st.container(key=f"turn-{last.id}"):
        show(last, answer_of(last, engine), words)
    notices(resources)
    with st.bottom:
        controls(resources.profile, words)
    if asked := question_box(words.say("ask.next"), words):
        ask(resources, asked, turns, last.chat_id)


def stop_bar(job: Job, words: Wording) -> DeltaGenerator:
    """Draw the Stop button where the question box was, and return the place of a clock beside it.

    The one inside Streamlit's own box shows only during the script run that its own submission began: not after a
    reload, not for an example, not for the first question, whose box goes away.
    """
    bar = st.bottom.container(
        key="stop-bar", horizontal=True, horizontal_alignment="center", vertical_alignment="center"
    )
    with bar:
        st.button(words.say("stop"), icon=":material/stop:", key="stop", shortcut="Esc", on_click=stop, args=(job,))
        return st.empty()


def stop(job: Job) -> None:
    """Stop a turn, and let it end before the page is drawn again."""
    job.cancel(wait_s=STOPPING_S)


def give_back(job: Job, history: History, *, is_first: bool) -> None:
    """Forget a turn that was refused and put its question back into the box."""
    history.discard_turn(job.turn)
    st.session_state[REFUSED] = (job.turn.question, job.refusal)
    if is_first:
        st.query_params.pop(CHAT, None)


def question_box(placeholder: str, words: Wording) -> str | None:
    """Draw the box; after a refusal it holds what was typed, under the reason."""
    if REFUSED in st.session_state:
        question, reason = st.session_state.pop(REFUSED)
        notice(words.say("refused", reason=reason))
        st.session_state[BOX] = question
    return st.chat_input(placeholder, key=BOX, submit_mode="disable")


def ask(resources: Resources, question: str, turns: tuple[StoredTurn, ...], chat_id: str | None) -> None:
    """Write a question down, hand it to the engine, and turn to its chat."""
    engine, history = resources.engine, resources.history
    past = [Turn(question=turn.question, answer=found.text) for turn in turns if (found := answer_of(turn, engine))]
    turn = history.open_turn(question, chat_id)
    engine.start(turn, past, history, chosen_options())
    st.query_params[CHAT] = turn.chat_id
    st.session_state.pop(EXAMPLE, None)
    st.rerun()


def answer_of(turn: StoredTurn, engine: Engine) -> Answer | None:
    """Find the answer of a turn: as it was kept, or where that failed as this process still knows it."""
    job = engine.job(turn.id)
    return job.answer if job and job.answer else turn.answer
