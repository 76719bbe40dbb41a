"""The training data says what its pages say, in two languages, and is the same for the same seed."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from assistant.language import detect_language, words
from assistant.writing.declining import is_decline
from training.data.lexicon import LANGUAGES, load_lexicon, relations
from training.data.missing import Missing, Near, missing_in_turn
from training.data.packs import Pack, count_kinds, make_packs, read_packs, write_packs
from training.data.pages import Library, make_library
from training.data.questions import Asked, Kind, ask_fact, unanswerable
from training.data.worlds import make_world

SINGLE = (Kind.NUMBER, Kind.DATE, Kind.NAME, Kind.WORDS, Kind.LIST)


@pytest.fixture(scope="module")
def packs() -> list[Pack]:
    return list(make_packs(120, 7))


def asked_of(packs: list[Pack], *kinds: Kind) -> list[tuple[Pack, Asked]]:
    return [(pack, asked) for pack in packs for asked in pack.asked if asked.kind in kinds]


def cited_text(pack: Pack, asked: Asked) -> str:
    return " ".join(pack.passages[number - 1].text for number in asked.passages)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_relation_has_words_in_every_language(language: str) -> None:
    lexicon = load_lexicon(language)
    for kind in relations().values():
        for relation in kind:
            assert {"states", "asks", "says", "missing", "field"} <= set(lexicon.of(relation)), relation.key
            assert ("compare_says" in lexicon.of(relation)) or not relation.compare, relation.key
            assert ("year_says" in lexicon.of(relation)) or not relation.yearly, relation.key


def test_the_same_seed_gives_the_same_packs() -> None:
    assert list(make_packs(5, 3)) == list(make_packs(5, 3))
    assert list(make_packs(5, 3)) != list(make_packs(5, 4))


def test_packs_are_read_back_as_they_were_written(packs: list[Pack], tmp_path: Path) -> None:
    write_packs(packs, tmp_path / "packs.jsonl")
    assert list(read_packs(tmp_path / "packs.jsonl")) == packs


def test_half_is_english_a_quarter_french_and_a_sixth_has_no_answer(packs: list[Pack]) -> None:
    counts = count_kinds(packs)
    shares = {language: sum(counts[language, kind] for kind in Kind) / counts.total() for language in ("en", "fr")}
    absent = sum(counts[language, Kind.ABSENT] for language in ("en", "fr")) / counts.total()
    assert shares["en"] >= 0.5
    assert shares["fr"] >= 0.25
    assert 0.15 <= absent <= 0.20
    assert all(counts["en", kind] and counts["fr", kind] for kind in Kind)


def test_numbers_dates_and_names_of_an_answer_stand_in_the_passage_it_cites(packs: list[Pack]) -> None:
    for pack, asked in asked_of(packs, Kind.NUMBER, Kind.DATE):
        stated = words(f"{cited_text(pack, asked)} {asked.question}")
        said = [word for word in words(asked.answer.rsplit("[", 1)[0]) if word[0].isdigit()]
        assert said
        assert set(said) <= set(stated), asked


def test_what_has_no_answer_is_declined_without_a_source(packs: list[Pack]) -> None:
    for _, asked in asked_of(packs, Kind.ABSENT):
        assert is_decline(asked.answer)
        assert "[" not in asked.answer


def test_disagreeing_answers_name_both_values_and_both_sources(packs: list[Pack]) -> None:
    for _, asked in asked_of(packs, Kind.DIFFER):
        assert len(set(asked.passages)) == 2
        assert all(f"[{number}]" in asked.answer for number in asked.passages)


def test_answers_that_need_two_sources_cite_two(packs: list[Pack]) -> None:
    assert all(
        len(set(asked.passages)) == 2 for _, asked in asked_of(packs, Kind.TWO_SOURCE, Kind.MULTI_HOP, Kind.COMPARE)
    )


def test_a_hop_does_not_name_what_it_goes_through(packs: list[Pack]) -> None:
    hops = asked_of(packs, Kind.MULTI_HOP)
    assert hops
    for pack, asked in hops:
        of_whom = pack.passages[asked.passages[1] - 1]
        through = [name for name in named_by(of_whom.title or of_whom.text) if name in asked.answer]
        assert not any(name in asked.question for name in through), asked


def named_by(text: str) -> set[str]:
    return {word for word in words(text) if len(word) > 3} - set(words(text.lower()))


def test_answers_are_in_the_language_of_their_pack(packs: list[Pack]) -> None:
    for language in LANGUAGES:
        text = " ".join(asked.answer for pack in packs if pack.language == language for asked in pack.asked)
        assert detect_language(text) == language


def test_french_names_are_contracted() -> None:
    lexicon = load_lexicon("fr")
    assert lexicon.fill("Le stade {de} est {a}.", x="le FC Orval") == "Le stade du FC Orval est au FC Orval."
    assert lexicon.fill("{X} vient {dev}.", x="Ana", v="Orval") == "Ana vient d'Orval."


def test_a_sentence_inside_another_begins_small_unless_a_name_begins_it() -> None:
    lexicon = load_lexicon("en")
    assert lexicon.fill("The coach of {x} is {v}", x="Orval FC", v="Ana", inside=True) == "the coach of Orval FC is Ana"
    assert lexicon.fill("{X} is new", x="Orval FC", inside=True) == "Orval FC is new"


@pytest.fixture(scope="module")
def libraries() -> list[Library]:
    chance = random.Random(5)  # noqa: S311 - to be drawn again alike
    return [
        make_library(make_world(load_lexicon(language), chance), chance) for language in LANGUAGES for _ in range(60)
    ]


def test_a_search_full_of_pages_is_shown_some_without_a_title_and_some_of_the_same_kind(
    libraries: list[Library],
) -> None:
    counts = [len(library.passages) for library in libraries]
    assert min(counts) >= 3
    assert max(counts) <= 10
    assert sum(counts) / len(counts) > 6
    titles = [bool(passage.title) for library in libraries for passage in library.passages]
    assert 0.2 < titles.count(False) / len(titles) < 0.5
    for library in libraries:
        kinds = [thing.kind for thing in library.world.things]
        assert max(kinds.count(kind) for kind in kinds) >= 3


def test_a_page_without_a_title_names_what_it_is_about(libraries: list[Library]) -> None:
    for library in libraries:
        for number, passage in enumerate(library.passages, start=1):
            names = {one.fact.thing.name.lower() for one in library.stated if one.passage == number}
            assert passage.title or all(name in passage.text.lower() for name in names)


def is_told(library: Library, wanted: Missing) -> bool:
    return any(
        (one.fact.thing, one.fact.relation) == (wanted.thing, wanted.relation)
        and (wanted.year is None or one.fact.year in {None, wanted.year})
        for one in library.stated
    )


def test_what_is_missing_is_told_nowhere_and_something_near_it_is(libraries: list[Library]) -> None:
    seen = set()
    for library in libraries:
        for wanted in missing_in_turn(library, random.Random(1)):  # noqa: S311 - as above
            seen.add(wanted.near)
            assert not is_told(library, wanted), wanted
            of_it = [one.fact for one in library.stated if one.fact.thing == wanted.thing]
            alike = [one.fact for one in library.stated if one.fact.relation == wanted.relation]
            assert bool(of_it) == (wanted.near is not Near.UNKNOWN)
            assert bool(alike) == (wanted.near is not Near.ELSE)
            years = {fact.year for fact in of_it if fact in alike}
            assert (wanted.near is Near.OTHER_YEAR) == bool(years)
    assert seen == set(Near)


def test_missing_facts_come_by_turns_of_every_nearness(libraries: list[Library]) -> None:
    chance = random.Random(2)  # noqa: S311 - as above
    first = [[one.near for one in missing_in_turn(library, chance)][:2] for library in libraries]
    assert all(len(set(two)) == 2 for two in first)


def test_a_question_for_a_missing_year_names_it(libraries: list[Library]) -> None:
    chance = random.Random(3)  # noqa: S311 - as above
    yearly = [
        (wanted, unanswerable(library, wanted, chance))
        for library in libraries
        for wanted in missing_in_turn(library, chance)
        if wanted.year
    ]
    assert yearly
    assert all(str(wanted.year) in asked.question for wanted, asked in yearly)


def test_answers_are_short(packs: list[Pack]) -> None:
    single = asked_of(packs, *SINGLE)
    for language in LANGUAGES:
        lengths = [len(asked.answer.split()) - 1 for pack, asked in single if pack.language == language]
        assert sum(lengths) / len(lengths) < 11


def test_an_answer_names_its_thing_and_holds_the_value_whole(libraries: list[Library]) -> None:
    chance = random.Random(4)  # noqa: S311 - as above
    for library in libraries:
        for one in library.stated:
            asked = ask_fact(library, one, chance)
            assert told(one.fact.thing.name) in told(asked.answer), asked
            assert told(one.fact.value.text) in told(asked.answer), asked


def told(text: str) -> str:
    """Forget the capitals and articles that a place in a sentence changes."""
    return " ".join(word for word in words(text.lower()) if word not in {"the", "le", "la", "l", "du", "au", "de", "d"})


def test_a_page_states_the_value_of_every_fact_that_is_said_to_stand_on_it(libraries: list[Library]) -> None:
    for library in libraries:
        for one in library.stated:
            assert told(one.fact.value.text) in told(library.passages[one.passage - 1].text), one
