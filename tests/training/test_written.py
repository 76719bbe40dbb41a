"""Packs written by hand hold to what all training data holds to, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.language import detect_language, words
from assistant.writing.declining import is_decline
from training.data.packs import is_sound, read_packs, write_packs
from training.data.questions import Kind
from training.data.written import CITED, HELD_BACK, ask, held_back_packs, rows_of, written_packs

NAMES = re.compile(r"(?<=[\w,] )[A-ZÉÎ]\w+")
"""Capitals inside a sentence."""
TWO_SOURCES = {Kind.TWO_SOURCE, Kind.DIFFER}
"""What compares or goes on from one fact to another may find both on one page."""


def test_answers_cite_and_declines_do_not() -> None:
    packs = written_packs(7)
    assert all(is_sound(asked) for pack in packs for asked in pack.asked)
    assert all(len(set(asked.passages)) == 2 for pack in packs for asked in pack.asked if asked.kind in TWO_SOURCES)


def test_digits_of_an_answer_stand_in_what_it_cites_whichever_way_pages_are_numbered() -> None:
    for seed in (1, 2, 3):
        for pack in written_packs(seed):
            for asked in pack.asked:
                cited = [pack.passages[number - 1] for number in asked.passages]
                known = "".join(f"{one.text} {one.published}" for one in cited)
                said = [word for word in words(asked.answer.partition(" [")[0]) if word.isdigit()]
                assert all(word in known for word in said), asked


def test_names_of_an_answer_stand_in_what_it_cites_or_in_the_question() -> None:
    found = 0
    for pack in [*written_packs(7), *held_back_packs(7)]:
        for asked in pack.asked:
            pages = [pack.passages[number - 1] for number in asked.passages]
            known = " ".join([*(f"{one.title} {one.text}" for one in pages), asked.question])
            if pages and detect_language(pages[0].text) == pack.language:
                named = NAMES.findall(CITED.sub("", asked.answer))
                found += len(named)
                assert all(name in known for name in named), asked
    assert found > 150


def test_answers_do_not_begin_with_a_pronoun() -> None:
    first = {words(asked.answer)[0].lower() for pack in written_packs(7) for asked in pack.asked if asked.passages}
    assert not first & {"it", "he", "she", "they", "its", "his", "her", "their", "elle", "ils", "elles", "ce", "c"}


def test_no_page_of_the_packs_held_back_is_learnt_from() -> None:
    learnt = {passage.text for pack in written_packs(7) for passage in pack.passages}
    held = {passage.text for pack in held_back_packs(7) for passage in pack.passages}
    assert held
    assert not learnt & held


def test_what_is_accepted_of_a_held_back_answer_is_in_it() -> None:
    for row in rows_of(HELD_BACK).values():
        for kind, _, answer, accepted in (*row["en"], *row["fr"]):
            assert bool(accepted) == (kind != "absent")
            assert not accepted or any(one.lower() in answer.lower() for one in accepted), answer


def test_every_pack_is_there_in_both_languages_and_questions_are_in_theirs() -> None:
    packs = written_packs(7)
    assert sorted(pack.id[:-2] + "en" for pack in packs if pack.language == "fr") == sorted(
        pack.id for pack in packs if pack.language == "en"
    )
    for pack in packs:
        assert detect_language(" ".join(asked.question for asked in pack.asked)) == pack.language


def test_some_answers_rest_on_a_page_in_another_language() -> None:
    assert any(
        detect_language(pack.passages[number - 1].text) != pack.language
        for pack in written_packs(7)
        for asked in pack.asked
        for number in asked.passages
    )


def test_pages_that_answer_stand_among_others_at_any_place_and_some_have_no_title() -> None:
    packs = written_packs(7)
    cited = [{number for asked in pack.asked for number in asked.passages} for pack in packs]
    assert all(len(pack.passages) >= len(numbers) + 2 for pack, numbers in zip(packs, cited, strict=True))
    assert set.union(*cited) >= set(range(1, 8))
    assert {
        bool(pack.passages[number - 1].title) for pack, mine in zip(packs, cited, strict=True) for number in mine
    } == {
        True,
        False,
    }


def test_a_sixth_has_no_answer() -> None:
    kinds = [asked.kind for pack in written_packs(7) for asked in pack.asked]
    assert 0.15 <= kinds.count(Kind.ABSENT) / len(kinds) <= 0.20


def test_written_packs_are_the_same_for_the_same_seed_and_read_back_as_they_were(tmp_path: Path) -> None:
    packs = written_packs(7)
    assert packs == written_packs(7)
    assert packs != written_packs(8)
    file = tmp_path / "packs.jsonl"
    write_packs(packs, file)
    assert list(read_packs(file)) == packs


def test_what_stood_on_a_page_left_out_is_declined() -> None:
    told = ask("words", "Why?", "Because of rain [2].", at={1: 3}, language="en")
    assert told is not None
    assert told.kind is Kind.ABSENT
    assert is_decline(told.answer)
    assert not told.passages


def test_what_stood_on_two_pages_is_not_asked_where_one_is_left_out() -> None:
    assert ask("two_source", "Who and why?", "Ana [1], because of rain [2].", at={1: 3}, language="en") is None


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_page_holds_the_figures_of_an_answer_that_was_left_out(seed: int) -> None:
    told = [asked for other in range(20, 40) for pack in written_packs(other) for asked in pack.asked if asked.passages]
    answers = {asked.question: CITED.sub("", asked.answer) for asked in told}
    found = 0
    for pack in written_packs(seed):
        shown = figures(" ".join(passage.text for passage in pack.passages))
        for asked in pack.asked:
            left_out = figures(answers.get(asked.question, "")) if asked.kind is Kind.ABSENT else set()
            found += bool(left_out)
            assert not left_out or not left_out <= shown, asked
    assert found


def figures(text: str) -> set[str]:
    return {figure.strip(".,") for figure in re.findall(r"\d[\d.,]*", text)}


def test_pages_on_the_same_theme_stand_beside_an_article() -> None:
    packs = {pack.id: pack for pack in written_packs(7)}
    text = " ".join(passage.text for passage in packs["7-articles-0-en"].passages)
    assert "Laurel Bowl XXIII" in text
    assert "Laurel Bowl XXII " in text
