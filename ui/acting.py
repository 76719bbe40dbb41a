"""What a reader may do with an answer: have it again, ask it otherwise, copy it, take it along.

Knows widgets. Leaves formats to `export_file.py`, and asking to `asking.py`; an earlier answer always stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from assistant.chats import StoredTurn
from assistant.evidence import Answer, Profile
from ui.controls import DEPTH, hold
from ui.export_file import FORMATS, written
from ui.exporting import Exported, as_json, as_markdown, as_plain, file_name
from ui.history import History
from ui.rendering import element, text
from ui.wording import Wording
from ui.wordings import wish

__all__ = ["actions"]

DEEPEST = Profile.THOROUGH.value
SEEN = "traces-seen"
"""Where a page holds which traces it could read, by turn."""


def actions(turn: StoredTurn, chat: Sequence[Exported], history: History, words: Wording) -> None:
    """Draw the buttons under the last answer; `chat` has the answers shown, the last one last."""
    answer = chat[-1].answer
    st.button(
        words.say("act.again"),
        icon=":material/refresh:",
        key=f"again-{turn.id}",
        type="tertiary",
        on_click=wish,
        args=(turn.question, turn.id),
    )
    st.button(
        words.say("act.deeper"),
        icon=":material/travel_explore:",
        key=f"deeper-{turn.id}",
        type="tertiary",
        on_click=wish_deeper,
        args=(turn.question, turn.id),
    )
    with st.popover(words.say("act.copy"), icon=":material/content_copy:", type="tertiary"):
        copyable("plain", as_plain(answer, words), words)
        copyable("markdown", as_markdown([answer], words), words)
    with st.popover(words.say("act.export"), icon=":material/download:", type="tertiary"):
        downloads(turn, answer.question, chat[-1:], "answer", words)
        if history.is_traced(turn):
            replayable(turn, answer, history, words)
        if len(chat) > 1:
            downloads(turn, chat[0].answer.question, chat, "chat", words)


def copyable(form: str, written: str, words: Wording) -> None:
    """Show an answer in one form beside the button that copies it."""
    st.html(element("p", text(words.say(f"act.copy.{form}")), class_="fn-aside fn-form"))
    st.code(written, language=None, wrap_lines=True)


def downloads(turn: StoredTurn, title: str, exported: Sequence[Exported], what: str, words: Wording) -> None:
    """Offer the files; each is written when it is asked for."""
    for kind in FORMATS:
        st.download_button(
            words.say(f"act.export.{what}", format=kind.name),
            partial(written, kind.suffix, exported, title, words),
            file_name=file_name(title, kind.suffix, turn.asked_at),
            mime=kind.media_type,
            key=f"{what}-{kind.suffix}-{turn.id}",
            on_click="ignore",
            width="stretch",
        )


def replayable(turn: StoredTurn, answer: Answer, history: History, words: Wording) -> None:
    """Offer the answer with the pages that it was made from, for `footnote replay`, or say that these are damaged."""
    if not is_whole(turn, history):
        st.html(element("p", text(words.say("act.export.damaged")), class_="fn-aside", role="status"))
        return
    st.download_button(
        words.say("act.export.bundle"),
        lambda: history.trace(turn) or as_json([answer]),
        file_name=file_name(answer.question, "bundle.json", turn.asked_at),
        mime="application/json",
        key=f"bundle-{turn.id}",
        on_click="ignore",
        width="stretch",
    )


def is_whole(turn: StoredTurn, history: History) -> bool:
    """Tell whether what went into an answer can be read; a page finds out once, since it takes as long as reading."""
    seen: dict[str, bool] = st.session_state.setdefault(SEEN, {})
    if turn.id not in seen:
        seen[turn.id] = history.trace(turn) is not None
    return seen[turn.id]


def wish_deeper(question: str, instead_of: str) -> None:
    """Remember a question, to be answered with all the time there is."""
    hold(DEPTH, DEEPEST)
    wish(question, instead_of)
