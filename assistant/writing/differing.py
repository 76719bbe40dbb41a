"""Whether two texts give different amounts for the same thing, or the same one.

Knows measures with a unit and numbers with what they count, in sentences that share words. Dates are left to
`disagreement.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from assistant.writing.holdings import Holding, holdings

__all__ = ["Amounts", "amounts_between"]

FEWEST_SHARED = 2
MANY_SHARED = 5
"""Shared stems from which two sentences speak of the same thing for certain (judgement)."""
ROUNDING = 0.05
"""Amounts closer than this are one amount, rounded."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Amounts:
    """How surely amounts of the same thing differ, and how surely they agree, from 0 to 1."""

    differ: float = 0.0
    agree: float = 0.0


def amounts_between(first: str, second: str, language: str | None) -> Amounts:
    """Compare the amounts of two texts, sentence by sentence."""
    differ = agree = 0.0
    for one, other in product(holdings(first, language), holdings(second, language)):
        shared = sum(not stem.startswith("=") and not stem.isdecimal() for stem in one.stems & other.stems)
        if shared < FEWEST_SHARED:
            continue
        sure = min(1.0, shared / MANY_SHARED)
        for is_same in comparisons(one, other):
            differ, agree = (differ, max(agree, sure)) if is_same else (max(differ, sure), agree)
    return Amounts(differ=differ, agree=agree)


def comparisons(one: Holding, other: Holding) -> Iterator[bool]:
    """Tell of each two amounts of one unit, or of one thing counted, whether they are the same."""
    for first, second in product(one.measures, other.measures):
        if first.unit and first.unit == second.unit:
            yield any(is_rounding(*pair) for pair in product(first.base, second.base))
    for (value, counted), (other_value, other_counted) in product(one.counts, other.counts):
        if counted == other_counted:
            yield is_rounding(value, other_value)


def is_rounding(first: str, second: str) -> bool:
    """Tell whether two amounts are one, rounded; what is no plain number is never told apart."""
    try:
        one, other = float(first), float(second)
    except ValueError:
        return True
    return abs(one - other) <= ROUNDING * max(abs(one), abs(other))
