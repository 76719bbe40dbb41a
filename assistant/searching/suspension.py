"""How long to leave a source alone after it failed, by what lies behind the failure.

Knows durations and how they grow. Leaves counting to `health.py`.
"""

from __future__ import annotations

from types import MappingProxyType

from retrievers import Reason

__all__ = ["FAILURES_TO_OPEN", "suspension_s"]

FIRST_S: MappingProxyType[Reason, float] = MappingProxyType(
    {
        "captcha": 3600,
        "denied": 180,
        "rate_limited": 180,
        "quota": 3600,
        "credentials": 3600,
        "drift": 600,
        "network": 30,
        "timeout": 60,
        "outage": 60,
        "unknown": 60,
    }
)
"""The first suspension. denied, captcha and rate_limited as SearXNG ships them (`search.suspended_times` in its
settings.yml of 2026-08-22); quota and credentials are not mended by waiting, so they wait as long as a CAPTCHA; a
layout that has changed stays changed, but one odd page is not a layout; what lies on the way or with the provider often
passes within a minute."""
FAILURES_TO_OPEN: MappingProxyType[Reason, int] = MappingProxyType(
    {"drift": 2, "network": 3, "timeout": 3, "outage": 3, "unknown": 3}
)
"""How many failures in a row it takes; those that are not here need only one: asking again makes them worse."""
LONGEST_S = 86_400.0
LONGEST_ASKED_S = 7 * 86_400.0
"""A provider that names a longer wait than a week is asked once a week."""


def suspension_s(reason: Reason, times: int, retry_after_s: float | None) -> float:
    """Return how long the `times`-th suspension in a row lasts: twice the one before, up to a day.

    Never shorter than the provider's own Retry-After.
    """
    asked_s = min(max(retry_after_s or 0.0, 0.0), LONGEST_ASKED_S)
    first_s = asked_s or FIRST_S[reason]
    grown_s = min(first_s * 2.0 ** min(times - 1, 32), LONGEST_S)
    return max(grown_s, asked_s)
