"""Asking goes on whatever happens to the file of chats."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.chats import TurnState
from assistant.evidence import Answer, AnswerStatus
from ui.history import History

ANSWER = Answer(question="?", status=AnswerStatus.ANSWERED)


@pytest.fixture
def nowhere(tmp_path: Path) -> Iterator[History]:
    (tmp_path / "file").write_text("in the way")
    history = History(tmp_path / "file" / "chats.sqlite3")
    yield history
    history.close()


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    found = History(tmp_path / "chats.sqlite3")
    yield found
    found.close()


def test_without_a_file_chats_live_in_memory_and_one_line_says_so(nowhere: History) -> None:
    turn = nowhere.open_turn("?", None)
    nowhere.close_turn(turn, ANSWER)
    assert nowhere.turns(turn.chat_id)[0].answer == ANSWER
    assert [chat.title for chat in nowhere.chats()] == ["?"]
    assert "FOOTNOTE_DATA_DIR" in nowhere.notice


def test_with_a_file_there_is_nothing_to_say(history: History) -> None:
    assert history.notice == ""


def test_a_disk_that_fails_later_loses_no_question(history: History) -> None:
    first = history.open_turn("kept", None)
    assert history._kept
    history._kept._connection.execute("PRAGMA query_only = ON")
    turn = history.open_turn("now in memory", first.chat_id)
    history.close_turn(turn, ANSWER)
    assert history.turns(turn.chat_id)[0].state is TurnState.CLOSED
    assert history.turns(first.chat_id)[0].question == "kept"
    assert {chat.title for chat in history.chats()} == {"kept", "now in memory"}
    assert "readonly" in history.notice


def test_a_change_that_fails_is_told_and_raises_nothing(history: History) -> None:
    turn = history.open_turn("?", None)
    assert history._kept
    history._kept._connection.execute("PRAGMA query_only = ON")
    history.rename(turn.chat_id, "other")
    history.delete(turn.chat_id)
    history.close_turn(turn, ANSWER)
    assert history.turns(turn.chat_id)[0].state is TurnState.OPEN
    assert history.notice


def test_a_corrupt_file_is_set_aside_with_a_notice(tmp_path: Path) -> None:
    (tmp_path / "chats.sqlite3").write_bytes(b"not chats" * 1000)
    history = History(tmp_path / "chats.sqlite3")
    assert "set aside" in history.notice
    assert history.open_turn("?", None).chat_id
    history.close()
