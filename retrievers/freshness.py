"""How recent a hit must be, as providers want to be told: a first day, or a letter.

Knows the lengths of time ranges only; whether a question wants recent hits is decided elsewhere.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from retrievers.contract import Freshness

__all__ = ["DAYS", "first_day", "letter"]

DAYS: dict[Freshness, int] = {"day": 1, "week": 7, "month": 30, "year": 365}
"""As You.com documents them; Google and Brave name the ranges without counting."""


def first_day(freshness: Freshness, today: date | None = None) -> date:
    """Return the first day of a time range that ends today (of UTC), for providers that want a date."""
    return (today or datetime.now(UTC).date()) - timedelta(days=DAYS[freshness])


def letter(freshness: Freshness) -> str:
    """Return d, w, m or y, for providers that name ranges by a letter."""
    return freshness[0]
