"""A question put otherwise begins a branch; what followed the first wording stays and can be shown again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.chats import ChatStore, StoredTurn
from assistant.chats.schema import FIRST
from assistant.evidence import Answer, AnswerStatus, Sentence, Verdict


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ChatStore]:
    found = ChatStore(tmp_path / "chats.sqlite3")
    yield found
    found.close()


def chat(store: ChatStore, *questions: str) -> list[StoredTurn]:
    first = store.open_turn(questions[0])
    return [first, *(store.open_turn(question, chat_id=first.chat_id) for question in questions[1:])]


def shown(store: ChatStore, chat_id: str) -> list[str]:
    return [turn.question for turn in store.turns(chat_id)]


def test_a_second_wording_shares_what_came_before_and_hides_what_followed(store: ChatStore) -> None:
    one, two, _ = chat(store, "1", "2", "3")
    other = store.open_turn("2b", chat_id=one.chat_id, instead_of=two.id)
    assert shown(store, one.chat_id) == ["1", "2b"]
    first, second = store.turns(one.chat_id)
    assert first.wordings == ()
    assert second.wordings == (two.id, other.id)


def test_the_first_wording_is_shown_again_with_all_that_followed(store: ChatStore) -> None:
    one, two, _ = chat(store, "1", "2", "3")
    other = store.open_turn("2b", chat_id=one.chat_id, instead_of=two.id)
    store.show(two.id)
    assert shown(store, one.chat_id) == ["1", "2", "3"]
    store.show(other.id)
    assert shown(store, one.chat_id) == ["1", "2b"]


def test_the_very_first_question_can_be_put_otherwise(store: ChatStore) -> None:
    one, _ = chat(store, "1", "2")
    store.open_turn("1b", chat_id=one.chat_id, instead_of=one.id)
    assert shown(store, one.chat_id) == ["1b"]
    store.show(one.id)
    assert shown(store, one.chat_id) == ["1", "2"]


def test_a_follow_up_joins_the_branch_that_is_shown(store: ChatStore) -> None:
    one, two = chat(store, "1", "2")
    other = store.open_turn("2b", chat_id=one.chat_id, instead_of=two.id)
    store.show(two.id)
    store.open_turn("3", chat_id=one.chat_id)
    assert shown(store, one.chat_id) == ["1", "2", "3"]
    store.show(other.id)
    store.open_turn("3b", chat_id=one.chat_id)
    assert shown(store, one.chat_id) == ["1", "2b", "3b"]


def test_branches_may_branch_and_are_shown_where_they_were_led_last(store: ChatStore) -> None:
    one, two = chat(store, "1", "2")
    other = store.open_turn("2b", chat_id=one.chat_id, instead_of=two.id)
    follow = store.open_turn("3b", chat_id=one.chat_id)
    store.open_turn("3c", chat_id=one.chat_id, instead_of=follow.id)
    store.show(two.id)
    store.show(other.id)
    assert shown(store, one.chat_id) == ["1", "2b", "3c"]
    assert [len(turn.wordings) for turn in store.turns(one.chat_id)] == [0, 2, 2]


def test_the_branch_that_is_shown_outlives_a_restart(store: ChatStore, tmp_path: Path) -> None:
    one, two = chat(store, "1", "2")
    store.open_turn("2b", chat_id=one.chat_id, instead_of=two.id)
    store.show(two.id)
    store.close()
    again = ChatStore(tmp_path / "chats.sqlite3")
    assert shown(again, one.chat_id) == ["1", "2"]
    again.close()


@pytest.mark.parametrize("is_edit", [True, False])
def test_a_refused_question_leaves_shown_what_was_shown_before_it(store: ChatStore, *, is_edit: bool) -> None:
    one, two, three = chat(store, "1", "2", "3")
    store.open_turn("2b", chat_id=one.chat_id, instead_of=two.id)
    store.show(two.id)
    refused = store.open_turn("", chat_id=one.chat_id, instead_of=three.id if is_edit else None)
    store.discard_turn(refused.id)
    assert shown(store, one.chat_id) == ["1", "2", "3"]


def test_words_of_every_branch_are_found_and_deleted_with_their_chat(store: ChatStore, tmp_path: Path) -> None:
    one, two = chat(store, "1", "about walruses")
    said = Sentence(text="Otters hold hands.", citations=(), verdict=Verdict.UNSUPPORTED)
    store.close_turn(two.id, Answer(question="?", status=AnswerStatus.ANSWERED, sentences=(said,)))
    store.open_turn("2b", chat_id=one.chat_id, instead_of=two.id)
    assert [found.id for found in store.search("otters")] == [one.chat_id]
    store.delete(one.chat_id)
    store.close()
    left = (tmp_path / "chats.sqlite3").read_bytes()
    assert b"walruses" not in left
    assert b"Otters" not in left


def test_a_turn_of_another_chat_is_nothing_to_branch_from(store: ChatStore) -> None:
    (mine,), (other,) = chat(store, "mine"), chat(store, "other")
    store.open_turn("next", chat_id=mine.chat_id, instead_of=other.id)
    assert shown(store, mine.chat_id) == ["mine", "next"]


def test_a_stranger_neither_shows_nor_branches(store: ChatStore) -> None:
    one, two = chat(store, "1", "2")
    store.open_turn("2b", chat_id=one.chat_id, instead_of=two.id)
    stranger = store.seen_by("mallory")
    stranger.show(two.id)
    stranger.open_turn("intruding", chat_id=one.chat_id, instead_of=two.id)
    stranger.discard_turn(two.id)
    assert shown(store, one.chat_id) == ["1", "2b"]
    assert stranger.turns(one.chat_id) == ()
    assert len(store.turns(one.chat_id)[1].wordings) == 2


def test_a_file_from_before_branches_has_each_turn_follow_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite3"
    old = sqlite3.connect(path)
    old.executescript(FIRST + "PRAGMA user_version = 1;")
    for chat_id in "cd":
        old.execute("INSERT INTO chats VALUES (?, 'title', '2026-01-01T00:00:00+00:00')", (chat_id,))
    for number in range(1, 7):
        row = (number, f"t{number}", "cd"[number % 2], f"question {number}", "2026-01-01T00:00:00+00:00", "closed")
        old.execute("INSERT INTO turns VALUES (?, ?, ?, ?, ?, ?, NULL)", row)
    old.commit()
    old.close()
    store = ChatStore(path)
    assert shown(store, "c") == ["question 2", "question 4", "question 6"]
    assert shown(store, "d") == ["question 1", "question 3", "question 5"]
    store.open_turn("question 4b", chat_id="c", instead_of="t4")
    assert shown(store, "c") == ["question 2", "question 4b"]
    store.close()
