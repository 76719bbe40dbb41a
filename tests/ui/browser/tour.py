"""A tour of every page and state of the site, for people to look at: three widths, both themes, both languages.

Run by hand after a change of looks: `python -m tests.ui.browser.tour` puts them into `screenshots/`, and beside them a
sheet per state with all its widths and themes. Names of states take those only. Judges nothing: looking is the point.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from tests.ui.browser.conftest import CHROMIUM, FLAGS, WAIT_MS, Page
from tests.ui.browser.manners import QUESTION, ask
from tests.ui.browser.serving import Server
from ui.wording import Wording, wording_for

WIDTHS = (1280, 768, 360)
"""From wide to narrow: Streamlit folds its sidebar when a window becomes narrow, and does not unfold it again."""
SCHEMES = ("light", "dark")
LOCALES = ("en-GB", "fr-FR")
HEIGHT = 900
TALL = 2000
SHEET_WIDTH = 2000
SETTLING_MS = 400
"""What fades in or grows is there by then."""
PROBLEM = "no language model is downloaded; run `footnote models pull`"
SIGN_IN = """
[auth]
redirect_uri = "http://127.0.0.1/oauth2callback"
cookie_secret = "0123456789abcdef0123456789abcdef"
client_id = "footnote"
client_secret = "not asked for"
server_metadata_url = "http://127.0.0.1/.well-known/openid-configuration"
"""
Act = Callable[[Page, Wording], object]


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """What a page shows after it was opened at an address of a server and something was done there."""

    act: Act
    query: str = ""
    server: str = "usual"
    height: int = HEIGHT
    settle: Act = lambda page, words: None
    """Done again before each picture: what another width or theme undoes."""


def asked(question: str, until: str) -> Act:
    """Ask and wait for what a selector finds."""

    def act(page: Page, words: Wording) -> None:
        del words
        ask(page, question)
        page.locator(until).first.wait_for(state="attached")

    return act


def then(first: Act, *more: Act) -> Act:
    """Do one thing after the other."""

    def act(page: Page, words: Wording) -> None:
        for one in (first, *more):
            one(page, words)

    return act


def press(key: str) -> Act:
    """Press the button of a name in the catalogue."""
    return lambda page, words: page.get_by_role("button", name=words.say(key), exact=True).first.click()


def reopened(key: str) -> Act:
    """Open a menu anew: it stays where it was when the window changes."""

    def act(page: Page, words: Wording) -> None:
        page.keyboard.press("Escape")
        page.wait_for_timeout(SETTLING_MS)
        press(key)(page, words)
        page.wait_for_timeout(SETTLING_MS)

    return act


def press_in(selector: str) -> Act:
    """Press the first button in a place."""
    return lambda page, words: page.locator(selector).first.locator("button").first.click()


def seen(selector: str) -> Act:
    """Wait for what a selector finds."""
    return lambda page, words: page.locator(selector).first.wait_for()


def turned_to(name: str, until: str) -> Act:
    """Turn to a page by its link."""

    def act(page: Page, words: Wording) -> None:
        page.get_by_test_id("stSidebar").get_by_role("link", name=words.say(f"page.{name}")).click()
        page.locator(until).first.wait_for()

    return act


def typed(page: Page, words: Wording) -> None:
    """Type and do not ask."""
    page.get_by_test_id("stChatInputTextArea").fill(words.list_of("examples")[2])


def with_sidebar(page: Page, words: Wording) -> None:
    """Unfold the sidebar where it is folded."""
    del words
    button = page.get_by_test_id("stExpandSidebarButton")
    if button.is_visible():
        button.click()


def searched(page: Page, words: Wording) -> None:
    """Search past chats."""
    box = page.get_by_placeholder(words.say("sidebar.search"))
    box.fill("inherits")
    box.press("Enter")


def at_the_mark(page: Page, words: Wording) -> None:
    """Put the focus on the first mark, anew."""
    del words
    page.evaluate("document.activeElement?.blur()")
    page.locator(".fn-mark").first.focus()


def asked_otherwise(page: Page, words: Wording) -> None:
    """Begin a branch."""
    page.get_by_label(words.say("act.edit.label")).fill("How do I remove a retriever?")
    page.get_by_role("dialog").get_by_role("button", name=words.say("act.edit.ask")).click()
    page.locator(".fn-place").wait_for()


def followed(page: Page, words: Wording) -> None:
    """Open the link that was just made."""
    del words
    page.goto(page.get_by_test_id("stCode").filter(has_text="shared=").inner_text().strip())
    page.locator(".fn-sentence").first.wait_for()


def tried(page: Page, words: Wording) -> None:
    """Try one source that fails and one that answers."""
    del words
    for name in ("ddgs", "usgs"):
        page.locator(f".st-key-try-{name} button").first.click()
        page.locator(f".st-key-source-{name} .fn-trial").wait_for()


DONE = '[class*="st-key-actions-"]'
answered, rich = asked(QUESTION, DONE), asked("a rich question", DONE)
shared = then(answered, press("share"), press("share.answer"), seen("code:has-text('shared=')"))
STATES = {
    "empty": State(act=seen(".st-key-hero .fn-hint")),
    "typing": State(act=typed),
    "sites": State(act=seen(".st-key-controls"), settle=reopened("controls.sites")),
    "private": State(act=seen(".st-key-hero .fn-quiet"), query="?unkept=yes"),
    "private-done": State(act=answered, query="?unkept=yes"),
    "unknown": State(act=seen(".fn-notice"), query="?chat=gone"),
    "notices": State(act=seen(".fn-notice"), server="troubled"),
    "refused": State(act=asked("why " * 1500, ".fn-notice")),
    "searching": State(act=asked("hang while searching", ".fn-step")),
    "waiting": State(act=asked("hang while waiting", ".fn-progress")),
    "streaming": State(act=asked("an endless question", ".fn-sentence")),
    "stopped": State(
        act=then(asked("an endless question", ".fn-sentence"), press_in(".st-key-stop"), seen(".fn-stopped"))
    ),
    "done": State(act=answered),
    "steps": State(act=then(answered, lambda page, words: page.locator(".stMain summary").first.click())),
    "rich": State(act=rich, height=TALL),
    "card": State(act=rich, settle=at_the_mark),
    "disagree": State(act=asked("sources disagree", DONE), height=TALL),
    "abstained": State(act=asked("the starship Zorblax", ".fn-abstained"), height=TALL),
    "failed": State(act=asked("nothing works", ".fn-box.fn-failed")),
    "copy": State(act=answered, settle=reopened("act.copy")),
    "export": State(act=answered, settle=reopened("act.export")),
    "note": State(act=then(answered, press_in('[class*="st-key-thumb-"]')), settle=reopened("feedback.note")),
    "share": State(act=shared, settle=reopened("share")),
    "shared": State(act=then(shared, followed)),
    "shared-none": State(act=seen(".fn-notice"), query="?shared=gone"),
    "edit": State(act=then(answered, press("act.edit"))),
    "branches": State(act=then(answered, press("act.edit"), asked_otherwise, seen(DONE))),
    "history": State(act=then(answered, searched), settle=with_sidebar),
    "delete-all": State(act=then(answered, press("sidebar.delete-all"))),
    "trace": State(act=then(answered, turned_to("trace", ".stMain h3.fn-head")), height=TALL),
    "sources": State(act=then(turned_to("sources", ".fn-source"), tried), height=TALL),
    "model": State(act=then(asked("a mixture", DONE), turned_to("model", ".fn-catalogue")), height=TALL),
    "settings": State(act=turned_to("settings", ".stMain .fn-more"), height=TALL),
    "sign-in": State(act=seen('[class*="st-key-sign-in-"] button'), server="guarded"),
}


@contextmanager
def servers(folder: Path) -> Iterator[dict[str, Server]]:
    """Serve the stage as usual, with a problem, and with sign-in."""
    for name in ("usual", "troubled", "guarded/.streamlit"):
        (folder / name).mkdir(parents=True)
    (folder / "guarded" / ".streamlit" / "secrets.toml").write_text(SIGN_IN, encoding="utf-8")
    running = {
        "usual": Server(folder / "usual" / "chats.sqlite3", pace_s=0.02),
        "troubled": Server(folder / "troubled" / "chats.sqlite3", problem=PROBLEM),
        "guarded": Server(folder / "guarded" / "chats.sqlite3", folder=folder / "guarded"),
    }
    try:
        yield running
    finally:
        for server in running.values():
            server.stop()


def pictures(page: Page, state: State, words: Wording, target: Path) -> list[list[Path]]:
    """Take a state at every width in every theme; a row of the sheet is a theme."""
    rows: list[list[Path]] = [[] for _ in SCHEMES]
    for width in WIDTHS:
        for row, scheme in zip(rows, SCHEMES, strict=True):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": state.height})
            page.wait_for_timeout(SETTLING_MS)
            state.settle(page, words)
            page.wait_for_timeout(SETTLING_MS)
            path = target.with_name(f"{target.name}-{width}-{scheme}.png")
            page.screenshot(path=path)
            row.append(path)
            if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
                print(f"{path.name}: {wide} px wide", file=sys.stderr)  # noqa: T201 - a tool for people
    return rows


def sheet(rows: Sequence[Sequence[Path]], target: Path) -> None:
    """Put pictures beside and below one another."""
    images = [[Image.open(path) for path in row] for row in rows]
    width, height = sum(image.width for image in images[0]), sum(row[0].height for row in images)
    whole = Image.new("RGB", (width, height), "grey")
    y = 0
    for row in images:
        x = 0
        for image in row:
            whole.paste(image, (x, y))
            x += image.width
        y += row[0].height
    whole.resize((SHEET_WIDTH, height * SHEET_WIDTH // width)).save(target)


def look(browser: Any, server: Server, name: str, locale: str, folder: Path) -> None:
    """Bring a page into a state and take its pictures."""
    state, language = STATES[name], locale[:2]
    viewport = {"width": WIDTHS[0], "height": state.height}
    context = browser.new_context(viewport=viewport, locale=locale, color_scheme=SCHEMES[0])
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto(server.url + state.query)
    page.locator(".fn-page").wait_for(state="attached")
    words = wording_for(locale)
    state.act(page, words)
    rows = pictures(page, state, words, folder / f"{name}-{language}")
    sheet(rows, folder / f"sheet-{name}-{language}.png")
    context.close()


def main() -> int:
    """Take the tour."""
    from playwright.sync_api import Error, sync_playwright  # noqa: PLC0415 - what imports this file may lack it

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("states", nargs="*", default=list(STATES), metavar="STATE", help=", ".join(STATES))
    parser.add_argument("--locales", nargs="+", default=LOCALES, choices=LOCALES)
    parser.add_argument("--folder", type=Path, default=Path("screenshots"))
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    missed = 0
    with tempfile.TemporaryDirectory() as kept, servers(Path(kept)) as running, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name in chosen.states:
            for locale in chosen.locales:
                try:
                    look(browser, running[STATES[name].server], name, locale, chosen.folder)
                except Error as error:
                    missed += 1
                    print(f"{name} in {locale}: {error}", file=sys.stderr)  # noqa: T201 - a tool for people
        browser.close()
    return min(missed, 1)


if __name__ == "__main__":
    raise SystemExit(main())
