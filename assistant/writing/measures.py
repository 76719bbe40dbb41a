"""Numbers with what they count: "5 million", "3 km", "12 %", "$40", in one notation, so that they compare.

Knows scales, units and bounds in four languages. Dates are left to `days.py`, and what follows from a number that
differs to `attribution.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from assistant.language.folding import fold
from assistant.language.words import numbers, words
from assistant.writing.days import days, without_days
from assistant.writing.measure_words import COUNTS, SCALES, SYMBOLS, UNITS, Unit

__all__ = ["Measure", "counted_words", "is_stated", "measures", "plain_numbers", "without_measures"]

SPACE = " \u00a0\u2009\u202f"
FIGURE = rf"\d{{1,3}}(?:[{SPACE}'\u2019]\d{{3}})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)*"
SCALE = "|".join(sorted(map(re.escape, SCALES), key=len, reverse=True))
UNIT = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
SYMBOL = "|".join(sorted(map(re.escape, SYMBOLS), key=len, reverse=True))
SPELT = "|".join(sorted({word for spelt in COUNTS.values() for word in spelt.split()}, key=len, reverse=True))
OVER = (
    r"more than|greater than|higher than|over|above|at least|plus de|au moins|mehr als|mindestens|uber|mas de|al menos"
)
UNDER = (
    r"less than|fewer than|lower than|under|below|at most|up to|moins de|au plus|weniger als|hochstens|unter"
    r"|menos de|como maximo"
)
MEASURE = re.compile(
    rf"(?:\b(?:(?P<over>{OVER})|(?P<under>{UNDER}))\s+)?"
    rf"(?P<symbol>{SYMBOL})?\s?"
    rf"(?<![^\W_])(?<!\d[.,])(?:v(?=\d))?(?:(?P<figure>{FIGURE})|(?P<spelt>{SPELT})\b)"
    rf"(?P<span>\s?(?:-|\u2013|to|and|bis|a|et|und|y)\s?(?={FIGURE}))?"
    rf"(?:[\s-]?(?P<scale>{SCALE})\b)?"
    rf"(?:(?:\s|-|\sd'|\sde\s)?(?P<unit>{UNIT})(?![\w/]))?"
)
"""For folded text."""
FOLLOWING = re.compile(r"\s([^\W\d_]{3,})")
YEAR = re.compile(r"\D*(?:1\d{3}|20\d{2})")
AMBIGUOUS_THOUSANDS = re.compile(r"[1-9]\d{0,2}\.\d{3}")
POINT_GROUPS = frozenset({"de", "es", "it", "pt", "nl", "da", "id", "tr"})
"""Languages in which 1.234 is more than a thousand."""
COMMA_DECIMALS = POINT_GROUPS | {"fr", "ru", "pl", "cs", "sv", "no", "fi"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """A number with its readings (one, save where spelling leaves it open), its unit and its bound."""

    raw: frozenset[str]
    """As written, scale included: "5 million" is 5000000."""
    base: frozenset[str]
    """In the base unit of what is measured: 3 km are 3000 metres."""
    unit: str = ""
    bound: str = ""
    """Whether the text says that it is over or under the number."""


@lru_cache(maxsize=8192)
def measures(text: str, language: str | None) -> tuple[Measure, ...]:
    """List the numbers of a text with their units; of dates only the years."""
    found: list[Measure] = []
    pending: re.Match[str] | None = None
    for match in matches(fold(without_days(text)), language):
        if pending:  # "5 to 6 million": the first takes scale and unit of the second
            found.append(measure_of(pending, language, scaled_by=match))
        pending = match if match["span"] and not (match["scale"] or match["unit"]) else None
        if pending is None:
            found.append(measure_of(match, language))
    if pending:
        found.append(measure_of(pending, language))
    years = {str(day.year) for day in days(text) if day.year}
    return (*found, *(Measure(raw=frozenset({year}), base=frozenset({year})) for year in sorted(years)))


def matches(folded: str, language: str | None) -> Iterator[re.Match[str]]:
    """Find the numbers; "once" is eleven in Spanish only."""
    return (found for found in MEASURE.finditer(folded) if not found["spelt"] or found["spelt"] in counted(language))


def without_measures(text: str, language: str | None) -> str:
    """Blank out numbers with their scales and units, folded, so that only the other words are left."""
    folded = fold(without_days(text))
    kept: list[str] = []
    place = 0
    for match in matches(folded, language):
        kept.append(folded[place : match.start("spelt" if match["spelt"] else "figure")])
        place = match.end()
    return " ".join([*kept, folded[place:]])


def counted_words(text: str, language: str | None) -> Iterator[tuple[str, str]]:
    """List numbers without unit, each with the folded word that follows at once; years count nothing."""
    folded = fold(without_days(text))
    for match in matches(folded, language):
        following = FOLLOWING.match(folded, match.end())
        if following and not (match["unit"] or match["symbol"] or match["span"]) and not YEAR.fullmatch(match.group()):
            yield from ((value, following.group(1)) for value in measure_of(match, language).raw)


def measure_of(match: re.Match[str], language: str | None, *, scaled_by: re.Match[str] | None = None) -> Measure:
    """Read one number with what stands around it."""
    whole = scaled_by or match
    is_sum = bool(match["symbol"]) and whole["unit"] == "m"  # "£3m" is no length
    scale = "million" if is_sum else whole["scale"]
    raw = frozenset(scaled(value, scale) for value in readings(match, language))
    unit = (
        (None if is_sum else UNITS.get(whole["unit"] or ""))
        or SYMBOLS.get(match["symbol"] or whole["symbol"] or "")
        or Unit("")
    )
    bound = "over" if match["over"] else "under" if match["under"] else ""
    base = frozenset(times(value, unit.factor) for value in raw)
    return Measure(raw=raw, base=base, unit=unit.name, bound=bound)


def readings(match: re.Match[str], language: str | None) -> frozenset[str]:
    """Give the values that a figure may have: 1.234 is one in English and another one in German."""
    if spelt := match["spelt"]:
        return frozenset({counted(language)[spelt]})
    figure = match["figure"]
    found = numbers(figure)
    if language in POINT_GROUPS and AMBIGUOUS_THOUSANDS.fullmatch(figure):
        found |= {figure.replace(".", "")}
    if language in COMMA_DECIMALS and "," in figure:
        found |= numbers(figure.replace(",", "."))
    return found


@lru_cache(maxsize=16)
def counted(language: str | None) -> dict[str, str]:
    """Map the folded number words of a language to digits; the English ones for one we do not know."""
    spelt = words(COUNTS.get(language or "en", COUNTS["en"]))
    return {word: str(number) for number, word in enumerate(spelt, start=2)}


def scaled(value: str, scale: str | None) -> str:
    """Multiply a number by its scale word."""
    return times(value, SCALES[scale]) if scale else value


def times(value: str, factor: str) -> str:
    """Multiply exactly; what is no plain number, such as a version, stays as it is."""
    if factor == "1":
        return value
    try:
        product = Decimal(value) * Decimal(factor)
    except InvalidOperation:
        return value
    return f"{product.normalize():f}"


def is_stated(wanted: Measure, known: Measure) -> bool:
    """Tell whether a source's number is the one claimed: in value, in unit where both have one, and in its bound."""
    if wanted.bound and known.bound and wanted.bound != known.bound:
        return False
    if wanted.unit and known.unit:
        return wanted.unit == known.unit and not wanted.base.isdisjoint(known.base)
    return not wanted.raw.isdisjoint(known.raw)


def plain_numbers(found: tuple[Measure, ...]) -> frozenset[str]:
    """Collect the numbers alone."""
    return frozenset(value for measure in found for value in measure.raw)
