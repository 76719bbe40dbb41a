"""Days, months and years as English and French write them, with their place in a text.

Knows complete dates; one without a year takes the year it is told. Leaves "last week" to `retrievers.data.periods`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from retrievers.data.periods import MONTHS, Period

__all__ = ["WrittenDate", "dates_in"]

MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
YEAR = r"(?:1\d|20)\d\d"
CLOCK = r"(?:\s+(?:at|à)\s+(?P<clock>\d\d:\d\d))?"
DATE = re.compile(
    rf"\b(?P<iso>{YEAR}-\d\d-\d\d)\b"
    rf"|\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|er)?\s+(?:of\s+)?(?P<month>{MONTH})\b\.?(?:,?\s+(?P<year>{YEAR})\b)?{CLOCK}"
    rf"|\b(?P<month_2>{MONTH})\.?\s+(?P<day_2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<year_2>{YEAR})\b)?"
    rf"|\b(?P<month_3>{MONTH})\.?\s+(?P<year_3>{YEAR})\b"
    rf"|(?<![\w.,'/-])(?P<year_4>{YEAR})(?![\w%/]|[.,'\u202f\u00a0 ]?\d)",
    re.IGNORECASE,
)
"""A bare number of four digits from 1000 to 2099 is a year; callers first look whether a unit stands behind it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenDate:
    """One date: its days, the time of the day if one is written, its place in the text."""

    period: Period
    clock: str | None = None
    start: int
    end: int

    @property
    def is_day(self) -> bool:
        """Whether it is one day, not a month or a year."""
        return self.period.first == self.period.last


def dates_in(text: str, year: int | None = None) -> Iterator[WrittenDate]:
    """Find the dates of a text in order; one without a year counts only where `year` is given."""
    for found in DATE.finditer(text):
        period = period_of(found, year)
        if period:
            yield WrittenDate(period=period, clock=found["clock"], start=found.start(), end=found.end())


def period_of(found: re.Match[str], year: int | None) -> Period | None:
    """Read one date; None for one that no calendar has, or that has no year."""
    with suppress(ValueError):
        if found["iso"]:
            return Period(first=date.fromisoformat(found["iso"]), last=date.fromisoformat(found["iso"]))
        written = next((found[name] for name in ("year", "year_2", "year_3", "year_4") if found[name]), None)
        whole = int(written) if written else year
        if whole is None:
            return None
        month = MONTHS.get((found["month"] or found["month_2"] or found["month_3"] or "").lower())
        if month is None:
            return Period(first=date(whole, 1, 1), last=date(whole, 12, 31))
        if day := found["day"] or found["day_2"]:
            return Period(first=date(whole, month, int(day)), last=date(whole, month, int(day)))
        return Period(first=date(whole, month, 1), last=date(whole, month, monthrange(whole, month)[1]))
    return None
