"""The chat page: an empty page with a question box, or a chat with its turns and the box below.

Knows what is drawn when. The page only looks at the job that answers, and may be closed, reloaded or left at any time.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from assistant.chats import StoredTurn
from assistant.evidence import Answer
from ui.acting import actions
from ui.asking import EXAMPLE, Asked, answer_of, ask, give_back, question_box, was_refused
from ui.controls import controls
from ui.engine_lines import retold
from ui.exporting import Exported
from ui.frame import notice, notices
from ui.jobs import Job
from ui.opinions import opinion, past_opinion
from ui.preferring import preferred_model
from ui.private_chats import is_chosen, private_note
from ui.rendering import element, label, text
from ui.resources import Resources
from ui.sharing import share_menu
from ui.turn_view import follow, show, show_past
from ui.wording import Wording
from ui.wordings import question_row, wished

__all__ = ["conversation", "empty_page"]

STOPPING_S = 0.5
TURNS_SHOWN = 30
"""Turns drawn at once: more make each redraw of the page slow."""


def empty_page(resources: Resources, words: Wording, *, is_unknown: bool) -> None:
    """Draw the name, the promise, the question box and a few examples."""
    with st.container(key="hero"):
        st.html(element("h1", text(words.say("name"))) + element("p", text(words.say("promise"))))
        if is_unknown and not was_refused():
            notice(words.say("chat.unknown"))
        asked = question_box(words.say("ask.first"), None, resources, words)
        controls(resources, words, is_new=True)
        if is_chosen():
            private_note(words, is_new=True)
        examples = words.list_of("examples")
        chosen = st.pills(words.say("examples.label"), examples, label_visibility="collapsed", key=EXAMPLE, wrap=True)
        if resources.uploads and not is_chosen():
            st.html(element("p", text(words.say("ask.hint")), class_="fn-quiet fn-hint"))
        notices(resources)
        if problem := resources.engine.model_problem(preferred_model(resources)):
            notice(words.say("model.problem", reason=retold(problem, words)))
    if chosen:
        asked = Asked(question=chosen)
    if asked:
        ask(resources, asked, (), None, words)


def conversation(resources: Resources, turns: tuple[StoredTurn, ...], words: Wording) -> None:
    """Draw the turns of a chat, the last one live while it is at work, and the box for the next question."""
    *past, last = turns
    given = resources.history.feedback(last.chat_id)
    job = resources.engine.job(last.id, owner=resources.history.owner)
    is_busy = job is not None and (bool(job.refusal) or not job.ended)
    for turn in past[-TURNS_SHOWN:]:
        with st.container(key=f"turn-{turn.id}"):
            question_row(turn, resources.history, words, is_busy=is_busy)
            show_past(turn, answer_of(turn, resources), words)
            if turn.id in given:
                st.html(past_opinion(given[turn.id], words))
    if job and is_busy:
        clock = stop_bar(job, words)
        with st.container(key=f"turn-{last.id}"):
            question_row(last, resources.history, words, is_busy=True)
            follow(job, clock, words)
        if job.refusal:
            give_back(job, resources, is_alone=not past and not last.wordings)
        st.rerun()
    answer = answer_of(last, resources)
    with st.container(key=f"turn-{last.id}"):
        question_row(last, resources.history, words)
        show(last, answer, words)
    if answer:
        chat = exported(turns, resources)
        with st.container(horizontal=True, vertical_alignment="center", key=f"actions-{last.id}", gap="small"):
            actions(last, chat, resources.history, words)
            if not resources.history.is_private(last.chat_id):
                share_menu(last, resources.history, words, has_more=len(chat) > 1)
            opinion(last, given.get(last.id), resources.history, words)
    asked = suggested(last, answer, words)
    again = wished()
    notices(resources)
    with st.bottom.container(key="dock"):
        asked = question_box(words.say("ask.next"), last.chat_id, resources, words) or asked
        controls(resources, words)
        if resources.history.is_private(last.chat_id):
            private_note(words, is_new=False)
    if again and (before := before_turn(turns, again.instead_of)) is not None:
        ask(resources, Asked(question=again.question, instead_of=again.instead_of), before, last.chat_id, words)
    if asked:
        ask(resources, asked, turns, last.chat_id, words)


def before_turn(turns: Sequence[StoredTurn], turn_id: str) -> Sequence[StoredTurn] | None:
    """Give the turns before one; None where it is not shown any more."""
    place = next((place for place, turn in enumerate(turns) if turn.id == turn_id), None)
    return None if place is None else turns[:place]


def exported(turns: Sequence[StoredTurn], resources: Resources) -> list[Exported]:
    """Gather what of a chat can be taken along."""
    return [Exported(answer=found, asked_at=turn.asked_at) for turn in turns if (found := answer_of(turn, resources))]


def suggested(turn: StoredTurn, answer: Answer | None, words: Wording) -> Asked | None:
    """Offer what one may ask next; a click asks it."""
    if answer is None or not answer.suggestions:
        return None
    chosen = st.pills(
        words.say("suggestions.label"),
        answer.suggestions,
        format_func=label,
        key=f"suggestions-{turn.id}",
        wrap=True,
    )
    return Asked(question=chosen) if chosen else None


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
