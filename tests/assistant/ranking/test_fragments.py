"""Words that are spelt alike find one another by their fragments."""

from __future__ import annotations

import pytest

from assistant.evidence import Passage
from assistant.ranking.fragments import fragments
from assistant.ranking.lexical import LexicalIndex


def first(question: str, texts: list[str], language: str | None) -> str:
    passages = [
        Passage(id=str(place), url=f"https://{place}.test/", title="", text=text, start=0)
        for place, text in enumerate(texts)
    ]
    return texts[LexicalIndex(passages, language).order(question)[0]]


@pytest.mark.parametrize(
    ("question", "answer", "others", "language"),
    [
        ("Was kostet die Versicherung?", "Krankenversicherungspflicht gilt.", ["Der Zug hält.", "Es regnet."], "de"),
        ("Qui a bâti la tour ?", "Les bâtisseurs vinrent du nord.", ["Le train arrive.", "La pluie tombe."], "fr"),
        ("Who wrote the Illiad?", "Homer composed the Iliad.", ["It rained in Lima.", "Trains run late."], "en"),
        ("東京の人口", "人口は多い。", ["猫が好き。", "人は口で話す。"], "ja"),
        ("kirjasto auki", "kirjastossa luetaan", ["sade tulee", "juna lähtee"], None),
    ],
)
def test_what_stems_leave_apart_is_found(question: str, answer: str, others: list[str], language: str | None) -> None:
    assert first(question, [*others, answer], language) == answer


def test_function_words_have_no_fragments() -> None:
    assert fragments("What is the of?", "en") == []


def test_words_shorter_than_a_fragment_stay_whole() -> None:
    assert fragments("tea go", "en") == ["_tea_", "_go_"]


def test_a_word_is_cut_with_its_ends_marked() -> None:
    assert fragments("Étale", "fr") == ["_etal", "etale", "tale_"]
