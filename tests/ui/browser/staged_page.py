"""The script that Streamlit runs on the stage."""

from __future__ import annotations

import streamlit as st

from tests.ui.browser.stage import on_stage
from ui.conversation import page

st.set_page_config(page_title="Footnote", layout="centered")
page(on_stage())
