"""Questions about earthquakes that happened, in two languages, and questions about what they are."""

from datetime import date

import pytest

from retrievers import SearchQuery
from retrievers.data.earthquake_question import earthquake_question

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "place", "first", "magnitude"),
    [
        ("latest earthquakes in Japan", "Japan", "2026-10-25", 2.5),
        ("earthquakes near Tokyo", "Tokyo", "2026-10-25", 2.5),
        ("recent earthquakes", None, "2026-10-25", 4.5),
        ("derniers séismes", None, "2026-10-25", 4.5),
        ("2011 Tohoku earthquake", "Tohoku", "2011-01-01", 2.5),
        ("earthquakes magnitude 6 in Chile last month", "Chile", "2026-10-25", 6),
        ("séismes de magnitude supérieure à 5,5 au Japon", "Japon", "2026-10-25", 5.5),
        ("tremblement de terre en Turquie en février 2023", "Turquie", "2023-02-01", 2.5),
        ("y a-t-il eu un séisme à Nice aujourd\u2019hui ?", "Nice", "2026-11-24", 2.5),
        ("earthquakes above 5 this week", None, "2026-11-23", 5),
        ("M6.5 earthquake Alaska", "Alaska", "2026-10-25", 6.5),
        ("biggest earthquake ever recorded", None, "1900-01-01", 8),
    ],
)
def test_place_time_and_magnitude_are_understood(text: str, place: str | None, first: str, magnitude: float) -> None:
    question = earthquake_question(SearchQuery(text=text), TODAY)
    assert question is not None
    assert (question.place and question.place.name) == place
    assert (str(question.period.first), question.least_magnitude) == (first, magnitude)


@pytest.mark.parametrize("text", ["strongest earthquake in 2011", "le plus fort séisme de 2011"])
def test_the_strongest_come_first_where_they_are_asked_for(text: str) -> None:
    question = earthquake_question(SearchQuery(text=text), TODAY)
    assert question is not None
    assert question.strongest_first


@pytest.mark.parametrize(
    "text",
    [
        "what causes earthquakes",
        "how do earthquakes work",
        "earthquake insurance in California",
        "earthquake",
        "disk space",
        "pourquoi y a-t-il des séismes au Japon",
    ],
)
def test_other_questions_are_none(text: str) -> None:
    assert earthquake_question(SearchQuery(text=text), TODAY) is None


def test_a_chosen_time_counts_where_the_question_names_none() -> None:
    question = earthquake_question(SearchQuery(text="earthquakes in Chile", freshness="week"), TODAY)
    assert question is not None
    assert str(question.period.first) == "2026-11-17"
