"""What every suite is asked and what it reports: figures with n and a 95 % interval.

Knows statistics and shapes. Leaves what is measured to the suites and printing to `assistant/cli/evaluate.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np

from assistant.settings import Settings

__all__ = [
    "HIGH",
    "LOW",
    "RESAMPLES",
    "UNSEEN",
    "EvaluationRequest",
    "Figure",
    "Report",
    "mean",
    "paired_difference",
    "ratio",
    "sample",
]

Item = TypeVar("Item")

UNSEEN = ", half not fitted on"
"""Ends the name of a figure of the half that no constant was fitted on; the same name without it is of all items."""
RESAMPLES = 2_000
LOW, HIGH = 2.5, 97.5
"""Percentile bootstrap, 95 %: Efron and Tibshirani 1993, chapter 13."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EvaluationRequest:
    """What to evaluate: a folder of one data set, how much of it, and with what."""

    data: Path
    settings: Settings
    limit: int | None = None
    """Items at most, drawn with `seed`; None takes all."""
    seed: int = 0
    model: str | None = None
    answers: Path | None = None
    """JSON lines that hold each answer as it comes and from which a run resumes."""
    queries: str | None = None
    corpus: str | None = None
    """Languages of a parallel set such as XQuAD; None for sets of one language."""
    half: str | None = None
    """Draw from the half that constants are "fitted" on, or from the "reported" one, only; None draws from both."""
    progress: Callable[[int, int], None] = field(default=lambda _done, _of: None)
    """Told after each item how many are done, of how many."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One measured value and its 95 % interval; a figure without spread (a rate of speed) has neither end."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What a suite found on `n` items."""

    suite: str
    data: str
    n: int
    metrics: Mapping[str, Figure]


def mean(values: Sequence[float], seed: int = 0) -> Figure:
    """Return the mean of one value per item with its bootstrap interval; of no items, raise ValueError."""
    measured = np.asarray(values, dtype=float)
    if not measured.size:
        message = "no items were measured"
        raise ValueError(message)
    drawn = np.random.default_rng(seed).integers(0, measured.size, (RESAMPLES, measured.size))
    low, high = np.percentile(measured[drawn].mean(axis=1), [LOW, HIGH])
    return Figure(value=float(measured.mean()), low=float(low), high=float(high))


def ratio(parts: Sequence[float], wholes: Sequence[float], seed: int = 0) -> Figure | None:
    """Return what all parts are of all wholes, its interval drawn over items; None where there is nothing to share.

    For figures per sentence or per citation: those of one item hang together, so items are drawn, not sentences.
    """
    above, below = np.asarray(parts, dtype=float), np.asarray(wholes, dtype=float)
    if not below.sum():
        return None
    drawn = np.random.default_rng(seed).integers(0, below.size, (RESAMPLES, below.size))
    totals = below[drawn].sum(axis=1)
    shares = above[drawn].sum(axis=1)[totals > 0] / totals[totals > 0]
    low, high = np.percentile(shares, [LOW, HIGH])
    return Figure(value=float(above.sum() / below.sum()), low=float(low), high=float(high))


def paired_difference(first: Sequence[float], second: Sequence[float], seed: int = 0) -> Figure:
    """Return the mean of first minus second, item by item, with its bootstrap interval."""
    return mean([one - other for one, other in zip(first, second, strict=True)], seed)


def sample(items: Sequence[Item], limit: int | None, seed: int) -> list[Item]:
    """Draw `limit` items, in their own order, the same ones for the same seed; all of them for None."""
    if limit is None or limit >= len(items):
        return list(items)
    drawn = np.random.default_rng(seed).choice(len(items), limit, replace=False)
    return [items[place] for place in sorted(drawn)]
