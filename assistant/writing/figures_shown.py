"""Numbers, units and times as an answer shows them, in English and in French.

Knows notation and how far a result may be rounded. Leaves computing to `computing.py`. Nothing here comes from a page.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

from assistant.writing.stated_values import StatedValue
from assistant.writing.units import UNITS, dimension_of
from retrievers.data.periods import Period
from retrievers.data.wording import MONTHS, day, in_language

__all__ = [
    "FRENCH_TIMES",
    "converted_decimals",
    "is_offset",
    "rounded",
    "shown",
    "shown_value",
    "significant",
    "time_words",
    "trimmed",
]

FEWEST_DIGITS, MOST_DIGITS = 2, 3
"""Digits that a converted value has at least: as many as it had, within these."""
FRENCH_TIMES = {"year": "an", "week": "semaine", "day": "jour", "month": "mois"}
WORDY = frozenset({"year", "week", "day", "month"})


def shown(value: Decimal, unit: str, language: str | None) -> str:
    """Write an amount with its unit: "3,776 m", in French "3 776 m"."""
    written = f"{abs(value):,f}"
    if language == "fr":
        written = written.replace(",", "\u202f").replace(".", ",")
    written = ("\u2212" if value < 0 else "") + written
    return f"{written} {unit_words(unit, value, language)}".rstrip()


def unit_words(unit: str, value: Decimal, language: str | None) -> str:
    """Write a unit; the times that are words have a plural."""
    if unit not in WORDY:
        return unit
    word = FRENCH_TIMES[unit] if language == "fr" else unit
    is_one = abs(value) < 2 if language == "fr" else abs(value) == 1  # noqa: PLR2004 - French has its plural from two on
    return word if is_one or word.endswith("s") else f"{word}s"


def shown_value(value: StatedValue, language: str | None) -> str:
    """Write a stated value."""
    return shown(value.value, value.unit, language)


def rounded(value: Decimal, decimals: int) -> Decimal:
    """Round half up, as people do; fewer decimals than none round to tens."""
    step = Decimal(1).scaleb(-decimals)
    whole = value.quantize(step, rounding=ROUND_HALF_UP)
    return whole if decimals >= 0 else Decimal(int(whole))


def significant(value: Decimal, digits: int) -> Decimal:
    """Round to so many digits that tell something, and leave out zeros that tell nothing."""
    if not value:
        return Decimal(0)
    return trimmed(rounded(value, digits - 1 - value.adjusted()))


def trimmed(value: Decimal) -> Decimal:
    """Leave out the zeros behind the decimal point."""
    bare = value.normalize()
    return bare if int(bare.as_tuple().exponent) <= 0 else Decimal(int(bare))


def converted_decimals(value: StatedValue, factor: Decimal, result: Decimal) -> int:
    """Choose decimals that make a converted value as exact as what it was made from, with two digits at least."""
    decimals = -int(value.value.as_tuple().exponent) - math.trunc(math.log10(factor))
    digits = max(FEWEST_DIGITS, min(value.digits, MOST_DIGITS))
    return max(decimals, digits - 1 - (result.adjusted() if result else 0))


def time_words(period: Period, language: str | None) -> str:
    """Name a day, a month or a year."""
    spoken = "fr" if language == "fr" else "en"
    if period.first == period.last:
        return day(period.first, spoken)
    if period.first.month == period.last.month:
        return f"{in_language(spoken, MONTHS['en'], MONTHS['fr']).split()[period.first.month - 1]} {period.first.year}"
    return str(period.first.year)


def is_offset(unit: str) -> bool:
    """Tell whether a unit has its zero somewhere arbitrary: no ratio of such values means anything."""
    return dimension_of(unit) == "temperature" and UNITS[unit].symbol != "K"
