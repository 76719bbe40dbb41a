"""Where copies of a text say something else."""

from __future__ import annotations

import pytest

from assistant.language.variants import variants

TEXT = "The old mill of Belmar was built in 1856 by Ada Brunn, and is a small wooden house with a tall chimney."


def differing(first: str, second: str) -> list[tuple[str, str]]:
    return [(first[slice(*one.first)], second[slice(*one.second)]) for one in variants(first, second, "en")]


@pytest.mark.parametrize(
    ("said", "instead"),
    [("1856", "1900"), ("Ada Brunn", "Carl Dorn"), ("small wooden house", "large castle")],
)
def test_another_number_name_or_word_is_found_in_its_place(said: str, instead: str) -> None:
    assert differing(TEXT, TEXT.replace(said, instead)) == [(said, instead)]


@pytest.mark.parametrize(
    ("said", "instead"),
    [("chimney", "chimny"), ("is a small", "was the small"), ("1856", "1,856"), (", and is", " and is"), (".", "")],
    ids=["spelling", "function words", "notation", "punctuation", "no stop"],
)
def test_the_same_written_otherwise_is_no_variant(said: str, instead: str) -> None:
    assert not differing(TEXT, TEXT.replace(said, instead))


def test_what_one_text_has_more_is_no_variant() -> None:
    assert not differing(TEXT, f"{TEXT} It stands in Belmar since 1856.")


def test_another_wording_of_some_length_is_no_variant() -> None:
    told = "as people in town like to remember, once the bridge over the river was finished"
    assert not differing(TEXT, TEXT.replace("in 1856 by Ada Brunn", told))


def test_a_word_that_opens_a_sentence_is_no_name() -> None:
    first, second = (f"The mill was built. {word}, it burned." for word in ("However", "Then"))
    assert not any(one.is_particular for one in variants(first, second, "en"))
