import pytest

from assistant.writing.stance import find_opposed

QUESTION = "Does fasting reduce body weight?"
FOR = "A 2019 trial of 300 adults found that fasting does reduce body weight. It was done in Belmar."
AGAINST = "A 2021 trial of 900 adults found that fasting did not reduce body weight."


def sides(question: str, *texts: str, language: str = "en") -> list[str]:
    return [texts[side.position][side.start : side.end] for side in find_opposed(question, texts, language)]


def test_the_statement_of_each_side_is_found() -> None:
    assert sides(QUESTION, FOR, AGAINST) == [FOR.split(". ", maxsplit=1)[0] + ".", AGAINST]


def test_a_passage_beside_the_dispute_speaks_for_no_side() -> None:
    beside = "Adults in Belmar eat breakfast at eight and dinner at nine."
    assert sides(QUESTION, beside, FOR, AGAINST) == sides(QUESTION, FOR, AGAINST)


@pytest.mark.parametrize(
    ("question", "texts"),
    [
        (QUESTION, (FOR,)),
        (QUESTION, (FOR, FOR)),
        (QUESTION, (FOR, "Another trial of adults found as well that fasting does reduce body weight.")),
        ("When did the trial of fasting find lower body weight?", (FOR, AGAINST)),
        (QUESTION, (FOR, "Breakfast is never late in Belmar, and dinner is not early.")),
    ],
    ids=["one passage", "copies", "agreement", "a question for a date", "another subject"],
)
def test_what_takes_no_opposite_sides_raises_no_alarm(question: str, texts: tuple[str, ...]) -> None:
    assert not sides(question, *texts)


def test_a_question_which_of_two_is_better_is_for_no_fact() -> None:
    one = "A review found that fasting is more effective than running for a lower body weight."
    other = "A trial found that fasting is not effective for body weight and that running is."
    assert sides("Which is better for a lower body weight, fasting or running?", one, other) == [one, other]
    assert not sides("Which trial found a lower body weight by fasting or running?", one, other)


def test_words_of_a_language_that_is_not_known_are_not_judged() -> None:
    assert not sides(QUESTION, FOR, AGAINST, language="de")


def test_amounts_that_differ_are_sides() -> None:
    one = "The survey reports that 72% of the customers of Belmar are satisfied."
    other = "The audit reports that 38% of the customers of Belmar are satisfied."
    assert sides("What percentage of customers of Belmar are satisfied?", one, other) == [one, other]


@pytest.mark.parametrize(
    "other",
    [
        "The audit reports that not 38% of the customers of Belmar are satisfied.",
        "The survey of 2024 reports that 38% of the customers of Belmar are satisfied.",
    ],
    ids=["one that is denied", "of other years"],
)
def test_amounts_that_need_not_contradict_are_no_sides(other: str) -> None:
    one = "The survey of 2019 reports that 72% of the customers of Belmar are satisfied."
    assert not sides("What percentage of customers of Belmar are satisfied?", one, other)
