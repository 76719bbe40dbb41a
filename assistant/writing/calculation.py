"""A question that asks for a calculation, answered by code.

Difference, ratio, percentage, extreme, mean, trend over time, conversion of units and of money.

Joins reading the question, finding the values, computing and wording; every operand is cited where a source states it.
Says nothing wherever an operand is missing or not certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from assistant.evidence import Calculation, Citation, Operand, Passage, Sentence, Verdict
from assistant.writing.attribution import Attributed
from assistant.writing.binding import best_named, bound, is_about, is_of, is_within, latest, only
from assistant.writing.calculation_question import OF_SERIES, Asked, Side, read_question
from assistant.writing.calculation_wording import sentence_of
from assistant.writing.computing import (
    Named,
    Result,
    change_of,
    converted,
    exchanged,
    extreme_of,
    mean_of,
    quotient_of,
    trend_of,
)
from assistant.writing.figures_shown import time_words
from assistant.writing.properties import DIMENSIONS
from assistant.writing.quoting import quote_span
from assistant.writing.stated_series import StatedSeries, asked_series
from assistant.writing.stated_values import StatedValue, measured_values, written_values
from assistant.writing.units import dimension_of, is_money
from retrievers.data.periods import Period

__all__ = ["calculate"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """What one calculation works with."""

    asked: Asked
    measured: tuple[StatedValue, ...]
    written: tuple[StatedValue, ...]
    language: str | None

    @property
    def pools(self) -> tuple[tuple[StatedValue, ...], ...]:
        """Measurements first: their source says what they are."""
        return self.measured, self.written


def calculate(question: str, evidence: Mapping[int, Passage], language: str | None, today: date) -> Attributed | None:
    """Compute what a question asks for, as a supported sentence; None where that is not asked or not certain."""
    asked = read_question(question, language, today)
    if asked is None:
        return None
    written = tuple(written_values(evidence))
    sheet = Sheet(asked=asked, measured=tuple(measured_values(evidence)), written=written, language=language)
    result = result_of(sheet)
    return attributed(result, language) if result else None


def result_of(sheet: Sheet) -> Result | None:
    """Compute what is asked."""
    asked, language = sheet.asked, sheet.language
    if asked.kind == "conversion":
        return conversion(sheet)
    if asked.kind in OF_SERIES:
        series = asked_series(asked, sheet.measured, sheet.written, language)
        if series is None and asked.targets:
            return conversion(sheet)  # "the highest temperature of the day" is one value
        return of_series(sheet, series) if series else None
    ends = two_values(sheet)
    return of_two(asked, *ends, language) if ends else None


def of_two(asked: Asked, first: Named, second: Named, language: str | None) -> Result | None:
    """Compute a trend, a ratio, a share, a difference or a change of two values, the earlier or first named first."""
    is_of_times = not asked.sides or all(side.period and not side.wanted for side in asked.sides)
    if asked.kind == "trend":
        return trend_of(first, second, asked.per, language)
    if asked.kind == "ratio" or asked.is_share:
        if asked.property == "magnitude":
            return None  # a logarithm: twice the number is a thousand times the energy
        dividend, divisor = (second, first) if is_of_times else (first, second)
        return quotient_of(dividend, divisor, language, percent=asked.is_share)
    if asked.kind == "percentage" and not is_of_times:
        return change_of(second, first, language, percent=True, ordered=False)
    return change_of(first, second, language, percent=asked.kind == "percentage", ordered=is_of_times)


def two_values(sheet: Sheet) -> tuple[Named, Named] | None:
    """Find the values of the two sides; without sides, the first and the last of a series."""
    asked, language = sheet.asked, sheet.language
    if not asked.sides:
        series = asked_series(asked, sheet.measured, sheet.written, language) if asked.period else None
        if series is None:
            return None
        ends = [Named(name=name_of(value, language), stated=value) for value in (series.values[0], series.values[-1])]
        return (ends[0], ends[1]) if series.is_whole or ends[0].stated.whole else None
    found = [bound(side, asked, sheet.pools, asked.sides, language) for side in asked.sides]
    first, second = found
    if first is None or second is None or is_same(first, second):
        return None
    if asked.is_share and first.passage.url != second.passage.url:
        return None  # that one is a part of the other is for one page to say
    names = [side_name(side, value, language) for side, value in zip(asked.sides, (first, second), strict=True)]
    return Named(name=names[0], stated=first), Named(name=names[1], stated=second)


def is_same(first: StatedValue, second: StatedValue) -> bool:
    """Tell whether two operands are one number of one sentence."""
    return (first.number, first.start, first.place) == (second.number, second.start, second.place)


def side_name(side: Side, value: StatedValue, language: str | None) -> str:
    """Call a side what the user calls it; a time by its date in full."""
    return (
        time_words(side.period, language)
        if side.period and not side.wanted
        else side.phrase or name_of(value, language)
    )


def name_of(value: StatedValue, language: str | None) -> str:
    """Call a value by its time."""
    return time_words(value.when, language) if value.when else ""


def of_series(sheet: Sheet, series: StatedSeries) -> Result | None:
    """Compute an extreme or the mean of a series."""
    named = [Named(name=name_of(value, sheet.language), stated=value) for value in series.values]
    if sheet.asked.kind == "mean":
        return mean_of(series, named, sheet.language)
    return extreme_of(series, sheet.asked.kind, named, sheet.language)


def conversion(sheet: Sheet) -> Result | None:
    """Express a stated value in another unit, or a sum of money in another currency."""
    asked, language = sheet.asked, sheet.language
    if asked.given:
        money = next((target for target in asked.targets if is_money(target) and target != asked.given.unit), None)
        rate = rate_between(sheet, asked.given.unit, money) if money else None
        return exchanged(asked, rate, None, money, language) if money and rate else None
    stated = subject(sheet)
    if stated is None:
        return None
    target = next((one for one in asked.targets if dimension_of(one) == stated.stated.dimension), None)
    if target is None or target == stated.stated.unit:
        return None
    if not is_money(target):
        return converted(stated, target, language)
    rate = rate_between(sheet, stated.stated.unit, target)
    return exchanged(asked, rate, stated, target, language) if rate else None


def subject(sheet: Sheet) -> Named | None:
    """Find the one value that is to be converted; a page that states it in the wanted unit needs no calculation."""
    asked, language = sheet.asked, sheet.language
    wanted = {dimension_of(target) for target in asked.targets}
    about = replace(asked, codes=(), property=asked.property if asked.property != "rate" else "price")
    if about.property and DIMENSIONS[about.property] not in wanted:
        return None
    for pool in sheet.pools:
        found = [
            value
            for value in pool
            if value.dimension in wanted
            and is_of(value, about.property, about)
            and is_within(value, asked.period)
            and is_about(value, asked.wanted, language)
        ]
        if any(value.unit in asked.targets for value in found):
            return None
        if found and asked.wanted:
            value = only(latest(best_named(found, asked, language)))
            return Named(name="", stated=value) if value else None
    return None


def rate_between(sheet: Sheet, source: str, target: str) -> Named | None:
    """Find the rate of two currencies: of the time asked for, else the newest."""
    side = Side(phrase="", period=sheet.asked.period)
    asked = replace(sheet.asked, codes=(source, target), property="rate", wanted=frozenset())
    rate = bound(side, asked, (sheet.measured,), (), sheet.language)
    return Named(name=f"{source}/{target}", stated=rate) if rate else None


def attributed(result: Result, language: str | None) -> Attributed:
    """Make a supported sentence of a result, with the citations of all its operands."""
    stated = [one.stated for one in result.operands]
    citations = tuple(cited(stated))
    calculation = Calculation(
        kind=result.kind,
        formula=result.formula,
        value=float(result.value),
        unit=result.unit,
        operands=tuple(operand_of(one) for one in result.operands),
    )
    sentence = Sentence(
        text=sentence_of(result, language),
        citations=tuple(citation.number for citation in citations),
        verdict=Verdict.SUPPORTED,
        calculation=calculation,
    )
    return Attributed(sentence=sentence, citations=citations)


def operand_of(one: Named) -> Operand:
    """Say what a value was, when, and which citation states it."""
    whole, when = one.stated.whole, one.stated.when
    at = whole.at if whole else None
    return Operand(
        name=one.name or one.stated.name or one.stated.passage.title,
        value=float(one.stated.value),
        unit=one.stated.unit,
        at=at or midnight(when),
        citation=one.stated.number,
    )


def midnight(when: Period | None) -> datetime | None:
    """Make a day a moment; of a value of a whole year its date says too much, so there is none."""
    return datetime.combine(when.first, time(), UTC) if when and when.first == when.last else None


def cited(stated: Iterable[StatedValue]) -> Iterable[Citation]:
    """Quote the sentences that state values, one quotation for each passage."""
    spans: dict[int, tuple[Passage, int, int]] = {}
    for value in stated:
        passage, start, end = spans.get(value.number, (value.passage, value.start, value.end))
        spans[value.number] = (passage, min(start, value.start), max(end, value.end))
    for number in sorted(spans):
        passage, start, end = spans[number]
        yield quote_span(number, passage, start, end, support=1.0)
