"""Whole turns in a real browser, against the real server and a scripted engine."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.ui.scripted import EVIL, FIRST_QUOTE

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed (extra: dev)")

pytestmark = pytest.mark.browser

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
QUESTION = "How do I add a retriever?"
PERFORM = "import sys; from tests.ui.browser.stage import perform; perform(int(sys.argv[1]), sys.argv[2], 0.1)"
START_S = 60
WAIT_MS = 20_000
Page = Any
Visit = Callable[..., Page]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """A server process on its own chats."""

    def __init__(self, chats: Path) -> None:
        self.chats = chats
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PERFORM, str(self.port), str(self.chats)], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout
        assert self.url.rstrip("/") in self.process.stdout.readline()

    def stop(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=START_S)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=START_S)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("stage") / "chats.sqlite3")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not CHROMIUM:
        pytest.skip("no Chromium is installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Any, server: Server) -> Iterator[Visit]:
    """Open pages that may speak to their own server only, and have nothing to complain about."""
    strangers: list[str] = []
    complaints: list[str] = []
    with ExitStack() as stack:

        def open_page(query: str = "", *, url: str | None = None, width: int = 1280, **options: object) -> Page:
            context = browser.new_context(**{"viewport": {"width": width, "height": 800}, "locale": "en-GB", **options})
            stack.callback(context.close)
            page = context.new_page()
            home = url or server.url
            page.on("request", lambda request: note_stranger(request.url, home, strangers))
            page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.set_default_timeout(WAIT_MS)
            page.goto(home + query)
            return page

        yield open_page
    assert strangers == []
    assert complaints == []


def note_stranger(url: str, home: str, strangers: list[str]) -> None:
    own = (home, home.replace("http:", "ws:"), "data:", "blob:")
    if not url.startswith(own):
        strangers.append(url)


def ask(page: Page, question: str) -> None:
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(question)
    box.press("Enter")


def test_an_example_is_answered_with_steps_cards_sentences_and_marks(visit: Visit) -> None:
    page = visit()
    page.get_by_text(QUESTION).click()
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
    page.get_by_text(QUESTION).wait_for()
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
    assert page.get_by_test_id("stChatInputTextArea").input_value() == "x" * 5000


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
