"""Numbers with their units and dates as a sentence writes them.

Knows notation: groups of thousands, decimal points and commas, scales such as "million", signs of money. Leaves what a
number is about to `stated_values.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from assistant.language.words import fold
from assistant.writing.units import unit_after, unit_before
from assistant.writing.written_dates import WrittenDate, dates_in

__all__ = ["WrittenValue", "values_in"]

SPACES = "\u00a0\u2009\u202f "
NUMBER = re.compile(
    rf"(?<![\w.,:/])(?P<sign>(?<![\w)])[-\u2212\u2013+])?"
    rf"(?P<digits>\d{{1,3}}(?:[{SPACES}'\u2019]\d{{3}})+(?![{SPACES}]?\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)*)(?![\w:/]*[:/]\d)"
)
"""No part of a word, a clock time, a version or a fraction."""
GROUPED_BY_COMMA = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
GROUPED_BY_POINT = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?")
DECIMAL = re.compile(r"\d+(?:[.,]\d+)?")
COMMA_LANGUAGES = frozenset({"fr", "de", "es", "it", "pt", "nl", "da", "sv", "nb", "no", "fi", "pl", "cs", "ru"})
"""Languages in which "1,108" has three decimals."""
SCALES = MappingProxyType(
    {
        "thousand": 3, "mille": 3, "million": 6, "millions": 6, "billion": 9, "billions": 9, "milliard": 9,
        "milliards": 9, "trillion": 12, "trillions": 12, "bn": 9,
    }
)  # fmt: skip
"""Powers of ten; French "billion" is 10^12 and is left out in French."""
SCALE = re.compile(
    rf"[{SPACES}-]({'|'.join(sorted(SCALES, key=len, reverse=True))})\b(?:\s+(?:of|de|d'))?", re.IGNORECASE
)
IN = re.compile(
    r"^[^\d;.]{0,40}?\(?\s*\b(?:in|on|by|as of|en|le|au|début|fin)\s+(?:the\s+)?(?:year\s+)?$|^\s*\w*\s*\($",
    re.IGNORECASE,
)
"""What stands between a value and the date that it is of: "12,500 inhabitants in 2010", "12,500 (2010)"."""
FEWEST_YEAR_DIGITS = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenValue:
    """One number: how much, how exactly it is written, of which unit and date, and where."""

    value: Decimal
    decimals: int
    digits: int
    """How many of its digits tell something."""
    unit: str
    when: WrittenDate | None
    start: int
    end: int


def values_in(text: str, language: str | None) -> tuple[WrittenValue, ...]:
    """Read every number of a sentence that is no date, each with the date that it belongs to."""
    dates = [found for found in dates_in(text) if not unit_after(text, found.end)[0] or not is_bare(text, found)]
    return tuple(
        WrittenValue(
            value=value,
            decimals=max(0, -exponent_of(value)),
            digits=len(value.as_tuple().digits) if value else 1,
            unit=unit,
            when=date_of(text, start, end, dates),
            start=start,
            end=end,
        )
        for value, unit, start, end in numbers_in(text, language, dates)
    )


def is_bare(text: str, found: WrittenDate) -> bool:
    """Tell whether a date is nothing but four digits."""
    return found.end - found.start == FEWEST_YEAR_DIGITS and text[found.start : found.end].isdecimal()


def numbers_in(
    text: str, language: str | None, dates: Sequence[WrittenDate]
) -> Iterator[tuple[Decimal, str, int, int]]:
    """Give the numbers outside the dates, with unit, start and end."""
    for found in NUMBER.finditer(text):
        if any(one.start <= found.start("digits") < one.end for one in dates):
            continue
        value = amount(found["digits"], language)
        if value is None:
            continue
        end = found.end()
        if (scale := SCALE.match(text, end)) and not (language == "fr" and scale[1].lower().startswith("billion")):
            value, end = value.scaleb(SCALES[fold(scale[1])]), scale.end()
        unit, end = unit_after(text, end)
        unit = unit or unit_before(text, found.start())
        if found["sign"] in {"-", "\u2212", "\u2013"}:
            value = -value
        yield value, unit, found.start(), end


def amount(written: str, language: str | None) -> Decimal | None:
    """Read digits with points and commas the way the language of the text does; None for what is no plain number."""
    bare = "".join(char for char in written if char not in SPACES + "'\u2019")
    by_comma = language in COMMA_LANGUAGES
    if GROUPED_BY_COMMA.fullmatch(bare) and not (by_comma and bare.count(",") == 1 and "." not in bare):
        return Decimal(bare.replace(",", ""))
    if GROUPED_BY_POINT.fullmatch(bare) and (by_comma or bare.count(".") > 1 or "," in bare) and language != "fr":
        return Decimal(bare.replace(".", "").replace(",", "."))
    return Decimal(bare.replace(",", ".")) if DECIMAL.fullmatch(bare) else None


def exponent_of(value: Decimal) -> int:
    """Give the power of ten of the last digit."""
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def date_of(text: str, start: int, end: int, dates: Sequence[WrittenDate]) -> WrittenDate | None:
    """Choose the date of a value: the one it is joined to, else the last before it, else the first after it."""
    after = next((found for found in dates if found.start >= end), None)
    if after and IN.match(text[end : after.start]):
        return after
    before = [found for found in dates if found.end <= start]
    return before[-1] if before else after
