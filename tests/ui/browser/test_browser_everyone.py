"""For everyone: keyboards, screen readers, small windows, both themes, both languages."""

from __future__ import annotations

from contextlib import suppress

import pytest

from tests.ui.browser.conftest import Page, Visit
from tests.ui.browser.manners import QUESTION, ask, serious, until, until_seen
from tests.ui.scripted import FIRST_QUOTE

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [360, 1280])
def test_focus_on_a_mark_shows_the_exact_quotation_inside_the_window(visit: Visit, width: int) -> None:
    page = visit(width=width)
    ask(page, QUESTION)
    page.get_by_text("Written by").wait_for()
    tip = page.locator(".fn-tip").first
    assert not tip.is_visible()

    def is_shown() -> bool:
        page.locator(".fn-mark").first.focus()  # a last redraw of the finished answer takes the focus away
        return tip.is_visible() and FIRST_QUOTE in tip.inner_text()

    until_seen(page, is_shown, "a card with the quotation at the mark that has the focus")
    box = tip.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_narrow_page_does_not_scroll_sideways_in_either_theme(visit: Visit, scheme: str) -> None:
    page = visit(width=360, color_scheme=scheme)
    ask(page, QUESTION)
    page.get_by_text("Written by").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    background = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    assert background == {"light": "rgb(251, 250, 246)", "dark": "rgb(22, 25, 28)"}[scheme]


@pytest.mark.parametrize("locale", ["en-GB", "fr-FR"])
def test_on_a_narrow_page_every_control_below_a_chat_can_be_seen(visit: Visit, locale: str) -> None:
    page = visit(width=360, locale=locale)
    ask(page, QUESTION)
    page.locator('[class*="st-key-actions-"]').wait_for()
    row = page.locator(".st-key-dock .st-key-controls")
    boxes = [control.bounding_box() for control in row.locator(":scope > *").all()]
    assert len(boxes) == 5
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 360 for box in boxes)
    assert row.evaluate("row => row.scrollWidth <= row.clientWidth")


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


@pytest.mark.parametrize("width", [360, 1280])
def test_a_mark_that_gets_the_focus_is_not_hidden_by_the_question_box(visit: Visit, width: int) -> None:
    page = visit(width=width)
    ask(page, "a rich question")
    page.get_by_text("Ask next").wait_for()
    floor = page.get_by_test_id("stBottom").bounding_box()["y"]
    for mark in page.locator(".fn-mark").all():
        mark.focus()
        box = mark.bounding_box()
        assert 0 <= box["y"] <= floor - box["height"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_a_dialog_and_its_button_can_be_read(visit: Visit, axe: str, scheme: str) -> None:
    page = visit(color_scheme=scheme)
    ask(page, QUESTION)
    page.get_by_text("Written by").wait_for()
    page.get_by_role("button", name="Edit").click()
    page.get_by_role("dialog").get_by_role("button", name="Ask").wait_for()
    page.wait_for_timeout(500)  # what fades in is pale until it is there
    assert serious(page, axe) == []


def test_a_mark_near_the_bottom_opens_its_card_upwards(visit: Visit) -> None:
    page = visit(width=360)
    ask(page, "a rich question")
    page.get_by_text("Ask next").wait_for()
    mark = page.locator(".fn-mark").first
    mark.evaluate("mark => mark.scrollIntoView({block: 'end'})")
    mark.focus()
    tip = page.locator(".fn-tip").first
    tip.wait_for()
    page.locator(".fn-cite.fn-up").first.wait_for()
    box = tip.bounding_box()
    assert box["y"] >= 0
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    assert box["y"] + box["height"] <= mark.bounding_box()["y"] + 1


def test_escape_hides_a_card_without_moving_the_focus(visit: Visit) -> None:
    page = visit()
    ask(page, QUESTION)
    page.get_by_text("Written by").wait_for()
    page.locator(".fn-mark").first.focus()
    page.locator(".fn-tip").first.wait_for()
    page.keyboard.press("Escape")
    page.locator(".fn-tip").first.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.classList.contains('fn-mark')")


def test_a_card_dims_what_stands_around_the_exact_quotation(visit: Visit) -> None:
    page = visit()
    ask(page, "a rich question")
    page.get_by_text("Ask next").wait_for()
    page.locator(".fn-mark").first.focus()
    tip = page.locator(".fn-tip").first
    tip.wait_for()
    assert tip.locator("q").inner_text() == FIRST_QUOTE
    assert [said.strip() for said in tip.locator(".fn-around").all_inner_texts()] == [
        "This is what stands before it on the page.",
        "And this is what comes after it.",
    ]


def test_a_slash_puts_the_cursor_into_the_box(visit: Visit) -> None:
    page = visit()
    page.get_by_role("radio", name=QUESTION).focus()
    page.keyboard.press("/")
    page.keyboard.type("why / how")
    assert page.get_by_test_id("stChatInputTextArea").input_value() == "why / how"


def test_steps_and_the_end_are_announced_and_not_each_word(visit: Visit) -> None:
    page = visit()
    page.evaluate("""() => {
        window.heard = [];
        const region = document.getElementById("fn-live");
        new MutationObserver(() => window.heard.push(region.textContent)).observe(region, {childList: true});
    }""")
    ask(page, QUESTION)
    until(page, "document.getElementById('fn-live').textContent.startsWith('Answer complete')")
    heard = page.evaluate("window.heard")
    assert "Searching 3 sources" in heard
    assert heard[-1] == "Answer complete: 3 sources · 1 failed · 4 pages read · 3.4 s"
    assert not any("Write one file" in said for said in heard)
    assert page.get_by_role("status").filter(has_text="Answer complete").count() == 1


def test_the_document_and_the_answer_name_their_languages(visit: Visit) -> None:
    page = visit(locale="fr-FR")
    ask(page, QUESTION)
    page.get_by_text("Rédigé par").wait_for()
    until(page, "document.documentElement.lang === 'fr'")
    assert page.locator(".fn-answer").first.get_attribute("lang") == "en"


STATES = {
    "empty": ("", "Private"),
    "answered": (QUESTION, "Written by"),
    "rich": ("a rich question", "Ask next"),
    "abstained": ("the starship Zorblax", "No answer found"),
    "failed": ("nothing works", "could not be answered"),
    "running": ("an endless question", "Writing: 1 sentence checked"),
}


@pytest.mark.parametrize("name", ["sources", "trace", "model", "settings"])
def test_a_page_opens_at_its_own_address_and_asks_for_nothing_that_is_not_there(visit: Visit, name: str) -> None:
    page = visit(name)
    page.get_by_test_id("stSidebar").get_by_role("link", name=name.capitalize()).wait_for()
    page.locator(".stMain").get_by_role("heading").first.wait_for()
    assert page.url.endswith(f"/{name}")
    page.reload()
    page.get_by_test_id("stSidebar").get_by_role("link", name=name.capitalize()).wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_serious(visit: Visit, axe: str, state: str, scheme: str) -> None:
    question, until = STATES[state]
    page = visit(color_scheme=scheme)
    if question:
        ask(page, question)
    page.get_by_text(until).first.wait_for()
    page.wait_for_timeout(500)  # what fades in is pale until it is there
    assert serious(page, axe) == []
    if state == "running":
        page.keyboard.press("Escape")
        page.get_by_text("Stopped.").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_a_trace_that_fits_a_narrow_page(visit: Visit, axe: str, scheme: str) -> None:
    page = visit(color_scheme=scheme)
    ask(page, QUESTION)
    page.get_by_text("Written by").wait_for()
    page.get_by_role("link", name="Trace").click()
    page.get_by_role("heading", name="What was understood").wait_for()
    page.get_by_text("Asked at").wait_for()
    page.wait_for_timeout(500)  # what fades in is pale until it is there
    assert "chat=" in page.url
    assert serious(page, axe) == []
    page.set_viewport_size({"width": 360, "height": 800})
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_the_sources_which_fit_a_narrow_page(visit: Visit, axe: str, scheme: str) -> None:
    page = sources(visit(color_scheme=scheme))
    for name, said in (("ddgs", "Failed after 1.2 s"), ("wikipedia", "7 hits in")):
        page.locator(f".st-key-try-{name}").get_by_role("button").click()
        page.get_by_text(said).wait_for()
    page.locator(".stMain").get_by_text("sources are not asked").click()
    page.get_by_text("set BRAVE_API_KEY").last.wait_for()
    page.wait_for_timeout(500)  # what fades in is pale until it is there
    assert serious(page, axe) == []
    page.set_viewport_size({"width": 360, "height": 800})
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_source_is_switched_off_by_keyboard_and_stays_off_for_the_next_visit(visit: Visit) -> None:
    page = sources(visit())
    page.locator(".st-key-ask-wikipedia input").focus()
    page.keyboard.press("Space")
    page.get_by_text("Switched off by you", exact=True).wait_for()
    page = sources(visit())
    page.get_by_text("Switched off by you", exact=True).wait_for()
    page.get_by_role("button", name="Switch 1 source on again").click()
    page.get_by_text("Switched off by you", exact=True).wait_for(state="hidden")


def sources(page: Page) -> Page:
    """Turn to the Sources page and wait until all of it is there."""
    page.get_by_role("link", name="Sources").click()
    page.get_by_text("folder receives").wait_for()
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_the_model_page_which_fits_a_narrow_page(
    visit: Visit, axe: str, scheme: str
) -> None:
    page = visit(color_scheme=scheme)
    ask(page, "a mixture")
    page.get_by_text("Written by").wait_for()
    page.get_by_role("link", name="Model").click()
    page.get_by_role("heading", name="Models that Footnote knows").wait_for()
    page.locator("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg").first.wait_for()
    page.get_by_text("layers as a table").click()
    page.wait_for_timeout(500)  # what fades in is pale until it is there
    assert serious(page, axe) == []
    page.set_viewport_size({"width": 360, "height": 800})
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_the_settings_which_fit_a_narrow_page(visit: Visit, axe: str, scheme: str) -> None:
    page = visit_settings(visit, color_scheme=scheme)
    page.locator(".stMain").get_by_text("not set").click()
    page.get_by_text("BRAVE_API_KEY").last.wait_for()
    page.wait_for_timeout(500)  # what fades in is pale until it is there
    assert serious(page, axe) == []
    page.set_viewport_size({"width": 360, "height": 800})
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def visit_settings(visit: Visit, **options: str) -> Page:
    page = visit(**options)
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("heading", name="Set in the configuration").wait_for()
    page.locator(".stMain").get_by_text("not set").wait_for()
    return page


def test_a_choice_made_by_keyboard_holds_in_the_chat_and_after_a_reload(visit: Visit) -> None:
    page = visit_settings(visit)
    page.get_by_role("radio", name="As configured").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_text("Kept. The next question uses it.").wait_for()
    page.get_by_role("radio", name="Fast", checked=True).wait_for()
    page.get_by_role("link", name="Chat").click()
    depth = page.get_by_role("combobox", name="Depth")
    until_seen(page, lambda: depth.input_value() == "Fast", "the chosen depth beside the question")
    page.reload()
    until_seen(page, lambda: depth.input_value() == "Fast", "the chosen depth after a reload")
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("button", name="Reset to defaults").click()
    page.get_by_role("button", name="Forget my choices").click()
    page.get_by_role("radio", name="As configured", checked=True).wait_for()


def test_the_page_speaks_the_chosen_language_at_once(visit: Visit) -> None:
    page = visit_settings(visit)
    listed = page.get_by_role("option", name="Français")
    title = page.get_by_role("heading", name="Réglages")

    def speaks_french() -> bool:
        with suppress(Exception):  # the last redraw of the page closes the list that was opened before it: once more
            if not listed.is_visible():
                page.get_by_role("combobox", name="Language of the page").press("ArrowDown", timeout=1000)
            listed.click(timeout=1000)
            title.wait_for(timeout=5000)
        return bool(title.is_visible())

    until_seen(page, speaks_french, "the page in French")
    until(page, "document.documentElement.lang === 'fr'")
    page.get_by_role("button", name="Rétablir les valeurs par défaut").click()
    page.get_by_role("button", name="Oublier mes choix").click()
    page.get_by_role("heading", name="Settings", exact=True).wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_where_a_question_is_put_otherwise(visit: Visit, axe: str, scheme: str) -> None:
    page = visit(color_scheme=scheme)
    ask(page, QUESTION)
    page.get_by_text("Written by").wait_for()
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Ask it this way instead").fill("How do I remove one, or two, or more of them?")
    page.wait_for_timeout(500)  # what fades in is pale until it is there
    assert serious(page, axe) == []
    page.get_by_role("dialog").get_by_role("button", name="Ask").click()
    page.get_by_text("2 of 2").wait_for()
    page.get_by_text("Written by").wait_for()
    page.set_viewport_size({"width": 360, "height": 800})
    page.wait_for_timeout(500)
    assert serious(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
