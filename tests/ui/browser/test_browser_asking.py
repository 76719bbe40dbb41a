"""Everything that can be asked with: files, suggestions, the address bar."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.browser.conftest import Visit
from tests.ui.browser.manners import QUESTION, ask
from tests.ui.browser.serving import Server

pytestmark = pytest.mark.browser


def test_a_file_is_attached_kept_for_its_chat_and_gone_when_forgotten(
    visit: Visit, server: Server, tmp_path: Path
) -> None:
    file = tmp_path / "minutes <b>of</b> May.txt"
    file.write_text("The budget is nine crowns.")
    page = visit()
    with page.expect_file_chooser() as chooser:
        page.get_by_test_id("stChatInputFileUploadButton").click()
    chooser.value.set_files(file)
    page.get_by_test_id("stChatInputTextArea").fill("What does it say?")
    page.get_by_test_id("stChatInputTextArea").press("Enter")
    page.get_by_text("Written by").wait_for()
    page.locator(".st-key-attached").get_by_text("minutes <b>of</b> May.txt").wait_for()
    (kept,) = server.chats.with_name("uploads").rglob("*.txt")
    assert kept.read_text() == "The budget is nine crowns."
    page.get_by_role("button", name="Forget these files").click()
    page.locator(".st-key-attached").wait_for(state="detached")


def test_a_suggestion_is_asked_by_a_click_and_is_text(visit: Visit) -> None:
    page = visit()
    ask(page, "a rich question")
    page.get_by_role("radio", name="How many packages *are* there now?").click()
    page.locator("h2.fn-question", has_text="How many packages *are* there now?").wait_for()
    page.get_by_text("Written by").nth(1).wait_for()
    assert page.get_by_text("Ask next").count() == 0


def test_what_narrows_a_question_is_in_the_address_and_comes_from_it(visit: Visit) -> None:
    page = visit("?focus=news&since=week")
    page.get_by_text("News", exact=True).first.wait_for()
    page.get_by_text("Past week", exact=True).first.wait_for()
    ask(page, QUESTION)
    page.get_by_text("Written by").wait_for()
    assert "focus=news" in page.url
    assert "since=week" in page.url
