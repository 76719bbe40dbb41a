"""What lasts: reloads, closed pages, other chats, other tabs, a killed server."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.browser.conftest import Visit
from tests.ui.browser.manners import QUESTION, ask
from tests.ui.browser.serving import Server
from tests.ui.browser.stage import GRACE_S

pytestmark = pytest.mark.browser
PAST_GRACE_MS = (GRACE_S + 2) * 1000
"""The grace of a turn without readers, and the watch of half a second."""


def test_a_reload_in_mid_answer_finds_the_same_answer_at_work(visit: Visit) -> None:
    page = visit()
    ask(page, "an endless question")
    page.locator(".fn-sentence").first.wait_for()
    page.reload()
    page.locator(".fn-sentence").first.wait_for()
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("Stopped.").wait_for()


def test_a_turn_is_cancelled_once_its_page_is_closed(visit: Visit) -> None:
    page = visit()
    ask(page, "an endless question")
    page.locator(".fn-sentence").first.wait_for()
    query = page.url.split("/")[-1]
    page.close()
    other = visit()
    other.wait_for_timeout(PAST_GRACE_MS)
    other.goto(other.url + query)
    other.get_by_text("Stopped. What was written before stays.").wait_for()


def test_a_turn_goes_on_while_its_reader_looks_at_another_chat(visit: Visit) -> None:
    page = visit()
    ask(page, QUESTION)
    page.get_by_text("Written by").wait_for()
    page.get_by_role("button", name="New chat").click()
    page.get_by_role("radio", name=QUESTION).wait_for()
    page.get_by_text("Written by").wait_for(state="detached")
    ask(page, "an endless question")
    page.get_by_role("button", name="Stop").wait_for()
    page.locator(".fn-sentence").first.wait_for()
    running = page.url
    page.get_by_role("button", name=QUESTION).first.click()
    page.get_by_text("Written by").wait_for()
    page.wait_for_timeout(PAST_GRACE_MS)
    page.goto(running)
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("Stopped.").wait_for()


def test_a_killed_server_loses_no_chat(visit: Visit, tmp_path: Path, server: Server) -> None:
    del server
    own = Server(tmp_path / "chats.sqlite3")
    page = visit(url=own.url)
    ask(page, QUESTION)
    page.get_by_text("Written by").wait_for()
    query = page.url.split("/")[-1]
    page.goto(own.url)
    ask(page, "an endless question")
    page.locator(".fn-sentence").first.wait_for()
    interrupted = page.url.split("/")[-1]
    page.close()
    own.kill()
    again = Server(own.chats)
    page = visit(query, url=again.url)
    page.get_by_text("Most people manage this").wait_for()
    page.goto(again.url + interrupted)
    page.get_by_text("Footnote was closed while it worked on this.").wait_for()
    assert page.locator(".fn-sentence").count() == 1
    page.close()  # what it still loads would fail with its server
    again.stop()


def test_two_tabs_follow_the_same_turn_and_either_can_stop_it(visit: Visit) -> None:
    one = visit()
    ask(one, "an endless question")
    one.locator(".fn-sentence").first.wait_for()
    two = visit(one.url.split("/")[-1])
    two.locator(".fn-sentence").first.wait_for()
    two.get_by_role("button", name="Stop").click()
    two.get_by_text("Stopped.").wait_for()
    one.get_by_text("Stopped.").wait_for()
    assert one.locator(".fn-sentence").count() == two.locator(".fn-sentence").count() == 1


def test_two_readers_who_ask_at_once_each_get_their_own_answer(visit: Visit) -> None:
    one, two = visit(), visit()
    ask(one, QUESTION)
    ask(two, "the starship Zorblax")
    one.get_by_text("Written by").wait_for()
    two.get_by_text("No answer found in the pages read.").wait_for()
    assert one.get_by_text("No answer found").count() == 0
    assert two.get_by_text("Written by").count() == 0
