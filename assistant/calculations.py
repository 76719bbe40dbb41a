"""What code computed from cited values, and the series that cited pages hold. Part of the nouns of `evidence.py`.

Knows no stage and does no work.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

__all__ = ["Calculation", "Operand", "Point", "Series"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Operand:
    """A value that a calculation used, and the number of the citation that states it."""

    name: str
    value: float
    unit: str = ""
    at: datetime | None = None
    citation: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Calculation:
    """A value that code computed; `formula` is what a reader can check by hand, result included."""

    kind: str
    """What was done: difference, ratio, percentage, minimum, maximum, mean, trend, conversion."""
    formula: str
    value: float
    unit: str = ""
    operands: tuple[Operand, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """One value of a series."""

    at: datetime
    value: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """Values over time that one cited page states, oldest first; worth a plot."""

    name: str
    unit: str = ""
    citation: int
    points: tuple[Point, ...]
