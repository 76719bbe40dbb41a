"""The question box: what may be typed, attached and chosen, and how a question begins its turn.

A question is written down and handed to the engine before anything is drawn for it; one that is refused comes back into
the box. Leaves drawing of turns to `conversation.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from assistant.chats import StoredTurn
from assistant.evidence import Answer, QuestionOptions, Turn
from ui.controls import chosen_options
from ui.engine_lines import retold
from ui.forgetting import forget_files
from ui.frame import notice
from ui.jobs import Job
from ui.preferring import preferred, preferred_model
from ui.private_chats import is_chosen
from ui.rendering import element, site_of, text
from ui.resources import Resources
from ui.sidebar import CHAT
from ui.uploads import KINDS, MOST_MB, Upload, attach, attached, move
from ui.wording import Wording

__all__ = ["EXAMPLE", "Asked", "answer_of", "ask", "give_back", "question_box", "was_refused"]

BOX = "question"
PRIVATE_BOX = "private-question"
"""Another widget: what it gives is another type, since nothing can be attached in it."""
EXAMPLE = "example"
REFUSED = "refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What came out of the box."""

    question: str
    files: Sequence[Upload] = ()
    instead_of: str | None = None
    """The turn beside which it begins a branch."""


def question_box(placeholder: str, chat_id: str | None, resources: Resources, words: Wording) -> Asked | None:
    """Draw the box and the files that are asked about; after a refusal it holds what was typed, under the reason."""
    unkept = will_be_private(resources, chat_id)
    key = PRIVATE_BOX if unkept else BOX
    if REFUSED in st.session_state:
        question, reason = st.session_state.pop(REFUSED)
        notice(words.say("refused", reason=retold(reason, words)))
        st.session_state[key] = question
    if unkept or resources.uploads is None:
        typed = st.chat_input(placeholder, key=key, submit_mode="disable")
        return Asked(question=typed) if typed else None
    files_row(resources, chat_id, words)
    given = st.chat_input(
        placeholder,
        key=key,
        submit_mode="disable",
        accept_file="multiple",
        file_type=list(KINDS),
        max_upload_size=MOST_MB,
    )
    if given is None:
        return None
    question = given.text if given.text or not given.files else words.say("ask.summary")
    return Asked(question=question, files=given.files)


def files_row(resources: Resources, chat_id: str | None, words: Wording) -> None:
    """Name the files that are asked about, and offer to forget them."""
    held = attached(chat_id)
    if not held:
        return
    names = ", ".join(site_of(f"file://{path}") for path in held)
    with st.container(horizontal=True, vertical_alignment="center", key="attached"):
        said = element("span", text(words.say("attached.about")), class_="fn-quiet")
        st.html(said + " " + element("strong", text(names), dir="auto"), width="content")
        st.button(
            words.say("attached.forget"),
            key="forget",
            type="tertiary",
            icon=":material/close:",
            on_click=forget_files,
            args=(resources, chat_id),
        )


def will_be_private(resources: Resources, chat_id: str | None) -> bool:
    """Tell whether the next question leaves nothing: it belongs to a private chat, or begins one."""
    return resources.history.is_private(chat_id) or (chat_id is None and is_chosen())


def was_refused() -> bool:
    """Tell whether a question waits to be put back into the box."""
    return REFUSED in st.session_state


def ask(resources: Resources, asked: Asked, turns: Sequence[StoredTurn], chat_id: str | None, words: Wording) -> None:
    """Write a question down, hand it to the engine with its files, and turn to its chat."""
    history, unkept = resources.history, will_be_private(resources, chat_id)
    if asked.files and not kept(resources, asked.files, chat_id, words):
        return
    past = [Turn(question=turn.question, answer=found.text) for turn in turns if (found := answer_of(turn, resources))]
    turn = history.open_turn(asked.question, chat_id, unkept=unkept, instead_of=asked.instead_of)
    if not unkept:
        move(chat_id, turn.chat_id)
    options = replace(options_of(turn.chat_id, resources), unkept=unkept)
    resources.engine.start(turn, past, history, options)
    st.query_params[CHAT] = turn.chat_id
    st.session_state.pop(EXAMPLE, None)
    st.rerun()


def options_of(chat_id: str, resources: Resources) -> QuestionOptions:
    """Read what was chosen for a question: with its controls, with its files, and for all questions."""
    chosen = preferred(resources)
    return replace(
        chosen_options(),
        attachments=attached(chat_id),
        language=chosen.answer_language,
        model=preferred_model(resources),
        without_sources=chosen.without_sources,
    )


def kept(resources: Resources, files: Sequence[Upload], chat_id: str | None, words: Wording) -> bool:
    """Keep attached files; where that fails say why, and do not ask: the answer would be about something else."""
    if resources.uploads is None:
        return False
    try:
        attach(resources.uploads, files, chat_id)
    except OSError as error:
        notice(words.say("attached.failed", reason=str(error)))
        return False
    return True


def give_back(job: Job, resources: Resources, *, is_alone: bool) -> None:
    """Forget a turn that was refused and put its question back into the box."""
    resources.history.discard_turn(job.turn)
    resources.engine.forget(job.turn.id)
    st.session_state[REFUSED] = (job.turn.question, job.refusal)
    if is_alone:
        move(job.turn.chat_id, None)
        st.query_params.pop(CHAT, None)


def answer_of(turn: StoredTurn, resources: Resources) -> Answer | None:
    """Find the answer of a turn: as it was kept, or where that failed as this process still knows it."""
    job = resources.engine.job(turn.id, owner=resources.history.owner)
    return job.answer if job and job.answer else turn.answer
