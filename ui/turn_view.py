"""One turn on the page: the question, its steps, its sources, the answer and its footnotes.

Knows the order of the parts and how a running turn is followed. Markup comes from the modules that own each part.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

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


def show(turn: StoredTurn, answer: Answer | None, words: Wording) -> None:
    """Draw a turn that is over, element by element where a running one stood, so that nothing flickers at its end."""
    heading(turn)
    if answer is None:
        st.html(interruption(turn, words))
        return
    state = TurnState.of(answer)
    if state.searches or state.pages:
        went: Literal["error", "complete"] = "error" if answer.status is AnswerStatus.FAILED else "complete"
        with st.status(headline(state, answer.timings.total_s, words), state=went, type="compact"):
            st.html(timeline(state, words))
    verdict, *others = parts(state, turn.id, words)
    is_partial = answer is turn.answer and turn.state is not StoredState.CLOSED
    for markup in (interruption(turn, words) if is_partial else verdict, *others):
        if markup:
            st.html(markup)
        else:
            st.empty()


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
    places = [st.empty() for _ in parts(state, job.turn.id, words)]
    for batch in job.batches(poll_s=POLL_S):
        clock.html(element("span", text(words.seconds(job.elapsed_s)), class_="fn-clock"))
        if not batch:
            continue
        for event in batch:
            state.apply(event)
        drawn = (timeline(state, words), *parts(state, job.turn.id, words))
        for place, markup in zip((steps, *places), drawn, strict=True):
            if markup:
                place.html(markup)
        if stands != (stands := (doing(state, words), not state.footnotes)):
            # only when it changes: each change of the label undoes the reader's own folding
            status.update(label=stands[0], expanded=stands[1])


def heading(turn: StoredTurn) -> None:
    """Draw the question."""
    st.html(element("h2", text(turn.question), class_="fn-question", dir="auto", id=f"turn-{turn.id}"))


def parts(state: TurnState, turn_id: str, words: Wording) -> tuple[str, ...]:
    """Write the parts of a turn, top to bottom; what there is nothing for is empty."""
    return (
        ending(state, words),
        cards(state, turn_id, datetime.now(UTC), words),
        answer_text(state, turn_id, words) or waiting(state, words),
        footnotes(state, words),
        remarks(state, words),
    )


def waiting(state: TurnState, words: Wording) -> str:
    """Say that the prose is still to come while quotations are already there."""
    if state.quotes and state.phase is not Phase.FINISHED:
        return element("p", text(words.say("answer.writing")), class_="fn-waiting")
    return ""


def interruption(turn: StoredTurn, words: Wording) -> str:
    """Say that a turn has no end of its own."""
    key = "end.interrupted" if turn.state is StoredState.INTERRUPTED else "end.elsewhere"
    return element("p", element("strong", text(words.say(key))), class_="fn-box fn-stopped")
