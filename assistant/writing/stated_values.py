"""The values that evidence states, each tied to the sentence that states it.

Knows two kinds: measurements that a source of data gave with its page, found again in its text, and numbers that
sentences and table rows write. Leaves which of them a question is about to `binding.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from assistant.evidence import Passage
from assistant.language.detection import detect_language
from assistant.language.sentences import sentence_spans
from assistant.writing.properties import properties_in
from assistant.writing.units import UNITS, dimension_of, units_named
from assistant.writing.written_dates import WrittenDate, dates_in
from assistant.writing.written_values import WrittenValue, values_in
from retrievers import Measurement
from retrievers.data.periods import Period

__all__ = ["StatedValue", "measured_values", "unit_symbol", "written_values"]

NEXT_WORDS = 3
SCALES_OF_MAGNITUDE = frozenset({"magnitude", "mww", "mwc", "mwb", "mwr", "mw", "mb", "ml", "md", "ms", "mh", "mi"})
"""What the USGS calls the magnitudes of earthquakes, which have no unit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StatedValue:
    """One value as a sentence of a passage writes it."""

    name: str
    """What was measured, in the source's words; "" where only the sentence tells."""
    value: Decimal
    decimals: int
    digits: int
    unit: str
    when: Period | None
    clock: str
    number: int
    passage: Passage
    start: int
    """Where the sentence lies in the passage's text."""
    end: int
    place: int
    """Where in the sentence the number stands."""
    properties: frozenset[str]
    whole: Measurement | None = None

    @property
    def sentence(self) -> str:
        """The sentence that states it."""
        return self.passage.text[self.start : self.end]

    @property
    def dimension(self) -> str:
        """What its unit measures."""
        return dimension_of(self.unit)

    @property
    def day(self) -> date | None:
        """The day, or the first of the days, that it is of."""
        return self.when.first if self.when else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One sentence of a text with its numbers and dates."""

    start: int
    end: int
    values: tuple[WrittenValue, ...]
    dates: tuple[WrittenDate, ...]


@lru_cache(maxsize=128)
def lines_of(text: str) -> tuple[Line, ...]:
    """Read the sentences of a text that hold numbers."""
    language = detect_language(text)
    found = []
    for start, end in sentence_spans(text):
        values = values_in(text[start:end], language)
        if values:
            found.append(Line(start=start, end=end, values=values, dates=tuple(dates_in(text[start:end]))))
    return tuple(found)


def written_values(evidence: Mapping[int, Passage]) -> Iterator[StatedValue]:
    """Give every number with what its sentence says of it."""
    for number, passage in evidence.items():
        for line in lines_of(passage.text):
            for place, value in enumerate(line.values):
                yield StatedValue(
                    name="",
                    value=value.value,
                    decimals=value.decimals,
                    digits=value.digits,
                    unit=value.unit,
                    when=value.when.period if value.when else None,
                    clock=(value.when.clock if value.when else None) or "",
                    number=number,
                    passage=passage,
                    start=line.start,
                    end=line.end,
                    place=value.start,
                    properties=properties_of(passage.text[line.start : line.end], line.values, place),
                )


def properties_of(sentence: str, values: tuple[WrittenValue, ...], place: int) -> frozenset[str]:
    """Tell what one number of a sentence measures: by the words right behind it, else before it, else by them all."""
    value = values[place]
    after = " ".join(sentence[value.end :].split()[:NEXT_WORDS])
    if following := values[place + 1 : place + 2]:
        after = " ".join(sentence[value.end : following[0].start].split()[:NEXT_WORDS])
    before = sentence[values[place - 1].end if place else 0 : value.start]
    close = after.split(",")[0].split("|")[0].split(" and ")[0].split(" et ")[0]
    return properties_in(close) or properties_in(before) or properties_in(sentence)


def measured_values(evidence: Mapping[int, Passage]) -> Iterator[StatedValue]:
    """Give the measurements of sources of data that the text of their page states, with that place."""
    for url in dict.fromkeys(passage.url for passage in evidence.values() if passage.values):
        pages = {number: passage for number, passage in evidence.items() if passage.url == url}
        for measured in dict.fromkeys(value for passage in pages.values() for value in passage.values):
            unit = unit_symbol(measured.unit)
            places = list(occurrences(measured, unit, pages)) if unit is not None else []
            if places:
                yield min(places, key=lambda found: (found.end - found.start, found.number))


def occurrences(measured: Measurement, unit: str | None, pages: Mapping[int, Passage]) -> Iterator[StatedValue]:
    """Find where a page states a measurement: the same number, of the same day, with no other unit."""
    for number, passage in pages.items():
        for line in lines_of(passage.text):
            for value in line.values:
                if not is_written(measured, unit or "", value) or not is_of_the_day(measured, value, line):
                    continue
                day = measured.at.date()
                yield StatedValue(
                    name=measured.name,
                    value=value.value,
                    decimals=value.decimals,
                    digits=value.digits,
                    unit=unit or "",
                    when=Period(first=day, last=day),
                    clock=(value.when.clock if value.when else None) or "",
                    number=number,
                    passage=passage,
                    start=line.start,
                    end=line.end,
                    place=value.start,
                    properties=properties_in(measured.name),
                    whole=measured,
                )


def is_written(measured: Measurement, unit: str, value: WrittenValue) -> bool:
    """Tell whether a number as written is a measurement, rounded to what is written."""
    half = Decimal(1).scaleb(-value.decimals) / 2
    if abs(Decimal(repr(measured.value)) - value.value) > half:
        return False
    return value.unit in {unit, unit.partition("/")[0] if dimension_of(unit) == "rate" else unit}


def is_of_the_day(measured: Measurement, value: WrittenValue, line: Line) -> bool:
    """Tell whether a number's date, hour included where one is written, is that of a measurement."""
    if value.when is None:
        return True
    near = [value.when, *line.dates]
    day, clock = measured.at.date(), f"{measured.at:%H:%M}"
    return any(one.period.first <= day <= one.period.last and one.clock in {None, clock} for one in near)


def unit_symbol(unit: str) -> str | None:
    """Name a source's unit as we do: "" for none; None for one that we do not know."""
    if unit in {"", "1"} or unit.lower() in SCALES_OF_MAGNITUDE:
        return ""
    if unit in UNITS or dimension_of(unit):
        return unit
    return next(iter(units_named(unit)), None)
