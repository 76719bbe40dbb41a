"""Two owners of one file never meet: what is another's looks like what is not there, in every method of the store."""

from __future__ import annotations

import inspect
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.chats import ChatStore
from assistant.chats.rows import LOCAL, Feedback
from assistant.chats.schema import FIRST, PINS_AND_SEARCH, TRACES
from assistant.evidence import Answer, AnswerStatus, Sentence, Verdict

ALICE, MALLORY = "https://id.example alice", "https://id.example mallory"
SAID = Sentence(text="Otters hold hands.", citations=(), verdict=Verdict.UNSUPPORTED)
ANSWER = Answer(question="What do otters do?", status=AnswerStatus.ANSWERED, sentences=(SAID,))
FORGED = Answer(question="?", status=AnswerStatus.FAILED, reason="forged")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
THUMB = Feedback(is_good=True, note="mine", given_at=NOW)


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What a stranger may have learnt of somebody's chat: every name in it."""

    chat_id: str
    open_id: str
    closed_id: str
    share_id: str


NOTHING = Known(chat_id="no-chat", open_id="no-turn", closed_id="no-turn", share_id="no-share")
TRIES: dict[str, Callable[[ChatStore, Known], object]] = {
    "chats": lambda store, known: store.chats(),
    "search": lambda store, known: store.search("otters"),
    "turns": lambda store, known: store.turns(known.chat_id),
    "open_turn": lambda store, known: store.open_turn("intruding", chat_id=known.chat_id).chat_id == known.chat_id,
    "keep_partial": lambda store, known: store.keep_partial(known.open_id, FORGED),
    "close_turn": lambda store, known: store.close_turn(known.open_id, FORGED),
    "keep_trace": lambda store, known: store.keep_trace(known.closed_id, "forged"),
    "trace": lambda store, known: store.trace(known.closed_id),
    "is_traced": lambda store, known: store.is_traced(known.closed_id),
    "forget_traces": lambda store, known: store.forget_traces(known.chat_id, ["bundle"]),
    "rate": lambda store, known: (store.rate(known.closed_id, None), store.rate(known.closed_id, THUMB)),
    "feedback": lambda store, known: store.feedback(known.chat_id),
    "rated": lambda store, known: store.rated(),
    "share": lambda store, known: (store.share(known.chat_id), store.share(known.chat_id, turn_id=known.closed_id)),
    "shares": lambda store, known: (store.shares(), store.shares(known.chat_id)),
    "revoke": lambda store, known: store.revoke(known.share_id),
    "discard_turn": lambda store, known: store.discard_turn(known.closed_id),
    "show": lambda store, known: store.show(known.closed_id),
    "rename": lambda store, known: store.rename(known.chat_id, "forged"),
    "delete": lambda store, known: store.delete(known.chat_id),
    "pin": lambda store, known: store.pin(known.chat_id, is_pinned=True),
    "delete_all": lambda store, known: store.delete_all(),
}
FOR_ALL = {
    "shared": "a link is read by whoever has its secret; what it opens is a copy",
    "seen_by": "chooses the owner, and reads nothing",
    "close": "belongs to whoever opened the file",
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ChatStore]:
    found = ChatStore(tmp_path / "chats.sqlite3")
    yield found
    found.close()


def chat_of_alice(alice: ChatStore) -> Known:
    closed = alice.open_turn("What do otters do?")
    alice.close_turn(closed.id, ANSWER)
    alice.keep_trace(closed.id, "bundle")
    alice.rate(closed.id, Feedback(is_good=False, note="too short", given_at=NOW))
    assert alice.share(closed.chat_id)
    still_open = alice.open_turn("And at night?", chat_id=closed.chat_id)
    (share,) = alice.shares()
    return Known(chat_id=closed.chat_id, open_id=still_open.id, closed_id=closed.id, share_id=share.id)


def everything(path: Path, owner: str) -> list[object]:
    """Read all rows of an owner past the store, which might hide a change."""
    with sqlite3.connect(path) as connection:
        of_chat = "chat_id IN (SELECT id FROM chats WHERE owner = ?)"
        of_turn = f"turn_id IN (SELECT id FROM turns WHERE {of_chat})"  # noqa: S608
        tables = {"chats": "owner = ?", "turns": of_chat, "traces": of_turn, "feedback": of_turn, "shares": of_chat}
        return [
            connection.execute(f"SELECT * FROM {table} WHERE {condition}", (owner,)).fetchall()  # noqa: S608
            for table, condition in tables.items()
        ]


def public_methods() -> set[str]:
    return {name for name, _ in inspect.getmembers(ChatStore, callable) if not name.startswith("_")}


def test_every_method_of_the_store_is_tried_by_a_stranger_or_is_for_all_on_purpose() -> None:
    assert public_methods() == set(TRIES) | set(FOR_ALL)


@pytest.mark.parametrize("name", TRIES)
def test_a_stranger_sees_and_changes_nothing(store: ChatStore, tmp_path: Path, name: str) -> None:
    alice, mallory = store.seen_by(ALICE), store.seen_by(MALLORY)
    unknown = TRIES[name](mallory, NOTHING)
    mallory.delete_all()
    known = chat_of_alice(alice)
    before = everything(tmp_path / "chats.sqlite3", ALICE)
    assert all(before)
    assert TRIES[name](mallory, known) == unknown
    assert everything(tmp_path / "chats.sqlite3", ALICE) == before


@pytest.mark.parametrize("name", TRIES)
def test_the_local_reader_is_a_stranger_to_who_signed_in(store: ChatStore, tmp_path: Path, name: str) -> None:
    known = chat_of_alice(store.seen_by(ALICE))
    before = everything(tmp_path / "chats.sqlite3", ALICE)
    TRIES[name](store, known)
    assert everything(tmp_path / "chats.sqlite3", ALICE) == before


def test_the_owner_sees_what_the_stranger_does_not(store: ChatStore) -> None:
    alice = store.seen_by(ALICE)
    known = chat_of_alice(alice)
    assert [chat.id for chat in alice.chats()] == [chat.id for chat in alice.search("otters")] == [known.chat_id]
    assert [turn.id for turn in alice.turns(known.chat_id)] == [known.closed_id, known.open_id]
    assert alice.trace(known.closed_id) == "bundle"
    assert alice.feedback(known.chat_id)[known.closed_id].note == "too short"


def test_many_questions_of_one_owner_push_no_trace_of_another_out(store: ChatStore) -> None:
    known = chat_of_alice(store.seen_by(ALICE))
    mallory = store.seen_by(MALLORY)
    for number in range(60):
        mallory.keep_trace(mallory.open_turn(f"question {number}").id, "bundle")
    assert store.seen_by(ALICE).trace(known.closed_id) == "bundle"


def test_chats_from_before_anybody_could_sign_in_belong_to_the_local_reader(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite3"
    old = sqlite3.connect(path)
    old.create_function("said_in", 1, lambda answer: answer or "", deterministic=True)
    old.executescript(FIRST + PINS_AND_SEARCH + TRACES + "PRAGMA user_version = 3;")
    old.execute("INSERT INTO chats VALUES ('c', 'title', '2026-01-01T00:00:00+00:00', 0)")
    old.execute("INSERT INTO turns VALUES (1, 't', 'c', 'walruses', '2026-01-01T00:00:00+00:00', 'closed', NULL)")
    old.commit()
    old.close()
    store = ChatStore(path)
    assert store.owner == LOCAL
    assert [chat.id for chat in store.chats()] == ["c"]
    assert store.seen_by(ALICE).chats() == ()
    store.close()
