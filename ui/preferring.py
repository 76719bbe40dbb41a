"""What the user of this page chose for all questions to come.

Knows whose choices they are. Leaves the file to `assistant/preferences.py`, and widgets to the pages.
"""

from __future__ import annotations

from assistant.preferences import Preferences, PreferencesFile, preferences_file
from ui.resources import Resources

__all__ = ["kept_preferences", "preferred", "this_owner"]


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
