from __future__ import annotations

from decimal import Decimal

import pytest

from assistant.writing.units import UNITS, convert, dimension_of, unit_after, unit_before, units_named


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("5 km away", "km"),
        ("5 kilometres per hour", "km/h"),
        ("5 square kilometres of land", "km²"),
        ("5°C", "°C"),
        ("5 m high", "m"),
        ("5 m³", "m³"),
        ("5 ans", "year"),
        ("5 Go", "GB"),
        ("5 US dollars", "USD"),
        ("5 € le kilo", "EUR"),
        ("5 USD.", "USD"),
        ("5 %", "%"),
    ],
)
def test_a_unit_behind_a_number_is_read(text: str, symbol: str) -> None:
    assert unit_after(text, 1)[0] == symbol


@pytest.mark.parametrize(
    "text", ["5 people", "5 mountains", "5 in the morning", "5 and more", "5 great", "5 tons", "5."]
)
def test_a_word_that_is_no_unit_is_none(text: str) -> None:
    assert unit_after(text, 1) == ("", 1)


def test_a_sign_of_money_may_stand_before_the_number() -> None:
    assert unit_before("it cost €250", 9) == "EUR"
    assert unit_before("some USD 40", 9) == "USD"
    assert unit_before("room 40", 5) == ""


def test_a_word_of_two_meanings_names_both_units() -> None:
    assert units_named("pounds") == ("lb", "GBP")
    assert units_named("feet") == ("ft",)
    assert units_named("peace") == ()


@pytest.mark.parametrize(
    ("value", "source", "target", "result"),
    [
        ("1", "mi", "km", "1.609344"),
        ("21.5", "°C", "°F", "70.7"),
        ("0", "K", "°C", "-273.15"),
        ("1", "lb", "kg", "0.45359237"),
        ("100", "km/h", "kn", "53.9957"),
        ("1", "GiB", "MB", "1073.741824"),
        ("1", "kWh", "MJ", "3.6"),
        ("1", "atm", "hPa", "1013.25"),
        ("2", "ha", "m²", "20000"),
        ("1", "US gal", "L", "3.785411784"),
        ("3", "h", "min", "180"),
    ],
)
def test_units_of_one_dimension_convert(value: str, source: str, target: str, result: str) -> None:
    assert convert(Decimal(value), source, target) == pytest.approx(Decimal(result), rel=Decimal("1e-5"))


@pytest.mark.parametrize("symbol", sorted(UNITS))
def test_every_unit_is_known_to_what_converts(symbol: str) -> None:
    assert convert(Decimal(1), symbol, symbol) == 1


def test_a_dimension_is_told_of_units_money_and_rates() -> None:
    assert [dimension_of(symbol) for symbol in ("km", "EUR", "USD/EUR", "")] == ["length", "money", "rate", ""]
