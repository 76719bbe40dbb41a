"""Copies are told from other texts."""

from __future__ import annotations

from assistant.language.similarity import jaccard, near_duplicates, shingles

TEXT = "VACUUM reclaims storage that is held by dead rows, and in normal operation they are not removed from a table."


def test_a_copy_with_other_punctuation_and_case_is_a_duplicate() -> None:
    assert near_duplicates(TEXT, TEXT.upper().replace(",", ";"))


def test_a_copy_with_one_word_changed_is_a_duplicate() -> None:
    assert near_duplicates(TEXT * 3, (TEXT * 3).replace("normal", "usual", 1))


def test_another_text_with_some_of_the_same_words_is_none() -> None:
    assert not near_duplicates(TEXT, "A table is removed in normal operation; dead rows are held by VACUUM in storage.")


def test_texts_without_words_share_nothing() -> None:
    assert jaccard(shingles(""), shingles("...")) == 0
    assert not near_duplicates("", "")


def test_texts_shorter_than_a_shingle_are_compared_whole() -> None:
    assert near_duplicates("Two words", "two words.")
    assert not near_duplicates("Two words", "two others")
