"""Times in questions: what days they are, and what is left of a question without them."""

from datetime import date

import pytest

from retrievers import SearchQuery
from retrievers.data.coingecko import CoinGecko
from retrievers.data.ecb import Ecb
from retrievers.data.frankfurter import Frankfurter
from retrievers.data.open_meteo import OpenMeteo
from retrievers.data.periods import MOST_CHARACTERS, period, timeless
from retrievers.data.usgs import Usgs

TODAY = date(2026, 11, 24)  # a Tuesday


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("usd to eur since March 2024", "2024-03-01", "2026-11-24"),
        ("depuis le 1er janvier 2025", "2025-01-01", "2026-11-24"),
        ("les 30 derniers jours", "2026-10-25", "2026-11-24"),
        ("EUR/USD over the last 3 months", "2026-08-26", "2026-11-24"),
        ("la semaine dernière", "2026-11-17", "2026-11-24"),
        ("ces derniers jours", "2026-11-17", "2026-11-24"),
        ("the past year", "2025-11-24", "2026-11-24"),
        ("this month", "2026-11-01", "2026-11-24"),
        ("this week", "2026-11-23", "2026-11-24"),
        ("cette année", "2026-01-01", "2026-11-24"),
        ("le 3 mars 2024", "2024-03-03", "2024-03-03"),
        ("on March 3, 2024", "2024-03-03", "2024-03-03"),
        ("2024-03-03", "2024-03-03", "2024-03-03"),
        ("in 2023", "2023-01-01", "2023-12-31"),
        ("en mars", "2026-03-01", "2026-03-31"),
        ("in December", "2025-12-01", "2025-12-31"),
        ("entre janvier 2024 et mars 2024", "2024-01-01", "2024-03-31"),
        ("between 2020 and 2022", "2020-01-01", "2022-12-31"),
        ("il y a 3 jours", "2026-11-21", "2026-11-21"),
        ("two weeks ago", "2026-11-10", "2026-11-10"),
        ("yesterday", "2026-11-23", "2026-11-23"),
        ("aujourd\u2019hui", "2026-11-24", "2026-11-24"),
        ("demain", "2026-11-25", "2026-11-25"),
    ],
)
def test_a_time_is_read_as_days(text: str, first: str, last: str) -> None:
    found = period(text, TODAY)
    assert found is not None
    assert (str(found.first), str(found.last)) == (first, last)


@pytest.mark.parametrize(
    "text", ["convert 2000 euros", "for 2000 dollars", "what may happen", "march of the penguins", ""]
)
def test_an_amount_and_a_verb_are_no_time(text: str) -> None:
    assert period(text, TODAY) is None


@pytest.mark.parametrize("text", ["31 February 2024", "2024-13-45", "since 45 March 2024"])
def test_a_day_that_does_not_exist_is_no_time(text: str) -> None:
    found = period(text, TODAY)
    assert found is None or found.first <= found.last


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("weather in Paris tomorrow", "weather in Paris"),
        ("météo à Lyon demain matin", "météo à Lyon"),
        ("weather in Rome for the next 3 days", "weather in Rome"),
        ("météo Lille dans les 3 prochains jours", "météo Lille"),
        ("weather in Berlin on Friday", "weather in Berlin"),
        ("quel temps à Brest lundi prochain", "quel temps à Brest"),
        ("weather in New York this weekend", "weather in New York"),
        ("earthquakes in Japan since March 2011", "earthquakes in Japan"),
    ],
)
def test_a_question_without_its_times_keeps_its_places(text: str, left: str) -> None:
    assert timeless(text) == left


def test_a_long_text_is_no_question_about_figures() -> None:
    for source in (OpenMeteo(), Ecb(), Frankfurter(), Usgs(), CoinGecko()):
        assert source.suits(SearchQuery(text=source.example))
        assert not source.suits(SearchQuery(text=source.example + " 1" * MOST_CHARACTERS))
