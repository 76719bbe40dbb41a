"""Everything that can be asked with: files, suggestions, the address bar."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.bundle_json import decode_bundle
from assistant.chats import ChatStore
from assistant.evidence import Profile
from assistant.preferences import Preferences, preferences_file
from tests.ui.browser.conftest import Visit
from tests.ui.browser.manners import QUESTION, ask
from tests.ui.browser.serving import Server

pytestmark = pytest.mark.browser


def test_a_file_is_attached_kept_for_its_chat_and_gone_when_forgotten(
    visit: Visit, server: Server, tmp_path: Path
) -> None:
    file = tmp_path / "minutes & <b>May.txt"
    file.write_text("The budget is nine crowns.")
    page = visit()
    with page.expect_file_chooser() as chooser:
        page.get_by_test_id("stChatInputFileUploadButton").click()
    with page.expect_response(
        lambda response: "upload_file" in response.url
    ):  # what is still uploaded is not asked with
        chooser.value.set_files(file)
    page.get_by_test_id("stChatInputTextArea").fill("What does it say?")
    page.get_by_test_id("stChatInputTextArea").press("Enter")
    page.get_by_text("Written by").wait_for()
    page.locator(".st-key-attached").get_by_text("minutes & <b>May.txt").wait_for()
    (kept,) = server.chats.with_name("uploads").rglob("*.txt")
    assert kept.read_text() == "The budget is nine crowns."
    page.get_by_role("button", name="Forget these files").click()
    page.locator(".st-key-attached").wait_for(state="detached")
    assert not kept.exists()


def test_a_suggestion_is_asked_by_a_click_and_is_text(visit: Visit) -> None:
    page = visit()
    ask(page, "a rich question")
    page.get_by_role("radio", name="How many packages *are* there now?").click()
    page.locator("h2.fn-question", has_text="How many packages *are* there now?").wait_for()
    page.get_by_text("Written by").nth(1).wait_for()
    page.get_by_text("Ask next").wait_for(state="detached")


def test_what_narrows_a_question_is_in_the_address_and_comes_from_it(visit: Visit) -> None:
    page = visit("?focus=news&since=week")
    page.locator("input[value='News']").wait_for()
    page.locator("input[value='Past week']").wait_for()
    ask(page, QUESTION)
    page.get_by_text("Written by").wait_for()
    assert "focus=news" in page.url
    assert "since=week" in page.url
    french = visit(page.url.split("/")[-1], locale="fr-FR")
    french.locator("input[value='Actualités']").wait_for()


def test_an_address_with_nonsense_in_it_chooses_nothing(visit: Visit) -> None:
    page = visit("?focus=<script>&depth=none")
    page.locator("input[value='All']").wait_for()
    page.locator("input[value='Balanced']").wait_for()


@pytest.fixture
def thorough(tmp_path: Path) -> Iterator[Server]:
    """A server whose user wants every question answered thoroughly."""
    preferences_file(tmp_path).write(Preferences(profile=Profile.THOROUGH))
    server = Server(tmp_path / "chats.sqlite3")
    yield server
    server.stop()


def test_a_question_asked_before_the_lists_are_ready_has_the_depth_that_is_shown_after_it(
    browser: Any, thorough: Server
) -> None:
    store = ChatStore(thorough.chats, is_guest=True)
    for _ in range(2):  # how far the page has come when Enter is pressed is another each time
        context = browser.new_context(locale="en-GB")
        page = context.new_page()
        page.goto(thorough.url, wait_until="commit")
        box = page.get_by_test_id("stChatInputTextArea")
        box.wait_for(state="attached")
        ask(page, QUESTION)
        page.get_by_text("Written by").wait_for()
        page.locator("input[value='Thorough']").wait_for()
        page.wait_for_timeout(500)  # a list that is drawn anew may show another word
        assert page.locator("input[aria-label='Depth']").input_value() == "Thorough"
        context.close()
    asked = [decode_bundle(store.trace(turn.id) or "") for chat in store.chats() for turn in store.turns(chat.id)]
    store.close()
    assert [trace.options.profile for trace in asked] == [Profile.THOROUGH] * 2


def test_a_choice_outlives_the_turn_that_it_was_made_for(visit: Visit) -> None:
    page = visit()
    page.locator("input[value='Any time']").click()
    page.get_by_role("option", name="Past month").click()
    ask(page, QUESTION)
    page.get_by_text("Written by").wait_for()
    page.locator("input[value='Past month']").wait_for()
    assert "since=month" in page.url
