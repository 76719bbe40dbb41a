"""Figures and days in words, so that a sentence about them can be quoted.

Knows how English and French write them; any other language gets English.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVar

__all__ = ["day", "in_language", "moment", "number", "some_of"]

T = TypeVar("T")
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
}
MOST_LISTED = 31
"""Values of a series that a text lists one by one: the days of a month."""


def in_language(language: str, english: T, french: T) -> T:
    """Choose the wording for a question's language."""
    return french if language == "fr" else english


def number(value: float, language: str, digits: int = 5) -> str:
    """Write a number with as many digits as tell something (ECB rates have five): 1.0842, 156.31, 95,123."""
    places = max(0, digits - 1 - math.floor(math.log10(abs(value)))) if value else 0
    written = f"{value:,.{places}f}"
    written = written.rstrip("0").rstrip(".") if "." in written else written
    return written.replace(",", " ").replace(".", ",") if language == "fr" else written


def day(when: date, language: str) -> str:
    """Write a day: "3 March 2026", "1er mars 2026"."""
    months = in_language(language, MONTHS["en"], MONTHS["fr"]).split()
    first = "er" if language == "fr" and when.day == 1 else ""
    return f"{when.day}{first} {months[when.month - 1]} {when.year}"


def moment(when: datetime, language: str) -> str:
    """Write a day and the time of it, without a zone: "3 March 2026 at 14:05"."""
    return f"{day(when, language)} {in_language(language, 'at', 'à')} {when:%H:%M}"


def some_of(series: Sequence[T], most: int = MOST_LISTED) -> list[T]:
    """Thin a series out evenly, keeping its first and its last value."""
    if len(series) <= most:
        return list(series)
    step = (len(series) - 1) / (most - 1)
    return [series[round(place * step)] for place in range(most)]
