"""What stands around every page: its icon, its looks, and lines that say what is wrong with the set-up."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from ui.preferring import preferring_problem
from ui.rendering import element, text
from ui.resources import Resources
from ui.wording import Wording

__all__ = ["frame", "notice", "notices"]

STYLE = Path(__file__).with_name("style.css")
ICON = Path(__file__).with_name("icon.svg")
"""A file of ours: an emoji or a Material name would be fetched from a stranger's server (streamlit 1.67)."""


def frame(words: Wording) -> None:
    """Give the page its icon, its looks, and the language that `page_script.js` names to screen readers."""
    st.set_page_config(page_icon=ICON, layout="centered")
    st.html(STYLE)
    st.html(element("span", "", class_="fn-page", hidden="", data_language=words.language))


def notices(resources: Resources) -> None:
    """Say what is wrong with the set-up, one line each."""
    for said in (resources.engine.problem, resources.history.notice, preferring_problem(resources)):
        if said:
            notice(said)


def notice(said: str) -> None:
    """Show one line."""
    st.html(element("p", text(said), class_="fn-box fn-notice", role="status"))
