"""The card of a citation: opened by the hand or the keyboard, persistent, and dismissed (WCAG 2.2, 1.4.13)."""

from __future__ import annotations

import pytest

from tests.ui.browser.conftest import Page, Visit
from tests.ui.browser.manners import ask, until

pytestmark = pytest.mark.browser

AFTER_FADING_MS = 800
"""Longer than a card takes to go."""


@pytest.fixture
def answered(visit: Visit) -> Page:
    """A page with several marks, whose links lead nowhere."""
    page = visit()
    ask(page, "a rich question")
    page.get_by_text("Ask next").wait_for()
    page.evaluate("document.addEventListener('click', event => event.preventDefault(), true)")
    return page


def test_a_click_does_not_pin_a_card_when_the_mouse_goes_on(answered: Page) -> None:
    first, second = answered.locator(".fn-mark").nth(0), answered.locator(".fn-mark").nth(1)
    first.click()
    answered.locator(".fn-tip").nth(0).wait_for()
    until(answered, "document.activeElement.classList.contains('fn-mark')")
    second.hover()
    answered.locator(".fn-tip").nth(1).wait_for()
    answered.locator(".fn-tip").nth(0).wait_for(state="hidden")
    answered.mouse.move(2, 2)
    answered.locator(".fn-tip").nth(1).wait_for(state="hidden")


def test_the_keyboard_opens_the_card_of_a_mark_after_a_click_on_another(answered: Page) -> None:
    answered.locator(".fn-mark").nth(0).click()
    answered.mouse.move(2, 2)
    answered.locator(".fn-tip").nth(0).wait_for(state="hidden")
    answered.keyboard.press("Tab")
    answered.locator(".fn-tip").nth(1).wait_for()
    answered.wait_for_timeout(AFTER_FADING_MS)
    assert answered.locator(".fn-tip").nth(1).is_visible()


def test_the_mouse_may_go_from_a_mark_into_its_card_which_stays(answered: Page) -> None:
    mark, tip = answered.locator(".fn-mark").nth(0), answered.locator(".fn-tip").nth(0)
    mark.hover()
    tip.wait_for()
    box = tip.bounding_box()
    answered.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=12)
    answered.wait_for_timeout(AFTER_FADING_MS)
    assert tip.is_visible()


def test_escape_closes_the_card_under_the_mouse_though_another_mark_was_clicked(answered: Page) -> None:
    answered.locator(".fn-mark").nth(0).click()
    answered.locator(".fn-mark").nth(1).hover()
    tip = answered.locator(".fn-tip").nth(1)
    tip.wait_for()
    answered.keyboard.press("Escape")
    tip.wait_for(state="hidden")
    answered.mouse.move(2, 2)
    answered.locator(".fn-mark").nth(1).hover()
    tip.wait_for()
