"""What the user of this page chose for all questions to come.

Knows whose choices they are. Leaves the file to `assistant/preferences.py`, and widgets to the pages.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from assistant.chats import LOCAL
from assistant.errors import PreferencesUnavailable
from assistant.evidence import Profile
from assistant.preferences import Preferences, PreferencesFile, preferences_file
from assistant.settings import NO_MODEL
from ui.resources import Resources
from ui.wording import Wording, languages, wording_for

__all__ = [
    "change_preferences",
    "is_private",
    "kept_preferences",
    "preferred",
    "preferred_model",
    "preferred_profile",
    "preferred_wording",
    "preferring_problem",
    "this_owner",
]

PRIVATE = "private"
"""The name in the address bar of the switch beside the question box."""


def this_owner(resources: Resources) -> str | None:
    """Name who is signed in; None is whoever uses this machine without signing in."""
    owner = resources.history.owner
    return None if owner == LOCAL else owner


def kept_preferences(resources: Resources) -> PreferencesFile | None:
    """Find where this user's choices are kept; None where nothing is."""
    return preferences_file(resources.data_dir, this_owner(resources)) if resources.data_dir else None


def preferred(resources: Resources) -> Preferences:
    """Read what this user chose; the defaults where nothing was, or where it cannot be read."""
    kept = kept_preferences(resources)
    return kept.read() if kept else Preferences()


def change_preferences(kept: PreferencesFile, change: Callable[[Preferences], Preferences]) -> str:
    """Change what this user chose; say in one line why that failed, nothing where it did not."""
    try:
        kept.change(change)
    except PreferencesUnavailable as error:
        return str(error)
    return ""


def preferring_problem(resources: Resources) -> str:
    """Say in one line why this user's choices are not in force; empty while nothing is wrong."""
    kept = kept_preferences(resources)
    if kept:
        kept.read()
    return kept.notice if kept else ""


def preferred_wording(resources: Resources) -> Wording:
    """Speak the language that this user chose, else the browser's."""
    chosen = preferred(resources).interface_language
    return wording_for(chosen if chosen in languages() else st.context.locale)


def preferred_profile(resources: Resources) -> Profile:
    """Say how much time a question is worth where its own controls say nothing."""
    return preferred(resources).profile or resources.profile


def preferred_model(resources: Resources) -> str | None:
    """Name the model that this user chose; None where nothing was, or where that model is here no more."""
    chosen = preferred(resources)
    if chosen.model is None or chosen.model == NO_MODEL:
        return chosen.model
    return chosen.model_among(resources.models().choices)


def is_private(chosen: Preferences) -> bool:
    """Tell whether nobody else may be asked now: the switch in the address bar decides, else what the user chose."""
    said = st.query_params.get(PRIVATE)
    return chosen.private_by_default if said is None else said.lower() == "true"
