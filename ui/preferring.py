"""What the user of this page chose for all questions to come.

Knows whose choices they are. Leaves the file to `assistant/preferences.py`, and widgets to the pages.
"""

from __future__ import annotations

import streamlit as st

from assistant.preferences import Preferences, PreferencesFile, preferences_file
from ui.resources import Resources

__all__ = ["is_private", "kept_preferences", "preferred", "this_owner"]

PRIVATE = "private"
"""The name in the address bar of the switch beside the question box."""


def this_owner() -> str | None:
    """Name who is signed in; None is whoever uses this machine without signing in."""
    return None


def kept_preferences(resources: Resources) -> PreferencesFile | None:
    """Find where this user's choices are kept; None where nothing is."""
    return preferences_file(resources.data_dir, this_owner()) if resources.data_dir else None


def preferred(resources: Resources) -> Preferences:
    """Read what this user chose; the defaults where nothing was, or where it cannot be read."""
    kept = kept_preferences(resources)
    return kept.read() if kept else Preferences()


def is_private(chosen: Preferences) -> bool:
    """Tell whether nobody else may be asked now: the switch in the address bar decides, else what the user chose."""
    said = st.query_params.get(PRIVATE)
    return chosen.private_by_default if said is None else said.lower() == "true"
