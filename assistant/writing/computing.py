"""Arithmetic on stated values: exact, with decimals, and written out so that a reader can do it again by hand.

Knows formulas. Leaves choosing the values to `binding.py` and `stated_series.py`, and sentences to
`calculation_wording.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.writing.calculation_question import Asked
from assistant.writing.figures_shown import (
    converted_decimals,
    is_offset,
    rounded,
    shown,
    shown_value,
    significant,
    trimmed,
)
from assistant.writing.stated_series import StatedSeries
from assistant.writing.stated_values import StatedValue
from assistant.writing.units import UNITS, convert, dimension_of

__all__ = ["Named", "Result", "change_of", "converted", "exchanged", "extreme_of", "mean_of", "quotient_of", "trend_of"]

FEWEST_DIGITS, MOST_DIGITS = 3, 4
"""Digits of a ratio or a share: what a reader takes in."""
MOST_WRITTEN_OUT = 8
"""Values of a series that a formula names one by one."""
DAYS_OF = {"year": Decimal("365.25"), "month": Decimal("30.4375"), "week": Decimal(7), "day": Decimal(1)}
PER_YEAR_FROM, PER_MONTH_FROM = 700, 60
"""Days from which a trend is told by the year, by the month."""
CENTS = 2
TIMES = "\u00d7"


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """A stated value and what the answer calls it."""

    name: str
    stated: StatedValue


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What was computed: the value, how, from what; `per` is the time unit of a trend, `count` the size of a series."""

    kind: str
    value: Decimal
    unit: str
    formula: str
    operands: tuple[Named, ...]
    per: str = ""
    count: int = 0
    chosen: Named | None = None
    """The extreme of a series."""
    given: str = ""
    """The sum of money in the question, as shown."""


def change_of(first: Named, second: Named, language: str | None, *, percent: bool, ordered: bool) -> Result | None:
    """Subtract the first of two values from the second, or say by what share they differ.

    What is not `ordered` in time is subtracted the smaller from the larger. None where units cannot be compared.
    """
    if percent:
        return relative_change(first, second, language)
    if not ordered and aligned(second, first) is not None and (aligned(second, first) or 0) > second.stated.value:
        first, second = second, first
    base = aligned(second, first)
    if base is None:
        return None
    decimals = max(first.stated.decimals, second.stated.decimals)
    value = trimmed(rounded(second.stated.value - base, decimals))
    unit = second.stated.unit
    return Result(
        kind="difference",
        value=value,
        unit=unit,
        formula=f"{shown_value(second.stated, language)} \u2212 {as_used(first, base, unit, language)} = "
        f"{shown(value, unit, language)}",
        operands=(first, second) if ordered else (second, first),
    )


def relative_change(first: Named, second: Named, language: str | None) -> Result | None:
    """Say by how many percent the second value differs from the first."""
    base = aligned(second, first)
    if not base or is_offset(second.stated.unit):
        return None
    difference = second.stated.value - base
    digits = max(2, min(FEWEST_DIGITS, len(difference.normalize().as_tuple().digits)))
    value = significant(difference / base * 100, digits)
    start, end = as_used(first, base, second.stated.unit, language), shown_value(second.stated, language)
    return Result(
        kind="percentage",
        value=value,
        unit="%",
        formula=f"({end} \u2212 {start}) ÷ {start} = {shown(value, '%', language)}",
        operands=(first, second),
    )


def quotient_of(first: Named, second: Named, language: str | None, *, percent: bool) -> Result | None:
    """Divide the first value by the second; None where that says nothing, as with degrees."""
    divisor = aligned(first, second)
    if not divisor or is_offset(first.stated.unit):
        return None
    digits = min(MOST_DIGITS, max(FEWEST_DIGITS, min(first.stated.digits, second.stated.digits)))
    value = significant(first.stated.value / divisor * (100 if percent else 1), FEWEST_DIGITS if percent else digits)
    unit = "%" if percent else ""
    return Result(
        kind="percentage" if percent else "ratio",
        value=value,
        unit=unit,
        formula=f"{shown_value(first.stated, language)} ÷ {as_used(second, divisor, first.stated.unit, language)} = "
        f"{shown(value, unit, language)}",
        operands=(first, second),
    )


def aligned(like: Named, other: Named) -> Decimal | None:
    """Give the other value in the unit of the first; None where it is no such thing, or money of another kind."""
    unit, own = like.stated.unit, other.stated.unit
    if unit == own:
        return other.stated.value
    if dimension_of(unit) != dimension_of(own) or unit not in UNITS or own not in UNITS:
        return None
    result = convert(other.stated.value, own, unit)
    return rounded(result, converted_decimals(other.stated, factor_of(own, unit), result))


def as_used(named: Named, used: Decimal, unit: str, language: str | None) -> str:
    """Write an operand; one that was converted shows what it was made of."""
    if named.stated.unit == unit:
        return shown_value(named.stated, language)
    return f"{shown(used, unit, language)} ({shown_value(named.stated, language)})"


def factor_of(source: str, target: str) -> Decimal:
    """Give how many of one unit make a step of another, wherever their zeros are."""
    return convert(Decimal(1), source, target) - convert(Decimal(0), source, target)


def extreme_of(series: StatedSeries, kind: str, named: Sequence[Named], language: str | None) -> Result | None:
    """Find the highest or lowest value; None where the evidence does not state it, though the source has it."""
    chosen = (max if kind == "maximum" else min)(named, key=lambda one: one.stated.value)
    bound = series.highest if kind == "maximum" else series.lowest
    whole = chosen.stated.whole
    if whole is not None and whole.value != bound:
        return None
    value, unit = chosen.stated.value, chosen.stated.unit
    name = "max" if kind == "maximum" else "min"
    return Result(
        kind=kind,
        value=value,
        unit=unit,
        formula=f"{name}({listed(named, '; ', language)}) = {shown(value, unit, language)}",
        operands=tuple(named),
        count=len(named),
        chosen=chosen,
    )


def mean_of(series: StatedSeries, named: Sequence[Named], language: str | None) -> Result | None:
    """Average a whole series; None where the evidence does not state all of it."""
    if not series.is_whole:
        return None
    amounts = [one.stated.value for one in named]
    decimals = max(one.stated.decimals for one in named) + 1
    value = trimmed(rounded(sum(amounts, Decimal(0)) / len(amounts), decimals))
    unit = named[0].stated.unit
    total = listed(named, " + ", language)
    return Result(
        kind="mean",
        value=value,
        unit=unit,
        formula=f"({total}) ÷ {len(amounts)} = {shown(value, unit, language)}",
        operands=tuple(named),
        count=len(amounts),
    )


def listed(named: Sequence[Named], joint: str, language: str | None) -> str:
    """Write the values of a series, a long one with its middle left out."""
    written = [shown(one.stated.value, "", language) for one in named]
    if len(written) > MOST_WRITTEN_OUT:
        written = [*written[:3], "\u2026", written[-1]]
    return joint.join(written)


def trend_of(first: Named, second: Named, per: str | None, language: str | None) -> Result | None:
    """Say how much a value changed for each year, month, week or day between two times."""
    base, begun, ended = aligned(second, first), first.stated.when, second.stated.when
    if base is None or begun is None or ended is None or begun.first >= ended.first:
        return None
    days = Decimal((ended.first - begun.first).days)
    unit = per or ("year" if days >= PER_YEAR_FROM else "month" if days >= PER_MONTH_FROM else "day")
    count = days / DAYS_OF[unit]
    are_years = begun.first != begun.last and (begun.first.month, begun.first.day) == (
        ended.first.month,
        ended.first.day,
    )
    if unit == "year" and are_years:
        count = Decimal(ended.first.year - begun.first.year)
    count = trimmed(rounded(count, 1)) if unit != "day" else count
    if not count:
        return None
    value = significant((second.stated.value - base) / count, FEWEST_DIGITS)
    own = second.stated.unit
    start = as_used(first, base, own, language)
    return Result(
        kind="trend",
        value=value,
        unit=f"{own}/{unit}".lstrip("/") if own else f"1/{unit}",
        formula=f"({shown_value(second.stated, language)} \u2212 {start}) ÷ {shown(count, unit, language)} = "
        f"{shown(value, own, language)}",
        operands=(first, second),
        per=unit,
    )


def converted(named: Named, target: str, language: str | None) -> Result:
    """Express a value in another unit of the same dimension."""
    source = named.stated.unit
    factor, exact = factor_of(source, target), convert(named.stated.value, source, target)
    value = trimmed(rounded(exact, converted_decimals(named.stated, factor, exact)))
    start, end = shown_value(named.stated, language), shown(value, target, language)
    by = (
        ""
        if is_offset(source) or is_offset(target)
        else f" {TIMES} {shown(significant(factor, 6), '', language)} {target}/{source}"
    )
    return Result(kind="conversion", value=value, unit=target, formula=f"{start}{by} = {end}", operands=(named,))


def exchanged(asked: Asked, rate: Named, price: Named | None, target: str, language: str | None) -> Result | None:
    """Change the sum of the question, or a stated price, into another currency at a stated rate."""
    source, amount = (price.stated.unit, price.stated.value) if price else ("", Decimal(0))
    if price is None:
        if asked.given is None:
            return None
        source, amount = asked.given.unit, asked.given.value
    forward = rate.stated.unit == f"{target}/{source}"
    if not forward and rate.stated.unit != f"{source}/{target}":
        return None
    exact = amount * rate.stated.value if forward else amount / rate.stated.value
    value = trimmed(rounded(exact, CENTS)) if abs(exact) >= 1 else significant(exact, FEWEST_DIGITS)
    start, end = shown(amount, source, language), shown(value, target, language)
    return Result(
        kind="conversion",
        value=value,
        unit=target,
        formula=f"{start} {TIMES if forward else '÷'} {shown_value(rate.stated, language)} = {end}",
        operands=(price, rate) if price else (rate,),
        given=start,
    )
