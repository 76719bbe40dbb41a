"""Nothing that a page, a model or a user writes makes the browser fetch or run anything."""

from __future__ import annotations

import pytest

from tests.ui.browser.attacked import ATTACKS, attacks
from tests.ui.browser.conftest import Page, Visit
from tests.ui.browser.manners import ask, until_seen
from tests.ui.hostile import EVIL

pytestmark = pytest.mark.browser


def test_a_hostile_answer_makes_the_browser_fetch_nothing(visit: Visit) -> None:
    page = visit()
    ask(page, f"hostile {EVIL}")
    page.get_by_text("could not be answered").wait_for()
    page.locator(".fn-mark").first.focus()
    page.get_by_text("1 source").first.click()
    page.wait_for_timeout(500)
    page.goto(page.url)
    page.get_by_text("could not be answered").wait_for()
    addresses = page.locator(".stHtml a").evaluate_all("links => links.map(link => link.href)")
    assert all(address.startswith(("https://", page.url.split("?")[0])) for address in addresses)
    assert page.locator(".stHtml :is(img, script, iframe, form, input, svg, object)").count() == 0


PER_PAGE = 200


@pytest.mark.skipif(not ATTACKS.is_dir(), reason="the collection of hostile strings is not beside the repository")
def test_no_hostile_string_of_the_collection_makes_the_browser_fetch_anything(visit: Visit) -> None:
    found = attacks()
    assert len(found) > 200
    page = visit()
    page.get_by_test_id("stChatInputTextArea").wait_for()
    shown = 0
    for start in range(0, len(found), PER_PAGE):
        page.goto(page.url.split("?")[0])
        ask(page, f"attacked from {start} to {start + PER_PAGE}")
        page.get_by_text("Written by").wait_for()
        said = len(found[start : start + PER_PAGE])
        until_seen(page, lambda said=said: page.locator(".fn-sentence").count() == said, "every string in a sentence")
        shown += said
        page.locator(".fn-mark").first.focus()
        assert_inert(page)
    assert shown == len(found)


def assert_inert(page: Page) -> None:
    """Look for what could fetch or run, in what we drew."""
    home = page.url.split("?")[0]
    addresses = page.locator(".stHtml a").evaluate_all("links => links.map(link => link.href)")
    assert all(address.startswith(("https://", "http://", home)) for address in addresses)
    tags = ":is(img, script, iframe, form, input, svg, object, embed, video, audio, link, meta, base)"
    assert page.locator(f".stHtml {tags}").count() == 0
