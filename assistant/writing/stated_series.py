"""Series of values that evidence states: measurements of a source of data, or dated numbers of one page.

Knows when a series is whole, and which of several a question means. Leaves what is computed of it to
`calculating.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.evidence import Citation, Passage, Point, Series
from assistant.writing.binding import fitness, is_about, is_of, is_within
from assistant.writing.calculation_question import Asked
from assistant.writing.stated_values import StatedValue, measured_values
from retrievers import Measurement

__all__ = ["StatedSeries", "asked_series", "cited_series"]

FEWEST_MEASURED = 2
FEWEST_WRITTEN = 3
"""Two dated numbers in running text make no series."""
FEWEST_POINTS = 3
"""Fewer are no plot."""
MOST_SERIES = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class StatedSeries:
    """Values in the order of time; `is_whole` if the evidence states every one that the source has of that time."""

    values: tuple[StatedValue, ...]
    highest: float
    lowest: float
    is_whole: bool


def asked_series(
    asked: Asked, measured: Sequence[StatedValue], written: Sequence[StatedValue], language: str | None
) -> StatedSeries | None:
    """Find the one series that a question is about; None where there is none, or no one."""
    fitting = [
        value
        for value in measured
        if is_of(value, asked.property, asked)
        and is_within(value, asked.period)
        and is_about(value, asked.wanted, language)
    ]
    if fitting:
        return best_measured(fitting, asked, language)
    dated = [
        value
        for value in written
        if value.when
        and asked.property
        and is_of(value, asked.property, asked)
        and asked.property in value.properties
        and is_within(value, asked.period)
        and is_about(value, asked.wanted, language)
    ]
    return one_page(dated)


def best_measured(fitting: Sequence[StatedValue], asked: Asked, language: str | None) -> StatedSeries | None:
    """Group measurements by what they measure and take the group whose name fits best."""
    names = {value.name: fitness(value.name, asked, language) for value in fitting}
    best = max(names.values())
    chosen = {name for name, worth in names.items() if worth == best}
    group = [value for value in fitting if value.name in chosen]
    if len({value.unit for value in group}) != 1 or (len(chosen) > 1 and not of_events(group)):
        return None
    if not of_events(group):
        first = min(value.number for value in group)
        url = next(value.passage.url for value in group if value.number == first)
        if rivals(group, url):
            return None
        group = [value for value in group if value.passage.url == url]
    return series_of(group, asked) if len(group) >= FEWEST_MEASURED else None


def of_events(group: Sequence[StatedValue]) -> bool:
    """Tell whether every page states one value, as those of earthquakes do."""
    return len({value.passage.url for value in group}) == len(group)


def rivals(group: Sequence[StatedValue], url: str) -> bool:
    """Tell whether another page gives other values for the same days."""
    mine = {value.day: value for value in group if value.passage.url == url}
    return any(
        value.day in mine and abs(mine[value.day].value - value.value) * 100 > abs(value.value)
        for value in group
        if value.passage.url != url
    )


def series_of(group: Sequence[StatedValue], asked: Asked) -> StatedSeries:
    """Order measurements and compare them with all that the source gave."""
    values = sorted(group, key=lambda value: (value.whole.at.timestamp() if value.whole else 0.0, value.number))
    names, urls = {value.name for value in group}, {value.passage.url for value in group}
    everything = {
        one
        for value in group
        for one in value.passage.values
        if one.name in names and value.passage.url in urls and in_period(one, asked)
    }
    amounts = [one.value for one in everything]
    stated = {value.whole for value in group}
    return StatedSeries(values=tuple(values), highest=max(amounts), lowest=min(amounts), is_whole=everything <= stated)


def in_period(one: Measurement, asked: Asked) -> bool:
    """Tell whether a measurement is of the time asked for."""
    return asked.period is None or asked.period.first <= one.at.date() <= asked.period.last


def one_page(dated: Sequence[StatedValue]) -> StatedSeries | None:
    """Take the dated numbers of a page for a series, where each time has one value and no other page has any."""
    by_time: dict[object, StatedValue] = {}
    for value in dated:
        known = by_time.setdefault(value.when, value)
        if known.value != value.value:
            return None
    values = sorted(by_time.values(), key=lambda value: (str(value.day), value.number))
    alone = len({value.passage.url for value in values}) == 1 and len({value.unit for value in values}) == 1
    if len(values) < FEWEST_WRITTEN or not alone:
        return None
    amounts = [float(value.value) for value in values]
    return StatedSeries(values=tuple(values), highest=max(amounts), lowest=min(amounts), is_whole=True)


def cited_series(evidence: Mapping[int, Passage], citations: Iterable[Citation]) -> tuple[Series, ...]:
    """Give, ready to be plotted, the series of which a citation quotes a value."""
    cited = {citation.number: citation for citation in citations}
    found: dict[tuple[str, str], int] = {}
    for value in measured_values({n: passage for n, passage in evidence.items() if n in cited}):
        citation = cited[value.number]
        start = value.passage.start + value.start + value.place
        if citation.start <= start < citation.end and value.whole:
            found.setdefault((value.passage.url, value.whole.name), value.number)
    series = (plot_of(evidence[number], name, number) for (_, name), number in found.items())
    return tuple(one for one in series if len(one.points) >= FEWEST_POINTS)[:MOST_SERIES]


def plot_of(passage: Passage, name: str, number: int) -> Series:
    """Collect all points of one name, oldest first."""
    own = [value for value in passage.values if value.name == name]
    points = {value.at: Point(at=value.at, value=value.value) for value in own}
    return Series(name=name, unit=own[0].unit, citation=number, points=tuple(points[at] for at in sorted(points)))
