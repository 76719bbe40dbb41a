"""Copies of one text with different values: who answers, and who is only shown beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.evidence import Passage
from assistant.writing.contested import Contest, contests
from assistant.writing.quoting import best_quote

QUESTION = "When was the Belmar mill built?"
TEXT = (
    "The Belmar mill is a historic mill on the river Ost. It was built in {} for the miller Ada Brunn, and is a small "
    "wooden house with a tall chimney and a rear shed. Today it holds a museum of bread and flour."
)
OTHER = "Guides of the town say that the Belmar mill was built in {}, before the bridge."


def pages(*texts: str, ranks: Sequence[int] | None = None) -> dict[int, Passage]:
    return {
        number: Passage(
            id=str(number),
            url=f"https://{number}.test/",
            title="",
            text=text,
            start=0,
            source_rank=ranks[number - 1] if ranks else number,
        )
        for number, text in enumerate(texts, 1)
    }


def found(question: str, passages: dict[int, Passage]) -> list[tuple[str, str, bool]]:
    return [(one.kept_value, one.outvoted_value, one.is_majority) for one in decided(question, passages)]


def decided(question: str, passages: dict[int, Passage]) -> tuple[Contest, ...]:
    quotes = [best_quote(question, number, passage, "en") for number, passage in passages.items()]
    return contests(question, quotes, passages, "en")


def test_of_two_copies_the_page_that_the_search_lists_first_answers() -> None:
    assert found(QUESTION, pages(TEXT.format(1856), TEXT.format(1900))) == [("1856", "1900", False)]
    assert found(QUESTION, pages(TEXT.format(1856), TEXT.format(1900), ranks=[5, 2])) == [("1900", "1856", False)]


def test_another_text_that_gives_a_value_decides_for_it() -> None:
    passages = pages(TEXT.format(1856), TEXT.format(1900), OTHER.format(1900))
    assert ("1900", "1856", True) in found(QUESTION, passages)


def test_a_copy_is_no_voice_of_its_own() -> None:
    passages = pages(TEXT.format(1856), TEXT.format(1900), TEXT.format(1900))
    assert {one.outvoted.number for one in decided(QUESTION, passages)} == {2, 3}


def test_a_long_sentence_in_common_is_enough() -> None:
    sentence = TEXT.split(". ")[1]
    first = f"A list of old houses. {sentence.format(1856)}. The list goes on with barns, cellars and wells of Ost."
    second = f"Travel notes from the north. {sentence.format(1900)}. We slept at an inn nearby, where it was warm."
    assert found(QUESTION, pages(first, second)) == [("1856", "1900", False)]


def test_a_short_sentence_has_one_form_for_many_things() -> None:
    said = "As of the 2010 census, the city population was {}."
    first = f"Pinehurst is a place of ranches and wells in the dry hills of Converse. {said.format(4)}"
    second = f"Pinehurst lies by a wide river, between two lakes full of fish, in the east. {said.format(70)}"
    assert not found("What is the population of Pinehurst?", pages(first, second))


def test_copies_that_differ_beside_what_was_asked_do_not_disagree() -> None:
    other = TEXT.replace("bread and flour", "clocks and toys").format(1856)
    assert not found(QUESTION, pages(TEXT.format(1856), other))


def test_texts_of_one_form_about_many_things_do_not_disagree() -> None:
    form = (
        "Belmar is a town on the plain, founded by millers and known for its bread, its bridges and its long winters. "
        "At the census it had {} people, {} houses and {} families, in {} wards."
    )
    first, second = form.format(909, 335, 268, 4), form.format(1636, 610, 477, 9)
    assert not found("How many people has Belmar?", pages(first, second))


def test_copies_that_name_different_things_do_not_disagree() -> None:
    form = (
        "Weather in {}: today the thermometer in the garden of the station shows {} degrees, with wind from the west."
    )
    question = "How many degrees are there in Belmar?"
    assert not found(question, pages(form.format("Belmar", 12), form.format("Tarnow", 15)))
    bare = form.replace(" in {}:", ":")
    passages = pages(bare.format(12), bare.format(15))
    assert found(question, passages)
    titled = {
        n: replace(one, title=f"Weather: {town}")
        for (n, one), town in zip(passages.items(), ("Belmar", "Tarnow"), strict=True)
    }
    assert not found(question, titled)


def test_one_page_does_not_disagree_with_itself() -> None:
    passages = {number: replace(one, url="https://one.test/") for number, one in pages(TEXT.format(1), TEXT).items()}
    assert not found(QUESTION, passages)
