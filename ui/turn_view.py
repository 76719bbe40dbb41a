"""One turn on the page below its question: its steps, its sources, the answer and its footnotes.

Knows the order of the parts and how a running turn is followed. Markup comes from the modules that own each part.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from assistant.chats import StoredTurn
from assistant.chats import TurnState as StoredState
from assistant.evidence import Answer
from ui.answer_body import early_quotations, ending, footnotes, remarks, verdicts
from ui.figures import series_table, series_title
from ui.jobs import Job
from ui.kept_markup import PastMarkup, is_cut_off, written_once
from ui.plots import plot
from ui.prose_blocks import answer_blocks
from ui.rendering import element, text
from ui.sessions import is_open, this_session
from ui.sheet import Picture, Sheet
from ui.source_cards import cards
from ui.steps import doing, headline, progress, timeline
from ui.turn_state import Phase, TurnState
from ui.wording import Wording

__all__ = ["follow", "show", "show_past"]

POLL_S = 0.15
"""How often a running turn lets Streamlit look for clicks, which it does when something is drawn."""
CALM_S = 0.08
"""Twelve redraws a second look like writing; more would only take the processor from the model."""


def show(turn: StoredTurn, answer: Answer | None, words: Wording) -> None:
    """Draw the last turn, which is over: part by part where a running one stood, so that nothing flickers."""
    if answer is None:
        st.html(interruption(turn, words))
        return
    state = TurnState.of(answer)
    if steps := folded_steps(state, words):
        st.html(steps)
    sheet = Sheet()
    sheet.draw(finished_picture(turn, answer, state, words))
    with sheet.figures:
        plots(turn, state, words)
    went = words.say("status.complete", went=headline(state, answer.timings.total_s, words))
    st.html(spoken(went, turn.id, is_running=False))


def show_past(turn: StoredTurn, answer: Answer | None, words: Wording) -> None:
    """Draw an earlier turn in as few pieces as can be: with each piece a redraw of a long chat takes longer.

    (`st.status`, in which a running turn shows its steps, sleeps for 50 ms each time it is drawn: streamlit 1.67.)
    """
    if answer is None:
        st.html(interruption(turn, words))
        return
    markup = written_once(turn, answer, words, partial(past_markup, turn, answer, words))
    if not answer.series:
        st.html(markup.above + markup.below)
        return
    st.html(markup.above)
    plots(turn, TurnState.of(answer), words)
    st.html(markup.below)


def past_markup(turn: StoredTurn, answer: Answer, words: Wording) -> PastMarkup:
    """Write an earlier turn."""
    state = TurnState.of(answer)
    picture = finished_picture(turn, answer, state, words)
    return PastMarkup(
        above=in_parts(folded_steps(state, words), picture.ending, picture.cards, *picture.answer),
        below=in_parts(picture.verdicts, picture.footnotes, picture.remarks),
    )


def finished_picture(turn: StoredTurn, answer: Answer, state: TurnState, words: Wording) -> Picture:
    """Write the parts of a turn that is over; one that was cut off says so where others say how they ended."""
    picture = picture_of(state, turn.id, words)
    return replace(picture, ending=interruption(turn, words)) if is_cut_off(turn, answer) else picture


def in_parts(*parts: str) -> str:
    """Set parts apart as Streamlit does with elements."""
    return "".join(element("div", part, class_="fn-part") for part in parts if part)


def folded_steps(state: TurnState, words: Wording) -> str:
    """Fold the steps under the line that says how they went."""
    if not state.searches and not state.pages:
        return ""
    went = headline(state, state.answer.timings.total_s if state.answer else None, words)
    return element("details", element("summary", text(went)) + timeline(state, words), class_="fn-more fn-went")


def plots(turn: StoredTurn, state: TurnState, words: Wording) -> None:
    """Draw each series that the answer's pages state, with its name above and its values below."""
    for number, series in enumerate(state.answer.series if state.answer else ()):
        st.html(series_title(series, state, turn.id, words))
        plot(series, words, key=f"plot-{turn.id}-{number}")
        st.html(series_table(series, words))


def follow(job: Job, clock: DeltaGenerator, words: Wording) -> None:
    """Draw a turn while it runs, until it ends; a click elsewhere or a closed page leaves it running.

    The steps fold as soon as there is a quotation to read.
    """
    state = TurnState(question=job.turn.question)
    session = this_session()
    job.attend(session, lambda: is_open(session))
    stands = (doing(state, words), True)
    status = st.status(stands[0], type="compact", expanded=stands[1])
    steps = status.empty()  # not in a `with` block, whose end would call the turn complete
    sheet = Sheet()
    for batch in job.batches(poll_s=POLL_S, calm_s=CALM_S):
        for event in batch:
            state.apply(event)
        clock.html(run_line(job.elapsed_s, state, job.turn.id, words))
        if not batch:
            continue
        steps.html(timeline(state, words))
        sheet.draw(picture_of(state, job.turn.id, words))
        if stands != (stands := (doing(state, words), not state.quotes)):
            # only when it changes: each change of the label undoes the reader's own folding
            status.update(label=stands[0], expanded=stands[1])


def picture_of(state: TurnState, turn_id: str, words: Wording) -> Picture:
    """Write the parts of a turn; what there is nothing for is empty."""
    blocks = answer_blocks(state, turn_id, words)
    return Picture(
        ending=ending(state, words),
        cards=cards(state, turn_id, datetime.now(UTC), words),
        quotations=early_quotations(state, words),
        answer=tuple(blocks) or (waiting(state, words),),
        verdicts=verdicts(state, turn_id, words),
        footnotes=footnotes(state, words),
        remarks=remarks(state, words),
    )


def run_line(elapsed_s: float, state: TurnState, turn_id: str, words: Wording) -> str:
    """Write the line beside the Stop button; only the stage is spoken, not each count and second."""
    said = element("span", text(progress(state, words)), class_="fn-progress")
    clock = element("span", text(words.seconds(elapsed_s)), class_="fn-clock")
    return said + clock + spoken(doing(state, words), turn_id, is_running=True)


def spoken(said: str, turn_id: str, *, is_running: bool) -> str:
    """Write what `page_script.js` gives to screen readers."""
    running = "yes" if is_running else "no"
    return element("span", text(said), class_="fn-say", hidden="", data_turn=turn_id, data_running=running)


def waiting(state: TurnState, words: Wording) -> str:
    """Say that the prose is still to come while quotations are already there."""
    if state.quotes and state.phase is not Phase.FINISHED:
        return element("p", text(words.say("answer.writing")), class_="fn-waiting")
    return ""


def interruption(turn: StoredTurn, words: Wording) -> str:
    """Say that a turn has no end of its own."""
    key = "end.interrupted" if turn.state is StoredState.INTERRUPTED else "end.elsewhere"
    return element("p", element("strong", text(words.say(key))), class_="fn-box fn-stopped")
