"""Which questions want a number."""

from __future__ import annotations

import pytest

from assistant.evidence import Passage
from assistant.ranking import rank
from assistant.ranking.figures import has_figure, wants_figure


@pytest.mark.parametrize(
    "question",
    [
        "How many moons does Mars have?",
        "When was the bridge built?",
        "In which year did it open?",
        "Combien de visiteurs vient-il ?",
        "En quelle année est-il né ?",
        "Quand a été écrit le roman ?",
        "Wann wurde die Brücke gebaut?",
        "Wie viele Einwohner hat Köln?",
        "¿Cuántos habitantes tiene Lima?",
        "Quando è nato Dante?",
        "Hoeveel inwoners heeft Gent?",
    ],
)
def test_questions_for_an_amount_or_a_time_want_one(question: str) -> None:
    assert wants_figure(question)


@pytest.mark.parametrize(
    "question",
    ["Who wrote it when he was young?", "Quel roi quand il pleut ?", "Wer baute die Brücke?", "However?", ""],
)
def test_other_questions_want_none(question: str) -> None:
    assert not wants_figure(question)


def test_a_number_in_digits_of_any_script_is_a_figure() -> None:
    assert has_figure("in 1869")
    assert has_figure("عام ١٨٦٩")
    assert not has_figure("in spring")


def test_of_equals_the_one_with_a_number_comes_first_where_one_is_wanted() -> None:
    passages = [
        Passage(id=str(place), url=f"https://{place}.test/", title="", text=text, start=0)
        for place, text in enumerate(["The bridge was built in May.", "The bridge was built in 1869."])
    ]
    assert [one.id for one in rank("When was the bridge built?", passages, language="en")] == ["1", "0"]
    assert [one.id for one in rank("Who had the bridge built?", passages, language="en")] == ["0", "1"]
