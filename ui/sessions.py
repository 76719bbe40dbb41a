"""Which browser tab a script run belongs to, and whether that tab is still open.

Knows the two places of Streamlit's runtime that tell; without a server, as in a script test, every tab is open.
"""

from __future__ import annotations

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

__all__ = ["is_open", "this_session"]


def this_session() -> str:
    """Name the tab that this script run serves."""
    context = get_script_run_ctx()
    return context.session_id if context else ""


def is_open(session_id: str) -> bool:
    """Tell from any thread whether a tab is connected."""
    return not runtime.exists() or runtime.get_instance().is_active_session(session_id)
