"""The page as a script: what is drawn for whom, and what becomes of a question."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from assistant.chats import TurnState
from assistant.evidence import Answer, AnswerStatus, Profile
from tests.ui.rich import rich
from tests.ui.scripted import ScriptedAssistant, finished, opened
from tests.ui.visiting import QUESTION, TIMEOUT_S, ask, shown, visit
from ui.background import Engine
from ui.history import History
from ui.launch import SCRIPT
from ui.resources import Resources

Stage = SimpleNamespace
NOW = datetime.now(UTC)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Callable[..., Stage]]:
    """Make an engine, a history and pages on them."""
    with ExitStack() as stack:

        def make(assistant: ScriptedAssistant | None = None, path: Path | None = None) -> Stage:
            played = assistant or ScriptedAssistant()
            engine = Engine(lambda: opened(played))
            resources = Resources(
                engine=engine, history=History(path or tmp_path / "chats.sqlite3"), uploads=tmp_path / "uploads"
            )
            stack.callback(resources.close)

            return Stage(assistant=played, resources=resources, visit=partial(visit, resources))

        yield make


def test_an_empty_page_has_a_name_a_promise_a_box_and_examples(stage: Callable[..., Stage]) -> None:
    at = stage().visit()
    assert not at.exception
    assert "<h1>Footnote</h1>" in shown(at)
    assert "every sentence tied to the passage" in shown(at)
    assert at.chat_input[0].placeholder == "Ask a question"
    assert QUESTION in at.pills[0].options
    assert 3 <= len(at.pills[0].options) <= 4


def test_a_question_becomes_a_chat_with_a_cited_answer(stage: Callable[..., Stage]) -> None:
    played = stage()
    at = ask(played.visit(), QUESTION)
    assert not at.exception
    (chat,) = played.resources.history.chats()
    assert at.query_params["chat"] == chat.id
    assert "Write one file" in shown(at)
    assert 'class="fn-mark"' in shown(at)
    assert "<summary>3 sources · 1 failed · 4 pages read · 3.4 s</summary>" in shown(at)
    assert at.chat_input[0].placeholder == "Ask a follow-up"


def test_an_example_is_asked_like_a_typed_question(stage: Callable[..., Stage]) -> None:
    played = stage()
    at = played.visit()
    at.pills[0].set_value(QUESTION).run()
    assert played.assistant.asked == [(QUESTION, ())]
    assert "Write one file" in shown(at)


def test_a_follow_up_carries_what_was_said(stage: Callable[..., Stage]) -> None:
    played = stage()
    at = ask(ask(played.visit(), QUESTION), "And where does it go?")
    assert not at.exception
    assert [turn.question for turn in played.assistant.asked[1][1]] == [QUESTION]
    assert "Write one file" in played.assistant.asked[1][1][0].answer
    assert shown(at).count('class="fn-question"') == 2


def test_every_turn_of_a_chat_shows_its_answer_its_sources_and_its_plot(stage: Callable[..., Stage]) -> None:
    at = ask(ask(stage(ScriptedAssistant(scripts={"rich": rich})).visit(), "a rich question"), "another rich one")
    assert not at.exception
    assert shown(at).count('class="fn-answer"') == 2 * 3
    assert shown(at).count("Euro in dollars") == 2
    assert shown(at).count('class="fn-cards"') == 2
    assert len(at.get("vega_lite_chart")) == 2


def test_a_chat_is_back_under_its_address_after_a_restart(stage: Callable[..., Stage], tmp_path: Path) -> None:
    first = stage()
    ask(first.visit(), QUESTION)
    (chat,) = first.resources.history.chats()
    first.resources.close()
    at = stage(path=tmp_path / "chats.sqlite3").visit(chat=chat.id)
    assert "Write one file" in shown(at)
    assert at.button(key=f"open-{chat.id}").label == "How do I add a retriever\\?"


def test_what_a_killed_process_had_shown_is_marked_as_interrupted_not_as_stopped(
    stage: Callable[..., Stage], tmp_path: Path
) -> None:
    dead = History(tmp_path / "chats.sqlite3")
    turn = dead.open_turn(QUESTION, None)
    dead.keep_partial(turn, replace(finished(QUESTION, NOW), status=AnswerStatus.STOPPED))
    dead.close()
    at = stage(path=tmp_path / "chats.sqlite3").visit(chat=turn.chat_id)
    assert "Footnote was closed while it worked on this." in shown(at)
    assert "Write one file" in shown(at)
    assert "Stopped." not in shown(at)


def test_a_turn_of_a_killed_process_is_shown_as_interrupted(stage: Callable[..., Stage], tmp_path: Path) -> None:
    dead = History(tmp_path / "chats.sqlite3")
    turn = dead.open_turn(QUESTION, None)
    dead.close()
    at = stage(path=tmp_path / "chats.sqlite3").visit(chat=turn.chat_id)
    assert QUESTION in shown(at)
    assert "Footnote was closed while it worked on this." in shown(at)
    assert not at.exception


@pytest.mark.parametrize(("question", "reason"), [("x" * 5000, "5,000 characters"), ("   ", "the question is empty")])
def test_a_refused_question_goes_back_into_the_box_with_the_reason(
    stage: Callable[..., Stage], question: str, reason: str
) -> None:
    played = stage()
    at = ask(played.visit(), question)
    assert reason in shown(at)
    assert at.chat_input[0].proto.value == question
    assert played.resources.history.chats() == []
    assert "chat" not in at.query_params


def test_a_refused_follow_up_leaves_the_chat_as_it_was(stage: Callable[..., Stage]) -> None:
    played = stage()
    at = ask(ask(played.visit(), QUESTION), "x" * 5000)
    assert "5,000 characters" in shown(at)
    (chat,) = played.resources.history.chats()
    assert at.query_params["chat"] == chat.id
    assert [turn.question for turn in played.resources.history.turns(chat.id)] == [QUESTION]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("the starship Zorblax?", "No answer found in the pages read."),
        ("nothing works", "This question could not be answered."),
        ("Do they disagree?", "Sources disagree about"),
    ],
)
def test_every_end_is_said(stage: Callable[..., Stage], question: str, said: str) -> None:
    at = ask(stage().visit(), question)
    assert said in shown(at)
    assert not at.exception


def test_a_page_that_is_opened_in_mid_turn_shows_it_to_its_end(stage: Callable[..., Stage]) -> None:
    played = stage(ScriptedAssistant(pace_s=0.01))
    history = played.resources.history
    turn = history.open_turn(QUESTION, None)
    played.resources.engine.start(turn, (), history)
    at = played.visit(chat=turn.chat_id)
    assert "Write one file" in shown(at)
    assert "4 pages read · 3.4 s</summary>" in shown(at)


def test_a_chat_that_is_gone_is_said_to_be(stage: Callable[..., Stage]) -> None:
    assert "This chat is not here" in shown(stage().visit(chat="<script>"))


def test_a_chat_can_be_renamed(stage: Callable[..., Stage]) -> None:
    played = stage()
    at = ask(played.visit(), QUESTION)
    (chat,) = played.resources.history.chats()
    at.menu_button[0].click("Rename").run()
    at.text_input(key=f"title-{chat.id}").set_value("*Retrievers*")
    at.button(key="save-title").click().run()
    assert played.resources.history.chats()[0].title == "*Retrievers*"
    assert at.run().button(key=f"open-{chat.id}").label == "\\*Retrievers\\*"


def test_a_chat_is_deleted_after_a_second_thought_only(stage: Callable[..., Stage]) -> None:
    played = stage()
    at = ask(played.visit(), QUESTION)
    at.menu_button[0].click("Delete").run()
    assert "It cannot be brought back." in shown(at)
    assert played.resources.history.chats()
    at.button(key="confirm-delete").click().run()
    assert played.resources.history.chats() == []
    assert "<h1>Footnote</h1>" in shown(at.run())


def test_a_chat_stays_where_the_reader_turns_back_and_the_way_back_comes_first(stage: Callable[..., Stage]) -> None:
    played = stage()
    at = ask(played.visit(), QUESTION)
    at.menu_button[0].click("Delete").run()
    offered = [button.key for button in at.button if button.key and button.key.endswith("-delete")]
    assert offered == ["stay-delete", "confirm-delete"]
    at.button(key="stay-delete").click().run()
    assert len(played.resources.history.chats()) == 1
    assert "It cannot be brought back." not in shown(at.run())


def test_all_chats_stay_where_the_reader_turns_back(stage: Callable[..., Stage]) -> None:
    played = stage()
    at = ask(played.visit(), QUESTION)
    at.button(key="delete-all").click().run()
    at.button(key="stay-delete-all").click().run()
    assert len(played.resources.history.chats()) == 1


def test_a_title_and_a_question_stay_where_the_reader_turns_back(stage: Callable[..., Stage]) -> None:
    played = stage()
    at = ask(played.visit(), QUESTION)
    (chat,) = played.resources.history.chats()
    at.menu_button[0].click("Rename").run()
    at.text_input(key=f"title-{chat.id}").set_value("Other")
    at.button(key="cancel-rename").click().run()
    assert played.resources.history.chats()[0].title == QUESTION
    (turn,) = played.resources.history.turns(chat.id)
    at.run().button(key=f"edit-{turn.id}").click().run()
    at.button(key=f"cancel-edited-{turn.id}").click().run()
    assert [asked for asked, _ in played.assistant.asked] == [QUESTION]


def test_new_chat_turns_to_an_empty_page(stage: Callable[..., Stage]) -> None:
    at = ask(stage().visit(), QUESTION)
    at.button(key="new").click().run()
    assert "chat" not in at.query_params
    assert "<h1>Footnote</h1>" in shown(at)


def test_without_a_place_for_chats_the_page_answers_and_says_so(stage: Callable[..., Stage], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    at = ask(stage(path=tmp_path / "file" / "chats.sqlite3").visit(), QUESTION)
    assert "Write one file" in shown(at)
    assert "past chats cannot be kept" in shown(at)


def test_a_missing_model_is_a_plain_notice(stage: Callable[..., Stage]) -> None:
    played = stage(ScriptedAssistant(problem="no model fits; free 3 GiB"))
    ask(played.visit(), QUESTION)
    assert "Answers are quotations only: no model fits; free 3 GiB" in shown(played.visit())


def test_only_the_latest_chats_are_listed_until_asked(stage: Callable[..., Stage]) -> None:
    played = stage()
    for number in range(33):
        played.resources.history.open_turn(f"question {number}", None)
    at = played.visit()
    listed = [button for button in at.button if button.key and button.key.startswith("open-")]
    assert len(listed) == 30
    at.button(key="more").click().run()
    assert len([button for button in at.button if button.key and button.key.startswith("open-")]) == 33


def test_a_wrong_setting_is_one_line_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_MEMORY_LIMIT", "plenty")
    at = AppTest.from_file(str(SCRIPT), default_timeout=TIMEOUT_S).run()
    assert not at.exception
    assert "FOOTNOTE_MEMORY_LIMIT" in shown(at)


def test_a_stopped_turn_is_drawn_from_what_was_kept(stage: Callable[..., Stage]) -> None:
    played = stage()
    history = played.resources.history
    turn = history.open_turn("an endless question", None)
    job = played.resources.engine.start(turn, (), history)
    for batch in job.batches(poll_s=0.05):
        if any(type(event).__name__ == "SentenceChecked" for event in batch):
            break
    job.cancel(wait_s=TIMEOUT_S)
    at = played.visit(chat=turn.chat_id)
    assert "Stopped. What was written before stays." in shown(at)
    assert "Write one file" in shown(at)


def test_an_answer_that_could_not_be_kept_is_still_shown(stage: Callable[..., Stage]) -> None:
    played = stage()
    history = played.resources.history
    turn = history.open_turn(QUESTION, None)
    history._kept._connection.execute("PRAGMA query_only = ON")
    job = played.resources.engine.start(turn, (), history)
    list(job.batches(poll_s=0.05))
    assert history.turns(turn.chat_id)[0].state is TurnState.OPEN
    assert isinstance(job.answer, Answer)
    assert job.answer.status is AnswerStatus.ANSWERED
    at = played.visit(chat=turn.chat_id)
    assert "Write one file" in shown(at)
    assert "readonly" in shown(at)
    assert "Another Footnote" not in shown(at)


def test_a_suggestion_is_asked_by_a_click(stage: Callable[..., Stage]) -> None:
    played = stage(ScriptedAssistant(scripts={"rich": rich}))
    at = ask(played.visit(), "a rich question")
    pills = at.pills[0]
    assert pills.options == ["What is an entry point\\?", "How many packages \\*are\\* there now\\?"]
    pills.set_value("What is an entry point?").run()
    assert [question for question, _ in played.assistant.asked] == ["a rich question", "What is an entry point?"]
    assert len(at.pills) == 0


def test_files_of_an_open_page_go_with_every_question_of_their_chat(
    stage: Callable[..., Stage], tmp_path: Path
) -> None:
    played = stage()
    at = played.visit()
    at.session_state["attached"] = {"": (str(tmp_path / "plan.pdf"),)}
    at = ask(ask(at.run(), QUESTION), "And then?")
    assert [options.attachments for options in played.assistant.options] == [(str(tmp_path / "plan.pdf"),)] * 2
    assert "plan.pdf" in shown(at)
    at.button(key="forget").click().run()
    ask(at, "And now?")
    assert played.assistant.options[-1].attachments == ()


def test_files_of_a_refused_question_wait_for_the_next(stage: Callable[..., Stage], tmp_path: Path) -> None:
    played = stage()
    at = played.visit()
    at.session_state["attached"] = {"": (str(tmp_path / "plan.pdf"),)}
    at = ask(ask(at.run(), "x" * 5000), QUESTION)
    assert played.assistant.options[-1].attachments == (str(tmp_path / "plan.pdf"),)


def test_nothing_chosen_leaves_the_search_to_the_engine(stage: Callable[..., Stage]) -> None:
    played = stage()
    ask(played.visit(), QUESTION)
    (options,) = played.assistant.options
    assert options is not None
    assert (options.focus, options.since, options.private, options.include_sites) == ((), None, False, ())
    assert options.profile is Profile.BALANCED


def test_what_is_chosen_narrows_the_question(stage: Callable[..., Stage]) -> None:
    played = stage()
    at = played.visit()
    at.selectbox(key="focus").set_value("news")
    at.selectbox(key="since").set_value("week")
    at.selectbox(key="depth").set_value("thorough")
    at.text_input(key="in").set_value("python.org, debian.org")
    at.text_input(key="out").set_value("example.com")
    at.toggle(key="private").set_value(True)
    ask(at.run(), QUESTION)
    (options,) = played.assistant.options
    assert options is not None
    assert (options.focus, options.since, options.profile) == (("news",), "week", Profile.THOROUGH)
    assert (options.include_sites, options.exclude_sites) == (("python.org", "debian.org"), ("example.com",))
    assert options.private is True


def test_a_list_drawn_anew_after_a_turn_shows_what_it_holds(stage: Callable[..., Stage]) -> None:
    played = stage()
    at = ask(visit(replace(played.resources, profile=Profile.THOROUGH)), QUESTION)
    depth = at.selectbox(key="depth")
    assert depth.proto.default == list(Profile).index(Profile.THOROUGH)
    assert depth.value == "thorough"
    depth.set_value("speed").run()
    at = ask(ask(at, QUESTION), QUESTION)
    assert at.selectbox(key="depth").proto.default == list(Profile).index(Profile.SPEED)
    assert [told.profile for told in played.assistant.options] == [Profile.THOROUGH, Profile.SPEED, Profile.SPEED]


def test_an_answer_that_is_asked_for_deeper_leaves_the_depth_chosen(stage: Callable[..., Stage]) -> None:
    played = stage()
    at = ask(played.visit(), QUESTION)
    next(button for button in at.button if (button.key or "").startswith("deeper-")).click().run()
    assert played.assistant.options[-1].profile is Profile.THOROUGH
    assert at.selectbox(key="depth").value == "thorough"


def test_a_search_in_past_chats_lists_those_that_hold_the_words(stage: Callable[..., Stage]) -> None:
    played = stage()
    wanted = played.resources.history.open_turn("about walruses", None)
    other = played.resources.history.open_turn("about otters", None)
    at = played.visit()
    at.text_input(key="searched").set_value("walrus").run()
    keys = {button.key for button in at.button}
    assert f"open-{wanted.chat_id}" in keys
    assert f"open-{other.chat_id}" not in keys
    at.text_input(key="searched").set_value("zebra").run()
    assert "No past chat holds these words." in shown(at)


def test_a_pinned_chat_stands_first_under_its_own_head(stage: Callable[..., Stage]) -> None:
    played = stage()
    first = played.resources.history.open_turn("an old one", None)
    played.resources.history.open_turn("a new one", None)
    at = played.visit()
    at.menu_button(key=f"menu-{first.chat_id}").click("Pin").run()
    at.run()
    assert shown(at).index("Pinned") < shown(at).index("Today")
    opened_first = next(button.key for button in at.button if button.key and button.key.startswith("open-"))
    assert opened_first == f"open-{first.chat_id}"


def test_all_chats_are_deleted_after_a_second_thought_only(stage: Callable[..., Stage]) -> None:
    played = stage()
    at = ask(played.visit(), QUESTION)
    at.button(key="delete-all").click().run()
    assert played.resources.history.chats()
    at.button(key="confirm-delete-all").click().run()
    assert played.resources.history.chats() == []
    assert "<h1>Footnote</h1>" in shown(at.run())


def test_an_answer_is_given_again_without_what_it_said_before_and_the_first_stays(
    stage: Callable[..., Stage],
) -> None:
    played = stage()
    at = ask(played.visit(), QUESTION)
    (chat,) = played.resources.history.chats()
    (turn,) = played.resources.history.turns(chat.id)
    at.button(key=f"again-{turn.id}").click().run()
    assert not at.exception
    assert played.assistant.asked == [(QUESTION, ()), (QUESTION, ())]
    (other,) = played.resources.history.turns(chat.id)
    assert other.wordings == (turn.id, other.id)


def test_digging_deeper_takes_all_the_time_there_is(stage: Callable[..., Stage]) -> None:
    played = stage()
    at = ask(played.visit(), QUESTION)
    (chat,) = played.resources.history.chats()
    (turn,) = played.resources.history.turns(chat.id)
    at.button(key=f"deeper-{turn.id}").click().run()
    assert played.assistant.options[-1].profile is Profile.THOROUGH


def put_otherwise(at: AppTest, turn_id: str, question: str) -> AppTest:
    at.button(key=f"edit-{turn_id}").click().run()
    at.text_area(key=f"edited-{turn_id}").set_value(question)
    at.button(key=f"ask-edited-{turn_id}").click().run()
    assert not at.exception
    return at


def test_a_question_put_otherwise_begins_a_branch_and_the_first_is_a_click_away(stage: Callable[..., Stage]) -> None:
    played = stage()
    history = played.resources.history
    at = ask(ask(played.visit(), QUESTION), "And where does it go?")
    (chat,) = history.chats()
    first, second = history.turns(chat.id)
    at = put_otherwise(at, first.id, "How do I remove one?")
    assert played.assistant.asked[-1] == ("How do I remove one?", ())
    (other,) = history.turns(chat.id)
    assert other.question == "How do I remove one?"
    assert "2 of 2" in shown(at)
    assert "And where does it go?" not in shown(at)
    at.button(key=f"earlier-{other.id}").click().run()
    assert [turn.id for turn in history.turns(chat.id)] == [first.id, second.id]
    assert "1 of 2" in shown(at)
    assert "And where does it go?" in shown(at)
    assert at.button(key=f"earlier-{first.id}").disabled
    at.button(key=f"later-{first.id}").click().run()
    assert "How do I remove one?" in shown(at)


def test_a_branch_carries_what_was_said_before_it_and_nothing_of_the_other(stage: Callable[..., Stage]) -> None:
    played = stage()
    history = played.resources.history
    at = ask(ask(ask(played.visit(), QUESTION), "And where does it go?"), "And then?")
    (chat,) = history.chats()
    at = put_otherwise(at, history.turns(chat.id)[1].id, "And who reads it?")
    question, past = played.assistant.asked[-1]
    assert question == "And who reads it?"
    assert [turn.question for turn in past] == [QUESTION]
    ask(at, "And then what?")
    assert [turn.question for turn in played.assistant.asked[-1][1]] == [QUESTION, "And who reads it?"]


def test_a_refused_wording_goes_into_the_box_and_the_branch_before_it_stays(stage: Callable[..., Stage]) -> None:
    played = stage()
    history = played.resources.history
    at = ask(ask(played.visit(), QUESTION), "And where does it go?")
    (chat,) = history.chats()
    at = put_otherwise(at, history.turns(chat.id)[0].id, "x" * 5000)
    assert [turn.question for turn in history.turns(chat.id)] == [QUESTION, "And where does it go?"]
    assert at.query_params["chat"] == chat.id
    assert "And where does it go?" in shown(at)
    assert at.chat_input[0].proto.value == "x" * 5000
