"""The script that Streamlit runs on the stage."""

from __future__ import annotations

from tests.ui.browser.stage import on_stage
from ui.conversation import page

page(on_stage())
