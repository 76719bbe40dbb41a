"""What speaks for a passage apart from what it says: how high the search listed its page, and how new it is.

Factors around one, so that neither makes up for having nothing to do with the question. Knows no words and no meaning.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from assistant.evidence import Passage
from retrievers import Freshness

__all__ = ["standings"]

LISTED_FIRST = 0.1
"""What it adds to be of the page that the search lists first; with `NEWEST`, mean reciprocal rank of the first passage
with the answer on RealtimeQA (fitting half of 14, the other of 16): none .757 .635, both .814 .644."""
LISTED_FALL = 0.2
"""How that falls with each place."""
NEWEST = 0.3
"""What it adds to be the newest, where the question asks for what is new: alone .791 .645 on the same halves."""
HALF_LIFE: dict[Freshness, timedelta] = {
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
    "year": timedelta(days=365),
}
"""How much older than the newest halves that."""


def standings(passages: Sequence[Passage], freshness: Freshness | None) -> np.ndarray:
    """Give the factor of each passage; `freshness` says how new the answer should be, None that it does not matter."""
    factors = np.ones(len(passages), dtype=np.float32)
    for position, passage in enumerate(passages):
        if passage.source_rank is not None:
            factors[position] += LISTED_FIRST / (1 + LISTED_FALL * passage.source_rank)
    if freshness is not None:
        factors += NEWEST * newness(passages, HALF_LIFE[freshness])
    return factors


def newness(passages: Sequence[Passage], half_life: timedelta) -> np.ndarray:
    """Give 1 to the newest passage and less to older ones; one without a date is taken for old."""
    dates = [passage.published for passage in passages]
    newest = max(filter(None, dates), default=None)
    ages = [(newest - date) / half_life if newest and date else np.inf for date in dates]
    factors: np.ndarray = np.power(0.5, np.array(ages, dtype=np.float32))
    return factors
