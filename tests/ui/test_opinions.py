"""What a reader thinks of an answer is kept here, shown again, and taken along."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from assistant.bundle_json import decode_bundle, with_feedback
from assistant.chats import Feedback, StoredTurn
from tests.ui.scripted import ScriptedAssistant, opened
from tests.ui.visiting import ask, shown, visit
from ui.background import Engine
from ui.history import History
from ui.resources import Resources

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def resources(tmp_path: Path) -> Iterator[Resources]:
    made = Resources(engine=Engine(lambda: opened(ScriptedAssistant())), history=History(tmp_path / "chats.sqlite3"))
    yield made
    made.close()


def first_turn(resources: Resources) -> StoredTurn:
    (chat,) = resources.history.chats()
    return resources.history.turns(chat.id)[0]


def given(resources: Resources) -> dict[str, Feedback]:
    return resources.history.feedback(first_turn(resources).chat_id)


def test_a_thumb_and_a_note_are_kept_and_shown_again_after_a_reload(resources: Resources) -> None:
    at = ask(visit(resources))
    turn = first_turn(resources)
    at.feedback[0].set_value(0).run()
    at.text_area(key=f"note-{turn.id}").set_value("no word of tests").run()
    at.button(key=f"keep-note-{turn.id}").click().run()
    kept = given(resources)[turn.id]
    assert (kept.is_good, kept.note) == (False, "no word of tests")
    again = visit(resources, chat=turn.chat_id)
    assert again.feedback[0].value == 0
    assert again.text_area(key=f"note-{turn.id}").value == "no word of tests"


def test_another_thumb_keeps_the_note_and_no_thumb_takes_all_back(resources: Resources) -> None:
    turn = first_turn_of(ask(visit(resources)), resources)
    resources.history.rate(turn, Feedback(is_good=False, note="short", given_at=NOW))
    at = visit(resources, chat=turn.chat_id)
    at.feedback[0].set_value(1).run()
    kept = given(resources)[turn.id]
    assert (kept.is_good, kept.note) == (True, "short")
    at.feedback[0].set_value(None).run()
    assert given(resources) == {}


def first_turn_of(at: AppTest, resources: Resources) -> StoredTurn:
    assert not at.exception
    return first_turn(resources)


def test_an_earlier_answer_shows_what_was_thought_of_it_as_text(resources: Resources) -> None:
    at = ask(visit(resources))
    resources.history.rate(first_turn(resources), Feedback(is_good=False, note="<b>short</b>", given_at=NOW))
    ask(at, "And where does it go?")
    assert "You did not find this useful: &lt;b&gt;short&lt;/b&gt;" in shown(at)


def test_the_bundle_takes_it_along_and_can_still_be_replayed(resources: Resources) -> None:
    turn = first_turn_of(ask(visit(resources)), resources)
    before = resources.history.trace(turn)
    assert before
    assert "feedback" not in json.loads(before)
    resources.history.rate(turn, Feedback(is_good=True, note='a "quoted" note é', given_at=NOW))
    bundle = resources.history.trace(turn)
    assert bundle
    assert json.loads(bundle) == json.loads(before) | {
        "feedback": {"is_good": True, "note": 'a "quoted" note é', "given_at": NOW.isoformat()}
    }
    assert decode_bundle(bundle) == decode_bundle(before)


def test_feedback_is_added_to_any_object() -> None:
    added = with_feedback('{\n "format": "x"\n}\n', Feedback(is_good=True, given_at=NOW))
    assert json.loads(added)["feedback"]["is_good"] is True
    assert json.loads(added)["format"] == "x"
