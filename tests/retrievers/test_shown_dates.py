"""Dates as result pages show them."""

from datetime import UTC, datetime

import pytest

from retrievers.shown_dates import shown_date

NOW = datetime(2024, 3, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("shown", "read"),
    [
        ("3 days ago", "2024-03-02T12:00:00+00:00"),
        ("1 hour ago", "2024-03-05T11:00:00+00:00"),
        ("Apr 5, 2023", "2023-04-05T00:00:00+00:00"),
        ("April 5, 2023", "2023-04-05T00:00:00+00:00"),
        ("5 Apr 2023", "2023-04-05T00:00:00+00:00"),
        ("2023-04-05", "2023-04-05T00:00:00+00:00"),
        ("2023-04-05T06:07:08Z", "2023-04-05T06:07:08+00:00"),
    ],
)
def test_english_dates_are_read(shown: str, read: str) -> None:
    date = shown_date(shown, NOW)
    assert date
    assert date.isoformat() == read


@pytest.mark.parametrize("shown", [None, "", "il y a 3 jours", "yesterday-ish", "9999999999 years ago", "Feb 31, 2023"])
def test_anything_else_is_no_date(shown: str | None) -> None:
    assert shown_date(shown, NOW) is None
