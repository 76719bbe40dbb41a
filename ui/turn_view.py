"""One turn on the page: the question, its steps, its sources, the answer and its footnotes.

Knows the order of the parts and how a running turn is followed. Markup comes from the modules that own each part.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from assistant.chats import StoredTurn
from assistant.chats import TurnState as StoredState
from assistant.evidence import Answer, AnswerStatus
from ui.answer_body import answer_text, ending, footnotes, remarks
from ui.background import Job
from ui.rendering import element, text
from ui.sessions import is_open, this_session
from ui.source_cards import cards
from ui.steps import doing, headline, timeline
from ui.turn_state import Phase, TurnState
from ui.wording import Wording

__all__ = ["follow", "show"]

POLL_S = 0.15
"""How often a running turn lets Streamlit look for clicks, which it does when something is drawn."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """The places of a turn, top to bottom, each redrawn alone."""

    verdict: DeltaGenerator
    sources: DeltaGenerator
    answer: DeltaGenerator
    notes: DeltaGenerator
    remarks: DeltaGenerator


def show(turn: StoredTurn, answer: Answer | None, words: Wording) -> None:
    """Draw a turn that is over."""
    heading(turn)
    if answer is None:
        st.html(interruption(turn, words))
        return
    state = TurnState.of(answer)
    failed = answer.status is AnswerStatus.FAILED
    if state.searches or state.pages:
        with st.status(
            headline(state, answer.timings.total_s, words), state="error" if failed else "complete", type="compact"
        ):
            st.html(timeline(state, words))
    draw(state, turn.id, make_parts(), words)
    if turn.state is not StoredState.CLOSED:
        st.html(interruption(turn, words))


def follow(job: Job, clock: DeltaGenerator, words: Wording) -> None:
    """Draw a turn while it runs, until it ends; a click elsewhere or a closed page leaves it running.

    The steps fold as soon as there is a quotation to read.
    """
    heading(job.turn)
    state = TurnState(question=job.turn.question)
    session = this_session()
    job.attend(session, lambda: is_open(session))
    stands = (doing(state, words), True)
    status = st.status(stands[0], type="compact", expanded=stands[1])
    steps = status.empty()  # not in a `with` block, whose end would call the turn complete
    parts = make_parts()
    for batch in job.batches(poll_s=POLL_S):
        clock.html(element("span", text(words.seconds(job.elapsed_s)), class_="fn-clock"))
        if not batch:
            continue
        for event in batch:
            state.apply(event)
        fill(steps, timeline(state, words))
        draw(state, job.turn.id, parts, words)
        if stands != (stands := (doing(state, words), not state.footnotes)):
            # only when it changes: each change of the label undoes the reader's own folding
            status.update(label=stands[0], expanded=stands[1])


def heading(turn: StoredTurn) -> None:
    """Draw the question."""
    st.html(element("h2", text(turn.question), class_="fn-question", dir="auto", id=f"turn-{turn.id}"))


def make_parts() -> Parts:
    """Make the places of a turn."""
    return Parts(verdict=st.empty(), sources=st.empty(), answer=st.empty(), notes=st.empty(), remarks=st.empty())


def draw(state: TurnState, turn_id: str, parts: Parts, words: Wording) -> None:
    """Fill each place with what there is for it."""
    fill(parts.verdict, ending(state, words))
    fill(parts.sources, cards(state, turn_id, datetime.now(UTC), words))
    fill(parts.answer, answer_text(state, turn_id, words) or waiting(state, words))
    fill(parts.notes, footnotes(state, words))
    fill(parts.remarks, remarks(state, words))


def fill(place: DeltaGenerator, markup: str) -> None:
    """Put markup into a place; nothing leaves it empty."""
    if markup:
        place.html(markup)


def waiting(state: TurnState, words: Wording) -> str:
    """Say that the prose is still to come while quotations are already there."""
    if state.quotes and state.phase is not Phase.FINISHED:
        return element("p", text(words.say("answer.writing")), class_="fn-waiting")
    return ""


def interruption(turn: StoredTurn, words: Wording) -> str:
    """Say that a turn has no end of its own."""
    key = "end.interrupted" if turn.state is StoredState.INTERRUPTED else "end.elsewhere"
    return element("p", element("strong", text(words.say(key))), class_="fn-box fn-stopped")
