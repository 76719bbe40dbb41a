"""Time ranges, in the two forms that providers want."""

from datetime import date
from typing import get_args

import pytest

from retrievers import Freshness
from retrievers.freshness import first_day, letter


@pytest.mark.parametrize(
    ("freshness", "first"),
    [("day", "2024-02-29"), ("week", "2024-02-23"), ("month", "2024-01-31"), ("year", "2023-03-02")],
)
def test_a_time_range_begins_so_many_days_ago(freshness: Freshness, first: str) -> None:
    assert first_day(freshness, today=date(2024, 3, 1)).isoformat() == first


def test_every_time_range_has_its_own_letter() -> None:
    assert [letter(freshness) for freshness in get_args(Freshness)] == ["d", "w", "m", "y"]
