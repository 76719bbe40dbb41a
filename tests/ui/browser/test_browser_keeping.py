"""What is kept and what is not: private chats, feedback, links; each state fit for everyone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.ui.browser.conftest import Page, Visit
from tests.ui.browser.manners import QUESTION, ask, serious, until

pytestmark = pytest.mark.browser


def answered(page: Page) -> Page:
    ask(page, QUESTION)
    page.get_by_text("Written by").wait_for()
    return page


def link_of(page: Page) -> str:
    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Make a link to this answer").click()
    link: str = page.get_by_test_id("stCode").filter(has_text="shared=").inner_text().strip()
    return link


def test_a_private_chat_is_gone_after_a_reload_and_the_next_one_is_private_too(visit: Visit) -> None:
    page = answered(visit("?unkept=yes"))
    page.get_by_text("Private chat: not written to disk").wait_for()
    assert page.get_by_role("button", name=QUESTION).count() == 0
    page.reload()
    page.get_by_text("This chat is not here").wait_for()
    assert page.get_by_text("Most people manage this").count() == 0
    page.get_by_text("Private chat: not written to disk").wait_for()


def test_a_thumb_is_still_chosen_after_a_reload(visit: Visit) -> None:
    page = answered(visit())
    page.locator('[class*="st-key-thumb-"] button').first.click()
    page.get_by_role("button", name="Add a note").wait_for()
    page.reload()
    page.get_by_role("button", name="Add a note").wait_for()


def test_a_link_opens_a_copy_in_another_browser_until_it_is_taken_back(visit: Visit) -> None:
    page = answered(visit())
    link = link_of(page)
    other = visit(link.split("/")[-1])
    other.get_by_text("Most people manage this").wait_for()
    assert other.get_by_test_id("stChatInput").count() == 0
    page.get_by_role("button", name="Take back").click()
    page.get_by_role("button", name="Take back").wait_for(state="detached")
    other.reload()
    other.get_by_text("This link leads nowhere").wait_for()


@pytest.mark.parametrize("way", ["one", "all"])
def test_a_question_before_deleting_has_the_focus_on_its_way_back(visit: Visit, way: str) -> None:
    page = answered(visit())
    if way == "all":
        page.get_by_role("button", name="Delete all chats").click()
    else:
        page.locator('[class*="st-key-row-current-"]').get_by_role("button", name="Options").click()
        page.get_by_role("menuitem", name="Delete").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Cancel").wait_for()
    until(page, "document.activeElement.textContent.trim() === 'Cancel'")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == ("Delete all" if way == "all" else "Delete")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    dialog.wait_for(state="detached")
    page.get_by_text("Most people manage this").wait_for()


def private(visit: Visit, width: int, scheme: str) -> Page:
    page = visit("?unkept=yes", width=width, color_scheme=scheme)
    page.get_by_text("Files cannot be attached.").wait_for()
    return page


def rated(visit: Visit, width: int, scheme: str) -> Page:
    page = answered(visit(width=width, color_scheme=scheme))
    page.locator('[class*="st-key-thumb-"] button').first.click()
    page.get_by_role("button", name="Add a note").click()
    page.get_by_text("Sent to nobody.").wait_for()
    return page


def sharing(visit: Visit, width: int, scheme: str) -> Page:
    page = answered(visit(width=width, color_scheme=scheme))
    assert "shared=" in link_of(page)
    return page


def shared(visit: Visit, width: int, scheme: str) -> Page:
    page = visit(link_of(answered(visit())).split("/")[-1], width=width, color_scheme=scheme)
    page.get_by_text("Most people manage this").wait_for()
    return page


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
@pytest.mark.parametrize("state", [private, rated, sharing, shared])
def test_axe_finds_nothing_serious_and_nothing_is_wider_than_the_page(
    visit: Visit, axe: str, state: Callable[[Visit, int, str], Page], width: int, scheme: str
) -> None:
    page = state(visit, width, scheme)
    page.wait_for_timeout(500)  # what fades in is pale until it is there
    assert serious(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
