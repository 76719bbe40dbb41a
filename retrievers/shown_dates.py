"""The dates that result pages show to people: "3 days ago", "Apr 5, 2024".

Knows English ones and ISO 8601; any other is no date. Leaves dates that are meant for machines to `dates.py`.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from retrievers.dates import iso_date

__all__ = ["shown_date"]

AGO = re.compile(r"(\d+) (minute|hour|day|week|month|year)s? ago", re.IGNORECASE)
LENGTHS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
    "year": timedelta(days=365),
}
FORMATS = ("%b %d, %Y", "%B %d, %Y", "%d %b %Y", "%d %B %Y")


def shown_date(text: str | None, now: datetime | None = None) -> datetime | None:
    """Read a date as it is shown, as UTC; None for one that is in no known form."""
    shown = (text or "").strip()
    if ago := AGO.fullmatch(shown):
        with suppress(OverflowError):
            return (now or datetime.now(UTC)) - int(ago[1]) * LENGTHS[ago[2].lower()]
    for form in FORMATS:
        with suppress(ValueError):
            return datetime.strptime(shown, form).replace(tzinfo=UTC)
    with suppress(ValueError):
        return iso_date(shown)
    return None
