"""Whole turns in a real browser, against the real server and a scripted engine."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.ui.browser.serving import Server
from tests.ui.hostile import EVIL
from tests.ui.scripted import FIRST_QUOTE

pytestmark = pytest.mark.browser

QUESTION = "How do I add a retriever?"
Page = Any
Visit = Callable[..., Page]


def ask(page: Page, question: str) -> None:
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(question)
    box.press("Enter")


def test_an_example_is_answered_with_steps_cards_sentences_and_marks(visit: Visit) -> None:
    page = visit()
    page.get_by_role("radio", name=QUESTION).click()
    page.locator(".fn-card").first.wait_for()
    assert page.locator(".fn-sentence").count() == 0
    page.locator(".fn-note").first.wait_for()
    page.get_by_text("Most people manage this").wait_for()
    page.get_by_text("3 sources · 1 failed · 4 pages read · 3.4 s").wait_for()
    assert page.locator(".fn-sentence").count() == 3
    assert page.locator(".fn-mark").nth(0).get_attribute("href").startswith("#source-")
    web = page.locator(".fn-mark").nth(2)
    assert "#use:~:text=Entry%20points" in web.get_attribute("href")
    assert web.get_attribute("target") == "_blank"
    assert "noopener" in web.get_attribute("rel")


def test_the_page_has_its_own_name_and_icon(visit: Visit) -> None:
    page = visit()
    page.get_by_role("radio", name=QUESTION).wait_for()
    assert page.title() == "Footnote"
    icon = page.locator("link[rel='shortcut icon'], link[rel='icon']").first.get_attribute("href")
    assert icon.startswith((page.url, "/", "./", "data:"))
    assert "favicon.png" not in icon


@pytest.mark.parametrize("width", [360, 1280])
def test_focus_on_a_mark_shows_the_exact_quotation_inside_the_window(visit: Visit, width: int) -> None:
    page = visit(width=width)
    ask(page, QUESTION)
    page.get_by_text("Written by").wait_for()
    tip = page.locator(".fn-tip").first
    assert not tip.is_visible()
    page.locator(".fn-mark").first.focus()
    tip.wait_for()
    assert FIRST_QUOTE in tip.inner_text()
    box = tip.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_a_mark_of_a_file_leads_to_its_card_in_the_same_page(visit: Visit) -> None:
    page = visit()
    ask(page, QUESTION)
    page.get_by_text("Written by").wait_for()
    page.locator(".fn-mark").first.click()
    page.wait_for_url("**#source-*")
    assert page.locator(".fn-card:has(:target)").count() == 1


def test_the_steps_unfold(visit: Visit) -> None:
    page = visit()
    ask(page, QUESTION)
    page.get_by_text("Written by").wait_for()
    assert not page.get_by_text("timed out after 4.0 s").is_visible()
    page.get_by_text("3 sources · 1 failed").click()
    page.get_by_text("timed out after 4.0 s").first.wait_for()


@pytest.mark.parametrize("how", ["button", "escape"])
def test_stop_takes_effect_within_a_second(visit: Visit, how: str) -> None:
    page = visit()
    ask(page, "an endless question")
    page.locator(".fn-sentence").first.wait_for()
    started_at = time.monotonic()
    if how == "button":
        page.get_by_role("button", name="Stop").click()
    else:
        page.keyboard.press("Escape")
    page.get_by_text("Stopped. What was written before stays.").wait_for()
    assert time.monotonic() - started_at < 1.0
    assert page.locator(".fn-sentence").count() == 1
    page.get_by_test_id("stChatInputTextArea").wait_for()


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
    other.wait_for_timeout(5000)  # the stage's grace of 3 s, and the watch of half a second
    other.goto(other.url + query)
    other.get_by_text("Stopped. What was written before stays.").wait_for()


def test_a_turn_goes_on_while_its_reader_looks_at_another_chat(visit: Visit) -> None:
    page = visit()
    ask(page, QUESTION)
    page.get_by_text("Written by").wait_for()
    page.get_by_role("button", name="New chat").click()
    page.get_by_placeholder("Ask a question").wait_for()
    ask(page, "an endless question")
    page.locator(".fn-sentence").first.wait_for()
    running = page.url
    page.get_by_role("button", name=QUESTION).first.click()
    page.get_by_text("Written by").wait_for()
    page.wait_for_timeout(4500)
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


def test_a_refused_question_is_back_in_the_box(visit: Visit) -> None:
    page = visit()
    ask(page, "x" * 5000)
    page.get_by_text("Not asked").wait_for()
    page.wait_for_function("document.querySelector('textarea')?.value === 'x'.repeat(5000)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_narrow_page_does_not_scroll_sideways_in_either_theme(visit: Visit, scheme: str) -> None:
    page = visit(width=360, color_scheme=scheme)
    ask(page, QUESTION)
    page.get_by_text("Written by").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    background = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    assert background == {"light": "rgb(251, 250, 246)", "dark": "rgb(22, 25, 28)"}[scheme]


def test_the_browser_chooses_the_language(visit: Visit) -> None:
    page = visit(locale="fr-FR")
    page.get_by_placeholder("Posez une question").wait_for()
    ask(page, "the starship Zorblax")
    page.get_by_text("Aucune réponse dans les pages lues.").wait_for()


def test_the_whole_turn_works_by_keyboard(visit: Visit) -> None:
    page = visit()
    page.get_by_test_id("stChatInputTextArea").focus()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.get_by_text("Written by").wait_for()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('fn-mark')"):
            break
    assert page.locator(".fn-tip").first.is_visible()
