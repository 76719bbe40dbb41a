from __future__ import annotations

from datetime import date

import pytest

from assistant.writing.calculation_question import read_question

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("question", "language", "kind"),
    [
        ("How much taller is Mount Baker than Etna?", "en", "difference"),
        ("By how much is Fuji higher than Etna?", "en", "difference"),
        ("How many times larger is Orra than Sund?", "en", "ratio"),
        ("What is the ratio of the population of Arden to that of Belmar?", "en", "ratio"),
        ("By what percentage did the population of Arden grow from 2010 to 2020?", "en", "percentage"),
        ("What share of the budget is spending on roads?", "en", "percentage"),
        ("What was the highest EUR/USD rate in March 2024?", "en", "maximum"),
        ("What was the average price of bitcoin last week?", "en", "mean"),
        ("How did the population change per year from 2010 to 2020?", "en", "trend"),
        ("How tall is Fuji in feet?", "en", "conversion"),
        ("De combien l'Etna est-il plus haut que le Fuji ?", "fr", "difference"),
        ("Combien de fois l'Etna est-il plus haut que le Fuji ?", "fr", "ratio"),
        ("Quel a été le cours le plus bas du bitcoin ?", "fr", "minimum"),
        ("Quelle est la moyenne des températures ?", "fr", "mean"),
        ("Combien font 250 euros en dollars ?", "fr", "conversion"),
    ],
)
def test_the_kind_of_a_calculation_is_read(question: str, language: str, kind: str) -> None:
    asked = read_question(question, language, TODAY)
    assert asked is not None
    assert asked.kind == kind


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("What is the capital of France?", "en"),
        ("How high is Mount Kolbe?", "en"),
        ("How do I calculate a percentage?", "en"),
        ("What was the highest temperature ever recorded?", "en"),
        ("What is the meaning of average?", "en"),
        ("Why did the euro fall against the dollar between 2020 and 2022?", "en"),
        ("How many people live in Arden?", "en"),
        ("What happened between 2010 and 2020?", "en"),
        ("Pourquoi l'euro a-t-il baissé ?", "fr"),
        ("Quelle est la capitale de la France ?", "fr"),
        ("how much " * 60, "en"),
    ],
)
def test_other_questions_ask_for_none(question: str, language: str) -> None:
    assert read_question(question, language, TODAY) is None


def test_the_sides_are_the_users_own_words() -> None:
    asked = read_question("How much taller is Mount Baker than the peak of Etna?", "en", TODAY)
    assert asked is not None
    assert [side.phrase for side in asked.sides] == ["Mount Baker", "the peak of Etna"]
    assert asked.property == "height"


def test_a_year_named_once_is_that_of_both_dates() -> None:
    asked = read_question("By how much did the euro fall between 3 March and 31 March 2025?", "en", TODAY)
    assert asked is not None
    assert [side.period.first for side in asked.sides if side.period] == [date(2025, 3, 3), date(2025, 3, 31)]


def test_one_date_is_that_of_both_things() -> None:
    asked = read_question("What is the difference in population between Arden and Belmar in 2020?", "en", TODAY)
    assert asked is not None
    assert [side.period.first.year for side in asked.sides if side.period] == [2020, 2020]


def test_a_name_that_is_also_a_word_of_calculation_stays_wanted() -> None:
    asked = read_question("What was the average population of Fort Worth?", "en", TODAY)
    assert asked is not None
    assert {"fort", "worth"} <= asked.wanted


def test_traders_pairs_name_two_currencies() -> None:
    asked = read_question("What was the lowest EURUSD rate in March 2025?", "en", TODAY)
    assert asked is not None
    assert asked.codes == ("EUR", "USD")
    assert asked.wanted == frozenset()
