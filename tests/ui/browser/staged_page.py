"""The script that Streamlit runs on the stage."""

from __future__ import annotations

from tests.ui.browser.stage import on_stage
from ui.navigation import site

site(on_stage())
