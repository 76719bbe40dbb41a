"""Whole turns in a real browser, against the real server and a scripted engine."""

from __future__ import annotations

import pytest

from tests.ui.browser.conftest import Visit
from tests.ui.browser.manners import QUESTION, ask, soonest, stopped_within_s, until

pytestmark = pytest.mark.browser


def test_an_example_is_answered_with_steps_cards_sentences_and_marks(visit: Visit) -> None:
    page = visit()
    page.get_by_role("radio", name=QUESTION).click()
    page.locator(".fn-card").first.wait_for()
    assert page.locator(".fn-sentence").count() == 0
    page.locator(".fn-note").first.wait_for()
    page.get_by_text("Most people manage this").wait_for()
    page.get_by_text("3 sources · 1 failed · 4 pages read · 3.4 s").first.wait_for()
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
    page.get_by_text("3 sources · 1 failed").first.click()
    page.get_by_text("timed out after 4.0 s").first.wait_for()


def test_turning_to_the_box_for_the_next_question_leaves_the_answer_where_it_is(visit: Visit) -> None:
    page = visit()
    ask(page, "a rich question")
    page.get_by_text("Written by").wait_for()
    where = "document.querySelector('.stMain').scrollTop"
    page.get_by_test_id("stChatInputTextArea").blur()
    page.evaluate(f"{where} = 0")
    page.get_by_test_id("stChatInputTextArea").focus()
    page.keyboard.type("n")
    until(page, "document.querySelector('[data-testid=stChatInputTextArea]').value === 'n'")
    assert page.evaluate(where) == 0


@pytest.mark.parametrize("how", ["button", "escape"])
def test_stop_takes_effect_within_a_second(visit: Visit, how: str) -> None:
    def stopped() -> float:
        page = visit()
        ask(page, "an endless question")
        page.locator(".fn-sentence").first.wait_for()
        return stopped_within_s(page, by_button=how == "button")

    assert soonest(stopped) < 1.0


def test_a_stopped_turn_keeps_what_was_written_and_lets_the_reader_ask_on(visit: Visit) -> None:
    page = visit()
    ask(page, "an endless question")
    page.locator(".fn-sentence").first.wait_for()
    stopped_within_s(page)
    assert page.locator(".fn-sentence").count() == 1
    page.get_by_test_id("stChatInputTextArea").wait_for()


def test_a_refused_question_is_back_in_the_box(visit: Visit) -> None:
    page = visit()
    ask(page, "x" * 5000)
    page.get_by_text("Not asked:").wait_for()
    until(page, "document.querySelector('textarea')?.value === 'x'.repeat(5000)")


PHASES = {"search": "searching", "read": "reading", "rank": "ranking", "wait": "waiting", "prefill": "prefilling"}


@pytest.mark.parametrize("stage", PHASES.values(), ids=PHASES.keys())
def test_stop_takes_effect_within_a_second_in_every_phase(visit: Visit, stage: str) -> None:
    def stopped() -> float:
        page = visit()
        ask(page, f"hang while {stage}")
        page.locator(f".fn-say[data-running=yes]:has-text('{SAID[stage]}')").wait_for(state="attached")
        return stopped_within_s(page)

    assert soonest(stopped) < 1.0


SAID = {
    "searching": "Searching",
    "reading": "Reading",
    "ranking": "Choosing",
    "waiting": "questions are before yours",
    "prefilling": "Writing",
}


def test_the_line_beside_stop_counts_what_is_read_and_what_failed(visit: Visit) -> None:
    page = visit()
    ask(page, "hang while reading")
    page.get_by_text("Reading the best pages: 4 of 6 pages, 2 failed").wait_for()
    page.keyboard.press("Escape")
    page.get_by_text("Stopped.").wait_for()


def test_a_turn_that_waits_says_how_many_are_first_and_how_long(visit: Visit) -> None:
    page = visit()
    ask(page, "hang while waiting")
    page.locator(".fn-progress").get_by_text("2 questions are before yours, about 31 s").wait_for()
    page.keyboard.press("Escape")
    page.get_by_text("Stopped.").wait_for()


def test_what_the_empty_page_held_is_gone_while_the_first_turn_runs(visit: Visit) -> None:
    page = visit()
    ask(page, "an endless question")
    page.locator(".fn-sentence").first.wait_for()
    assert page.get_by_text("Sites", exact=True).count() == 0
    assert page.get_by_role("radio", name=QUESTION).count() == 0
    page.keyboard.press("Escape")
    page.get_by_text("Stopped.").wait_for()
