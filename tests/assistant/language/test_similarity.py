"""Copies are told from other texts."""

from __future__ import annotations

from assistant.language.similarity import is_near_duplicate, near_duplicates, repeats

TEXT = "VACUUM reclaims storage that is held by dead rows, and in normal operation they are not removed from a table."
OTHER = "A table is removed in normal operation; dead rows are held by VACUUM in storage."


def test_a_copy_with_other_punctuation_and_case_is_a_duplicate() -> None:
    assert is_near_duplicate(TEXT, TEXT.upper().replace(",", ";"))


def test_a_copy_with_one_word_changed_is_a_duplicate() -> None:
    assert is_near_duplicate(TEXT * 3, (TEXT * 3).replace("normal", "usual", 1))


def test_another_text_with_some_of_the_same_words_is_none() -> None:
    assert not is_near_duplicate(TEXT, OTHER)


def test_texts_without_words_share_nothing() -> None:
    assert not is_near_duplicate("", "...")
    assert not repeats("", TEXT)


def test_texts_shorter_than_a_shingle_are_compared_whole() -> None:
    assert is_near_duplicate("Two words", "two words.")
    assert not is_near_duplicate("Two words", "two others")


def test_copies_are_grouped_under_the_first_of_them() -> None:
    assert near_duplicates([OTHER, TEXT, "Rain fell.", TEXT.lower(), OTHER + "!"]) == ((0, 4), (1, 3), (2,))


def test_every_text_is_in_one_group() -> None:
    assert near_duplicates([]) == ()
    assert near_duplicates(["", "", TEXT]) == ((0,), (1,), (2,))


def test_texts_that_change_little_by_little_do_not_become_one_group() -> None:
    chain = [" ".join(f"w{number}" for number in range(start, start + 40)) for start in range(0, 40, 8)]
    assert is_near_duplicate(chain[0], chain[1])
    assert not is_near_duplicate(chain[0], chain[4])
    assert len(near_duplicates(chain)) > 1


def test_a_part_repeats_the_whole_and_the_whole_does_not_repeat_the_part() -> None:
    assert repeats(TEXT, f"{OTHER} {TEXT} {OTHER}")
    assert not repeats(f"{OTHER} {TEXT} {OTHER}", TEXT)
