"""Dates in a text, however they are written: "3 May 2026", "May 3, 2026", "2026-05-03", "3. Mai 2026".

Knows months in seven languages. What a date agrees with is decided in `attribution.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from assistant.language.folding import fold

__all__ = ["Day", "days", "is_told", "without_days"]

MONTHS = MappingProxyType(
    {
        1: "january jan janvier januar jänner enero gennaio janeiro januari",
        2: "february feb février februar febrero febbraio fevereiro februari",
        3: "march mar mars märz marzo março maart",
        4: "april apr avril abril aprile",
        5: "may mai mayo maggio maio mei",
        6: "june jun juin juni junio giugno junho",
        7: "july jul juillet juli julio luglio julho",
        8: "august aug août agosto augustus",
        9: "september sep sept septembre septiembre settembre setembro",
        10: "october oct octobre oktober octubre ottobre outubro",
        11: "november nov novembre noviembre",
        12: "december dec décembre dezember diciembre dicembre dezembro",
    }
)
MONTH_OF = MappingProxyType({fold(name): month for month, spelt in MONTHS.items() for name in spelt.split()})
MONTH = "|".join(sorted({name for spelt in MONTHS.values() for name in spelt.split()}, key=len, reverse=True))
VERBS = frozenset({"may", "march", "mar"})
"""No month without its capital."""
YEAR = r"(?P<year>1\d{3}|20\d{2})"
DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])"
FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?<![\d-]){YEAR}-(?P<number>0[1-9]|1[0-2])(?:-{DAY})?(?![\d-])",
        rf"(?<![\d./]){DAY}\.(?P<number>0?[1-9]|1[0-2])\.{YEAR}(?!\d)",
        rf"(?<![\d.,]){DAY}(?:st|nd|rd|th|er|\.|º)?\s(?:of\s|de\s)?(?P<month>{MONTH})\b\.?(?:,?\s(?:de\s|of\s|del\s)?{YEAR}(?!\d))?",
        rf"\b(?P<month>{MONTH})\b\.?\s(?:the\s)?{DAY}(?:st|nd|rd|th)?(?![\d.,:]*\d|\s?%|(?:st|nd|rd|th)?\s(?:{MONTH})\b)(?:,?\s{YEAR}(?!\d))?",
        rf"\b(?P<month>{MONTH})\b\.?,?\s(?:de\s|of\s|del\s)?{YEAR}(?!\d)",
    )
)
"""Day and month in figures divided by strokes are left out: 03/05 is in March or in May, by the country."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """A date as far as a text gives it."""

    year: int | None
    month: int
    day: int | None

    @property
    def tokens(self) -> frozenset[str]:
        """What of it can be found elsewhere by itself."""
        year = {str(self.year)} if self.year else set()
        return frozenset(year | {f"month{self.month}"} | ({f"day{self.day}"} if self.day else set()))


@lru_cache(maxsize=4096)
def days(text: str) -> frozenset[Day]:
    """Collect the dates of a text."""
    return frozenset(day for _, _, day in dated_spans(text))


def without_days(text: str) -> str:
    """Blank out the dates, so that their figures are not taken for amounts; every other offset stays."""
    for start, end, _ in dated_spans(text):
        text = text[:start] + " " * (end - start) + text[end:]
    return text


@lru_cache(maxsize=4096)
def dated_spans(text: str) -> tuple[tuple[int, int, Day], ...]:
    """List where dates stand and what they are, no two overlapping."""
    found: list[tuple[int, int, Day]] = []
    if not any(char.isdecimal() for char in text):
        return ()
    for form in FORMS:
        for match in form.finditer(text):
            if match.groupdict().get("month") in VERBS:
                continue
            if not any(start < match.end() and match.start() < end for start, end, _ in found):
                found.append((match.start(), match.end(), day_of(match)))
    return tuple(sorted(found, key=lambda span: span[0]))


def day_of(match: re.Match[str]) -> Day:
    """Read one date."""
    parts = match.groupdict()
    month = int(parts["number"]) if parts.get("number") else MONTH_OF[fold(parts["month"])]
    year, day = parts.get("year"), parts.get("day")
    return Day(year=int(year) if year else None, month=month, day=int(day) if day else None)


def is_told(wanted: Day, known: frozenset[Day], years: frozenset[str]) -> bool:
    """Tell whether texts that hold some dates hold this one; a year may stand apart, among `years`."""
    return any(
        one.month == wanted.month
        and wanted.day in {None, one.day}
        and (wanted.year in {None, one.year} or (one.year is None and str(wanted.year) in years))
        for one in known
    )
