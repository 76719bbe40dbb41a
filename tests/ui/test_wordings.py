"""The row of a question: what may be done about it, and when."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from assistant.chats import StoredTurn, TurnState
from ui.history import History

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def script(turn: object, history: object, is_busy: object) -> None:
    from ui.wording import wording_for  # noqa: PLC0415 - AppTest runs this function's source alone
    from ui.wordings import question_row  # noqa: PLC0415 - the same

    question_row(turn, history, wording_for("en"), is_busy=is_busy)


def drawn(tmp_path: Path, wordings: tuple[str, ...] = (), *, is_busy: bool = False) -> AppTest:
    turn = StoredTurn(id="b", chat_id="c", question="<b>How?", asked_at=NOW, state=TurnState.CLOSED, wordings=wordings)
    given = {"turn": turn, "history": History(tmp_path / "chats.sqlite3"), "is_busy": is_busy}
    return AppTest.from_function(script, kwargs=given, default_timeout=20.0).run()


def test_a_question_is_a_heading_that_can_be_put_otherwise(tmp_path: Path) -> None:
    at = drawn(tmp_path)
    assert "&lt;b&gt;How?</h2>" in at.get("html")[0].proto.body
    assert [button.key for button in at.button] == ["edit-b"]


def test_the_wordings_are_counted_and_the_last_leads_only_back(tmp_path: Path) -> None:
    at = drawn(tmp_path, ("a", "b"))
    assert "2 of 2" in at.get("html")[1].proto.body
    assert [(button.key, button.disabled) for button in at.button] == [
        ("earlier-b", False),
        ("later-b", True),
        ("edit-b", False),
    ]


@pytest.mark.parametrize("wordings", [(), ("a", "b", "c")])
def test_nothing_may_be_done_while_an_answer_is_written(tmp_path: Path, wordings: tuple[str, ...]) -> None:
    at = drawn(tmp_path, wordings, is_busy=True)
    assert at.button
    assert all(button.disabled for button in at.button)
