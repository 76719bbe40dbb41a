"""Questions about the weather, in two languages, and questions that only look like them."""

from datetime import date

import pytest

from retrievers import SearchQuery
from retrievers.data.weather_question import weather_question

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "place", "first"),
    [
        ("weather in Lisbon", "Lisbon", None),
        ("Weather in Paris tomorrow?", "Paris", "2026-11-25"),
        ("météo à Lyon demain", "Lyon", "2026-11-25"),
        ("Quel temps fera-t-il à Bordeaux ce week-end ?", "Bordeaux", None),
        ("Will it rain in Oslo tonight?", "Oslo", None),
        ("Va-t-il pleuvoir à Lille ce soir ?", "Lille", None),
        ("quelle est la température à Nice", "Nice", None),
        ("is it cold in Helsinki", "Helsinki", None),
        ("temperature in Madrid yesterday", "Madrid", "2026-11-23"),
        ("rain forecast Berlin Friday", "Berlin", None),
    ],
)
def test_place_and_days_are_understood(text: str, place: str, first: str | None) -> None:
    question = weather_question(SearchQuery(text=text), TODAY)
    assert question is not None
    assert question.place.name == place
    assert (question.period and str(question.period.first)) == first


@pytest.mark.parametrize(
    "text",
    [
        "weather",
        "what's the weather here",
        "how to weather the storm in business",
        "under the weather in London",
        "temperature of the sun",
        "boiling temperature of water in Denver now",
        "sea temperature in Nice today",
        "weather in Paris in 1944",
        "windows update in London tomorrow",
        "Climate change in Spain",
        "rain in literature",
    ],
)
def test_other_questions_are_none(text: str) -> None:
    assert weather_question(SearchQuery(text=text), TODAY) is None
