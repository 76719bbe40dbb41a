"""A link opens a frozen copy for whoever has its secret, until its owner takes it back or the chat goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.chats import ChatStore, Feedback
from assistant.chats.feedback import LONGEST_NOTE
from assistant.evidence import Answer, AnswerStatus, Sentence, Verdict

SAID = Sentence(text="Otters hold hands.", citations=(), verdict=Verdict.UNSUPPORTED)
ANSWER = Answer(question="What do otters do?", status=AnswerStatus.ANSWERED, sentences=(SAID,))
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "chats.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[ChatStore]:
    found = ChatStore(path)
    yield found
    found.close()


def answered(store: ChatStore, question: str = "What do otters do?", chat_id: str | None = None) -> tuple[str, str]:
    turn = store.open_turn(question, chat_id=chat_id)
    store.close_turn(turn.id, ANSWER)
    return turn.chat_id, turn.id


def test_a_link_shows_what_was_there_when_it_was_made_and_nothing_later(store: ChatStore) -> None:
    chat_id, turn_id = answered(store)
    secret = store.share(chat_id)
    assert secret
    store.close_turn(turn_id, replace(ANSWER, reason="changed"))
    store.rename(chat_id, "other")
    answered(store, "And at night?", chat_id)
    shared = store.shared(secret)
    assert shared
    assert shared.title == "What do otters do?"
    assert [turn.answer for turn in shared.turns] == [ANSWER]


def test_one_answer_of_a_chat_can_be_shared_alone(store: ChatStore) -> None:
    chat_id, _ = answered(store)
    _, second = answered(store, "And at night?", chat_id)
    shared = store.shared(store.share(chat_id, turn_id=second) or "")
    assert shared
    assert (shared.title, [turn.question for turn in shared.turns]) == ("And at night?", ["And at night?"])


def test_the_secret_is_long_new_each_time_and_not_in_the_file(store: ChatStore, path: Path) -> None:
    chat_id, _ = answered(store)
    one, other = store.share(chat_id), store.share(chat_id)
    assert one
    assert other
    assert one != other
    assert len(one) >= 43
    store.close()
    kept = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert one.encode() not in kept


def test_a_link_that_was_taken_back_leads_nowhere_and_the_other_still_does(store: ChatStore) -> None:
    chat_id, _ = answered(store)
    first, second = store.share(chat_id), store.share(chat_id)
    (_, oldest) = store.shares(chat_id)
    store.revoke(oldest.id)
    assert [store.shared(secret or "") is None for secret in (first, second)] == [True, False]


@pytest.mark.parametrize("is_all", [True, False])
def test_the_links_of_a_deleted_chat_die_with_it(store: ChatStore, *, is_all: bool) -> None:
    chat_id, _ = answered(store)
    secret = store.share(chat_id)
    if is_all:
        store.delete_all()
    else:
        store.delete(chat_id)
    assert store.shared(secret or "") is None
    assert store.shares() == ()


def test_a_chat_without_an_answer_has_nothing_to_share(store: ChatStore) -> None:
    turn = store.open_turn("still at work")
    store.keep_partial(turn.id, ANSWER)
    assert store.share(turn.chat_id) is None
    assert store.shares() == ()


@pytest.mark.parametrize("guess", ["", "x", "\ud800", "'; DROP TABLE shares", "A" * 10_000])
def test_no_guess_opens_anything(store: ChatStore, guess: str) -> None:
    chat_id, _ = answered(store)
    store.share(chat_id)
    assert store.shared(guess) is None


def test_links_outlive_a_restart(store: ChatStore, path: Path) -> None:
    chat_id, _ = answered(store)
    secret = store.share(chat_id)
    store.close()
    again = ChatStore(path)
    assert again.shared(secret or "")
    assert [(share.title, share.answers) for share in again.shares()] == [("What do otters do?", 1)]
    again.close()


def test_feedback_outlives_a_restart_can_be_changed_and_taken_back(store: ChatStore, path: Path) -> None:
    chat_id, turn_id = answered(store)
    store.rate(turn_id, Feedback(is_good=True, given_at=NOW))
    changed = Feedback(is_good=False, note="it is about seals", given_at=NOW)
    store.rate(turn_id, changed)
    store.close()
    again = ChatStore(path)
    assert again.feedback(chat_id) == {turn_id: changed}
    assert [(one.question, one.feedback) for one in again.rated()] == [("What do otters do?", changed)]
    again.rate(turn_id, None)
    assert again.feedback(chat_id) == {}
    again.close()


def test_feedback_goes_with_its_chat_and_is_never_kept_for_one_that_is_gone(store: ChatStore) -> None:
    chat_id, turn_id = answered(store)
    store.rate(turn_id, Feedback(is_good=True, given_at=NOW))
    store.delete(chat_id)
    assert store.rated() == ()
    store.rate(turn_id, Feedback(is_good=True, given_at=NOW))
    assert store.rated() == ()


def test_a_note_of_any_length_or_kind_is_kept_as_far_as_it_can_be(store: ChatStore) -> None:
    chat_id, turn_id = answered(store)
    store.rate(turn_id, Feedback(is_good=True, note="\ud800" + "x" * 9_000, given_at=NOW))
    assert store.feedback(chat_id)[turn_id].note == "x" * LONGEST_NOTE
