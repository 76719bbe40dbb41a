"""Figures and days in words."""

from datetime import date

import pytest

from retrievers.data.wording import day, number, some_of


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        (1.08423, "1.0842", "1,0842"),
        (156.3149, "156.31", "156,31"),
        (95123.4, "95,123", "95 123"),
        (18052, "18,052", "18 052"),
        (0.000012345678, "0.000012346", "0,000012346"),
        (0, "0", "0"),
        (-3.5, "-3.5", "-3,5"),
        (100, "100", "100"),
    ],
)
def test_a_number_has_as_many_digits_as_tell_something(value: float, english: str, french: str) -> None:
    assert (number(value, "en"), number(value, "fr")) == (english, french)


def test_days_are_written_as_in_either_language() -> None:
    assert day(date(2026, 8, 1), "en") == "1 August 2026"
    assert day(date(2026, 8, 1), "fr") == "1er août 2026"
    assert day(date(2026, 8, 1), "sv") == "1 August 2026"


def test_a_series_is_thinned_out_evenly_and_keeps_its_ends() -> None:
    assert some_of(range(5)) == [0, 1, 2, 3, 4]
    thinned = some_of(range(1000), 11)
    assert (thinned[0], thinned[-1], len(thinned)) == (0, 999, 11)
