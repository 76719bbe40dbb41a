from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from assistant.writing.written_dates import dates_in
from assistant.writing.written_values import values_in


@pytest.mark.parametrize(
    ("text", "language", "value", "unit"),
    [
        ("It is 3,776 m high.", "en", "3776", "m"),
        ("Il culmine à 3 776 m.", "fr", "3776", "m"),
        ("Il coûte 1 234,5 euros.", "fr", "1234.5", "EUR"),
        ("2 mars 2026 : 1,108 USD.", "fr", "1.108", "USD"),
        ("It cost 1,108 USD.", "en", "1108", "USD"),
        ("Es kostet 1.234,50 €.", "de", "1234.50", "EUR"),
        ("It was \u22123.2 °C.", "en", "-3.2", "°C"),
        ("It was -3.2 °C.", "en", "-3.2", "°C"),
        ("a revenue of $2.5 billion", "en", "2500000000", "USD"),
        ("84,6 millions d'euros", "fr", "84600000", "EUR"),
        ("1.4 million inhabitants", "en", "1400000", ""),
        ("Population: 12,500 | River: Lonne", "en", "12500", ""),
    ],
)
def test_a_number_is_read_with_its_unit(text: str, language: str, value: str, unit: str) -> None:
    (found,) = values_in(text, language)
    assert (found.value, found.unit) == (Decimal(value), unit)


@pytest.mark.parametrize(
    "text", ["It opened in 1868.", "On 9 January 2026 at 14:05 it rained.", "Version v1.2.3", "an MP3"]
)
def test_dates_times_and_versions_are_no_values(text: str) -> None:
    assert values_in(text, "en") == ()


def test_each_value_has_the_date_that_it_is_joined_to() -> None:
    found = values_in("It rose from 12,500 in 2010 to 15,300 in 2020.", "en")
    assert [value.when.period.first.year for value in found if value.when] == [2010, 2020]
    found = values_in("In 2010 it was 12,500; in 2020 it was 15,300.", "en")
    assert [value.when.period.first.year for value in found if value.when] == [2010, 2020]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("on 3 March 2025", date(2025, 3, 3), date(2025, 3, 3)),
        ("March 3, 2025", date(2025, 3, 3), date(2025, 3, 3)),
        ("le 1er mars 2025", date(2025, 3, 1), date(2025, 3, 1)),
        ("2025-03-03", date(2025, 3, 3), date(2025, 3, 3)),
        ("in March 2025", date(2025, 3, 1), date(2025, 3, 31)),
        ("en 2025", date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_a_date_is_read_as_exactly_as_it_is_written(text: str, first: date, last: date) -> None:
    (found,) = dates_in(text)
    assert (found.period.first, found.period.last) == (first, last)


def test_a_date_without_a_year_counts_only_where_the_year_is_known() -> None:
    assert list(dates_in("3 March")) == []
    assert [found.period.first for found in dates_in("3 March", 2025)] == [date(2025, 3, 3)]


def test_an_impossible_date_is_none() -> None:
    assert list(dates_in("31 February 2025", None)) == []
