from collections.abc import Callable

import pytest

from assistant.evidence import Passage, Verdict
from assistant.writing.rewriting import quoted_instead, trimmed

QUESTION = "How do I reclaim disk space in PostgreSQL after deleting many rows?"
SUPPORTED = "VACUUM FULL writes a new copy of the table"


@pytest.mark.parametrize(
    "sentence",
    [
        f"{SUPPORTED}, quickly and silently overnight.",
        f"{SUPPORTED}, which makes penguins happy in the Antarctic.",
        f"{SUPPORTED} because penguins live in the Antarctic.",
    ],
)
def test_an_end_that_nothing_carries_is_cut_off(sentence: str, vacuum: Passage) -> None:
    found = trimmed(sentence, QUESTION, {1: vacuum}, "en")
    assert found
    assert found.sentence.text == f"{SUPPORTED}."
    assert found.sentence.verdict is Verdict.SUPPORTED


@pytest.mark.parametrize(
    "sentence",
    [
        "In a new copy of the table, penguins live happily.",
        "VACUUM FULL, a new copy of the table, sings to penguins.",
        "If VACUUM FULL writes a new copy of the table, penguins sing.",
        "Penguins live in the Antarctic, which is cold.",
    ],
    ids=["opening", "middle", "condition", "nothing supported"],
)
def test_no_fragment_and_no_invention_is_left(sentence: str, vacuum: Passage) -> None:
    assert trimmed(sentence, QUESTION, {1: vacuum}, "en") is None


def test_the_source_is_quoted_for_what_a_sentence_got_wrong(vacuum: Passage) -> None:
    wrong = "VACUUM FULL needs an exclusive lock on the PostgreSQL table for 30 minutes on our server."
    found = quoted_instead(wrong, QUESTION, {1: vacuum}, "en", [])
    assert found
    assert "20 minutes" in found.sentence.text
    assert found.sentence.citations == (1,)
    assert quoted_instead(wrong, QUESTION, {1: vacuum}, "en", [found.sentence.text]) is None


def test_nothing_is_quoted_for_a_sentence_about_something_else(vacuum: Passage) -> None:
    assert quoted_instead("Penguins live in the Antarctic.", QUESTION, {1: vacuum}, "en", []) is None


def test_nothing_is_quoted_that_is_beside_the_question(passage: Callable[..., Passage]) -> None:
    zoo = passage("Elephants of the old zoo eat 20 bales of hay.")
    assert quoted_instead("Elephants of the old zoo eat 30 bales of hay.", QUESTION, {1: zoo}, "en", []) is None
