"""Past chats survive whatever happens to the process and say so when the file does not."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.chats import ChatStore, TurnState
from assistant.chats.schema import FIRST
from assistant.chats.traces import MOST_KEPT
from assistant.errors import ChatStoreUnavailable
from assistant.evidence import Answer, AnswerStatus, Sentence, Verdict

Opened = Callable[[Path | None], ChatStore]
SAID = Sentence(text="VACUUM reclaims storage.", citations=(), verdict=Verdict.UNSUPPORTED)
ANSWER = Answer(question="What is VACUUM?", status=AnswerStatus.ANSWERED, sentences=(SAID,))

WRITER = """
import sys
from pathlib import Path
from assistant.chats.traces import MOST_KEPT
from assistant.chats import ChatStore
from assistant.evidence import Answer, AnswerStatus, Sentence, Verdict

store = ChatStore(Path(sys.argv[1]))
done = store.open_turn("A finished question?")
store.close_turn(done.id, Answer(question="A finished question?", status=AnswerStatus.ANSWERED))
turn = store.open_turn("What is VACUUM?", chat_id=done.chat_id)
said = Sentence(text="VACUUM reclaims storage.", citations=(), verdict=Verdict.UNSUPPORTED)
store.keep_partial(turn.id, Answer(question=turn.question, status=AnswerStatus.STOPPED, sentences=(said,)))
print(turn.chat_id, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "chats.sqlite3"


@pytest.fixture
def opened() -> Iterator[Opened]:
    with ExitStack() as stack:

        def open_store(path: Path | None) -> ChatStore:
            store = ChatStore(path)
            stack.callback(store.close)
            return store

        yield open_store


def test_a_closed_turn_is_back_after_a_restart(path: Path, opened: Opened) -> None:
    store = opened(path)
    turn = store.open_turn("What is VACUUM?")
    store.close_turn(turn.id, ANSWER)
    store.close()
    (found,) = opened(path).turns(turn.chat_id)
    assert (found.state, found.answer, found.question) == (TurnState.CLOSED, ANSWER, "What is VACUUM?")


def test_turns_stay_in_the_order_they_were_asked_even_within_one_moment(path: Path, opened: Opened) -> None:
    store = opened(path)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    first = store.open_turn("0", asked_at=at)
    for number in range(1, 9):
        store.open_turn(str(number), chat_id=first.chat_id, asked_at=at)
    assert [turn.question for turn in store.turns(first.chat_id)] == list("012345678")


def test_a_process_killed_in_mid_turn_loses_neither_question_nor_what_was_shown(path: Path, opened: Opened) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout
        chat_id = child.stdout.readline().strip()
        os.kill(child.pid, signal.SIGKILL)
    finished, interrupted = opened(path).turns(chat_id)
    assert finished.state is TurnState.CLOSED
    assert interrupted.state is TurnState.INTERRUPTED
    assert interrupted.question == "What is VACUUM?"
    assert interrupted.answer
    assert interrupted.answer.sentences == (SAID,)


def test_a_late_partial_does_not_overwrite_the_final_answer(path: Path, opened: Opened) -> None:
    store = opened(path)
    turn = store.open_turn("What is VACUUM?")
    store.close_turn(turn.id, ANSWER)
    store.keep_partial(turn.id, Answer(question=turn.question, status=AnswerStatus.STOPPED))
    assert store.turns(turn.chat_id)[0].answer == ANSWER


def test_a_second_process_does_not_take_an_open_turn_from_the_first(path: Path, opened: Opened) -> None:
    first = opened(path)
    turn = first.open_turn("What is VACUUM?")
    second = opened(path)
    assert second.turns(turn.chat_id)[0].state is TurnState.INTERRUPTED
    first.keep_partial(turn.id, ANSWER)
    assert second.turns(turn.chat_id)[0].answer == ANSWER
    first.close_turn(turn.id, ANSWER)
    assert second.turns(turn.chat_id)[0].state is TurnState.CLOSED


def test_a_file_that_is_no_database_is_set_aside_with_a_message(path: Path, opened: Opened) -> None:
    path.parent.mkdir()
    path.write_bytes(b"these are not chats" * 400)
    store = opened(path)
    (aside,) = path.parent.glob("chats.sqlite3.corrupt-*")
    assert aside.name in store.notice
    assert aside.read_bytes().startswith(b"these are not chats")
    assert store.open_turn("works?").question == "works?"


def test_a_damaged_database_is_set_aside(path: Path, opened: Opened) -> None:
    store = opened(path)
    for number in range(200):
        store.open_turn(f"question {number} " + "x" * 500)
    store.close()
    body = bytearray(path.read_bytes())
    body[8192:-4096] = b"\xff" * len(body[8192:-4096])
    path.write_bytes(body)
    assert "set aside" in opened(path).notice


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path, opened: Opened) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ChatStoreUnavailable, match="FOOTNOTE_DATA_DIR") as caught:
        opened(tmp_path / "file" / "chats.sqlite3")
    assert "\n" not in str(caught.value)


def test_a_file_of_a_newer_version_is_left_alone(path: Path, opened: Opened) -> None:
    opened(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(ChatStoreUnavailable, match="newer Footnote"):
        opened(path)
    assert path.exists()


def test_a_write_that_fails_later_is_a_chat_store_error(path: Path, opened: Opened) -> None:
    store = opened(path)
    store._connection.execute("PRAGMA query_only = ON")
    with pytest.raises(ChatStoreUnavailable, match=r"chats\.sqlite3"):
        store.open_turn("?")


def test_a_refused_turn_leaves_no_chat_behind_but_keeps_one_with_other_turns(path: Path, opened: Opened) -> None:
    store = opened(path)
    kept = store.open_turn("fine")
    refused_here = store.open_turn("", chat_id=kept.chat_id)
    refused_alone = store.open_turn("")
    for turn in (refused_here, refused_alone):
        store.discard_turn(turn.id)
    assert [chat.id for chat in store.chats()] == [kept.chat_id]
    assert [turn.question for turn in store.turns(kept.chat_id)] == ["fine"]


def test_a_chat_can_be_renamed_and_deleted_with_its_turns(path: Path, opened: Opened) -> None:
    store = opened(path)
    turn = store.open_turn("a\nlong   question")
    store.rename(turn.chat_id, "  ")
    assert store.chats()[0].title == "a long question"
    store.rename(turn.chat_id, "Disk space")
    assert store.chats()[0].title == "Disk space"
    store.delete(turn.chat_id)
    assert store.chats() == ()
    assert store.turns(turn.chat_id) == ()


def test_the_chat_asked_last_comes_first(path: Path, opened: Opened) -> None:
    store = opened(path)
    old = store.open_turn("old", asked_at=datetime(2026, 1, 1, tzinfo=UTC))
    new = store.open_turn("new", asked_at=datetime(2026, 1, 2, tzinfo=UTC))
    assert [chat.id for chat in store.chats()] == [new.chat_id, old.chat_id]
    store.open_turn("again", chat_id=old.chat_id, asked_at=datetime(2026, 1, 3, tzinfo=UTC))
    assert [chat.title for chat in store.chats()] == ["old", "new"]


def test_chats_in_memory_need_no_file(opened: Opened) -> None:
    store = opened(None)
    turn = store.open_turn("?")
    assert store.turns(turn.chat_id) == (turn,)


def test_half_a_character_from_a_page_does_not_stop_an_answer_from_being_kept(path: Path, opened: Opened) -> None:
    store = opened(path)
    turn = store.open_turn("?")
    broken = Answer(question="?", status=AnswerStatus.FAILED, reason="\ud800")
    store.close_turn(turn.id, broken)
    assert store.turns(turn.chat_id)[0].answer == broken


@pytest.fixture
def searchable(tmp_path: Path) -> Iterator[ChatStore]:
    store = ChatStore(tmp_path / "chats.sqlite3")
    yield store
    store.close()


@pytest.mark.parametrize("typed", ["cafe", "CAFÉ", "caf", "wher", '"where', "is OR", "café%", "café)"])
def test_a_search_finds_whole_and_unfinished_words_without_accents_or_operators(
    searchable: ChatStore, typed: str
) -> None:
    turn = searchable.open_turn("Where is OR the café%)?")
    searchable.open_turn("another matter")
    assert [chat.id for chat in searchable.search(typed)] == [turn.chat_id]


@pytest.mark.parametrize("typed", ["zebra", "*", '"', "%", "", "\0", "NOT"])
def test_a_search_for_what_nobody_said_finds_nothing(searchable: ChatStore, typed: str) -> None:
    searchable.open_turn("Where is the café?")
    assert searchable.search(typed) == ()


def test_a_search_reads_answers_and_forgets_what_was_deleted(searchable: ChatStore) -> None:
    turn = searchable.open_turn("question")
    said = Sentence(text="Otters hold hands.", citations=(), verdict=Verdict.UNSUPPORTED)
    searchable.close_turn(turn.id, Answer(question="question", status=AnswerStatus.ANSWERED, sentences=(said,)))
    assert [chat.id for chat in searchable.search("otters")] == [turn.chat_id]
    searchable.delete(turn.chat_id)
    assert searchable.search("otters") == ()


def test_pins_outlive_a_restart(tmp_path: Path) -> None:
    first = ChatStore(tmp_path / "chats.sqlite3")
    turn = first.open_turn("question")
    first.pin(turn.chat_id, is_pinned=True)
    first.close()
    again = ChatStore(tmp_path / "chats.sqlite3")
    assert [chat.is_pinned for chat in again.chats()] == [True]
    again.close()


def test_deleting_all_leaves_no_word_in_the_file(tmp_path: Path) -> None:
    store = ChatStore(tmp_path / "chats.sqlite3")
    store.open_turn("confidentialmatter")
    store.delete_all()
    assert store.chats() == ()
    store.close()
    assert b"confidentialmatter" not in (tmp_path / "chats.sqlite3").read_bytes()


def test_a_file_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "chats.sqlite3"
    old = sqlite3.connect(path)
    old.executescript(FIRST + "PRAGMA user_version = 1;")
    old.execute("INSERT INTO chats VALUES ('c', 'title', '2026-01-01T00:00:00+00:00')")
    old.execute("INSERT INTO turns VALUES (1, 't', 'c', 'about walruses', '2026-01-01T00:00:00+00:00', 'closed', NULL)")
    old.commit()
    old.close()
    store = ChatStore(path)
    assert [chat.id for chat in store.search("walruses")] == ["c"]
    store.close()


def test_only_the_newest_traces_are_kept(searchable: ChatStore) -> None:
    turns = [searchable.open_turn(f"question {n}") for n in range(MOST_KEPT + 2)]
    for turn in turns:
        searchable.keep_trace(turn.id, f"bundle of {turn.question}")
    kept = [searchable.trace(turn.id) for turn in turns]
    assert kept[:2] == [None, None]
    assert kept[2:] == [f"bundle of {turn.question}" for turn in turns[2:]]
    assert [searchable.is_traced(turn.id) for turn in turns] == [False, False, *[True] * MOST_KEPT]


def test_no_trace_is_kept_of_a_turn_that_is_gone(searchable: ChatStore) -> None:
    turn = searchable.open_turn("question")
    searchable.delete(turn.chat_id)
    searchable.keep_trace(turn.id, "bundle")
    assert searchable.trace(turn.id) is None


def test_deleting_a_chat_leaves_nothing_of_its_trace_in_the_file(tmp_path: Path) -> None:
    store = ChatStore(tmp_path / "chats.sqlite3")
    turn = store.open_turn("question")
    bundle = "confidential"
    store.keep_trace(turn.id, bundle)
    store.delete(turn.chat_id)
    store.close()
    assert zlib.compress(bundle.encode()) not in (tmp_path / "chats.sqlite3").read_bytes()
