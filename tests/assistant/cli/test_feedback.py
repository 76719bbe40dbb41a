"""What a reader thought of answers can be listed, taken along and taken back, and is nobody else's."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.chats import ChatStore, Feedback, TurnState
from assistant.chats.file import CHATS_FILE
from assistant.cli import FAILED, OK, main

Giving = Callable[..., str]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FOOTNOTE_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data" / CHATS_FILE


@pytest.fixture
def give(file: Path) -> Giving:
    """Rate the answer to a question, as the page does."""

    def rate(question: str, *, is_good: bool = True, note: str = "", day: int = 1, owner: str = "local") -> str:
        store = ChatStore(file, owner=owner)
        turn = store.open_turn(question)
        store.rate(turn.id, Feedback(is_good=is_good, note=note, given_at=datetime(2026, 11, day, 9, tzinfo=UTC)))
        store.close()
        return turn.id

    return rate


def listed(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    assert main(["feedback", "--json"]) == OK
    found: list[dict[str, object]] = json.loads(capsys.readouterr().out)
    return found


def test_without_any_it_says_how_to_give_one_and_makes_no_file(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["feedback"]) == OK
    assert "no opinion is kept" in capsys.readouterr().out
    assert listed(capsys) == []
    assert not file.exists()


def test_the_latest_comes_first_with_its_question_and_its_note(
    give: Giving, capsys: pytest.CaptureFixture[str]
) -> None:
    give("Why is the sky blue?", note="Too long.\nAnd \x1b[31mred.", is_good=False, day=2)
    first = give("What is a kestrel?")
    assert main(["feedback"]) == OK
    lines = capsys.readouterr().out.splitlines()
    assert "2026-11-02 09:00 UTC  not useful  Why is the sky blue?" in lines[0]
    assert lines[1].strip() == "Too long."
    assert "\x1b" not in lines[2]
    assert lines[3] == f"{first[:8]}  2026-11-01 09:00 UTC  useful      What is a kestrel?"


def test_json_has_all_of_it(give: Giving, capsys: pytest.CaptureFixture[str]) -> None:
    number = give("What is a kestrel?", note="Good.")
    assert listed(capsys) == [
        {
            "id": number,
            "question": "What is a kestrel?",
            "is_good": True,
            "note": "Good.",
            "given_at": "2026-11-01T09:00:00+00:00",
        }
    ]


def test_one_is_taken_back_by_the_beginning_of_its_number(give: Giving, capsys: pytest.CaptureFixture[str]) -> None:
    kept, gone = give("What stays?"), give("What goes?")
    assert main(["feedback", "--delete", gone[:8].upper()]) == OK
    assert capsys.readouterr().out == "1 opinion taken back\n"
    assert [one["id"] for one in listed(capsys)] == [kept]


def test_all_are_taken_back_and_no_note_is_left_in_the_file(
    file: Path, give: Giving, capsys: pytest.CaptureFixture[str]
) -> None:
    give("A?", note="a secret of mine")
    give("B?")
    assert main(["feedback", "--delete", "all", "--json"]) == OK
    assert {one["question"] for one in json.loads(capsys.readouterr().out)} == {"A?", "B?"}
    assert listed(capsys) == []
    assert not [path for path in file.parent.iterdir() if b"a secret of mine" in path.read_bytes()]


@pytest.mark.parametrize("number", ["0123", "x", ""])
def test_a_number_that_names_none_or_several_takes_nothing_back(
    give: Giving, capsys: pytest.CaptureFixture[str], number: str
) -> None:
    give("A?")
    give("B?")
    assert main(["feedback", f"--delete={number}"]) == FAILED
    assert "footnote feedback" in capsys.readouterr().err
    assert len(listed(capsys)) == 2


def test_what_another_owner_thinks_is_neither_shown_nor_taken_back(
    file: Path, give: Giving, capsys: pytest.CaptureFixture[str]
) -> None:
    give("Whose?", owner="https://issuer.test someone")
    assert listed(capsys) == []
    assert main(["feedback", "--delete", "all"]) == OK
    store = ChatStore(file, owner="https://issuer.test someone")
    assert len(store.rated()) == 1
    store.close()


def test_a_turn_that_a_page_is_working_on_stays_so(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = ChatStore(file)
    turn = page.open_turn("What is a kestrel?")
    assert listed(capsys) == []
    assert page.turns(turn.chat_id)[0].state is TurnState.OPEN
    page.close()
