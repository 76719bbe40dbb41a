"""How long ago something was, in words that a reader skims: "4 minutes ago".

Knows wording only. Leaves what happened then to whoever asks.
"""

from __future__ import annotations

__all__ = ["ago"]

JUST_NOW_S = 2
"""Less is the time that reading itself takes."""
UNITS = ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def ago(age_s: float) -> str:
    """Say an age in its largest unit, rounded down, as people do."""
    for unit_s, name in UNITS:
        count = int(age_s // unit_s)
        if count and age_s >= JUST_NOW_S:
            return f"{count} {name}{'s' if count > 1 else ''} ago"
    return "just now"
