"""Packs written by hand hold to what all training data holds to, in both languages."""

from __future__ import annotations

from pathlib import Path

from assistant.language import detect_language, words
from training.data.packs import is_sound, read_packs, write_packs
from training.data.questions import Kind
from training.data.written import written_packs

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
