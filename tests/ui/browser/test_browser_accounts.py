"""Two people sign in at a provider on this machine, and neither sees anything of the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.ui.browser.conftest import WAIT_MS, Page
from tests.ui.browser.identity import CLIENT_ID, CLIENT_SECRET, Provider, serve
from tests.ui.browser.manners import QUESTION, ask
from tests.ui.browser.serving import Server

pytest.importorskip("authlib", reason="Authlib is not installed (extra: sign-in)")
pytestmark = pytest.mark.browser

PEOPLE = {
    "Alice": {"sub": "a1", "name": "Alex", "email": "alex@id.example"},
    "Bob": {"sub": "b2", "name": "Alex", "email": "alex@id.example"},
}
SECRETS = """
[auth]
redirect_uri = "http://127.0.0.1:{{port}}/oauth2callback"
cookie_secret = "0123456789abcdef0123456789abcdef"
client_id = "{client_id}"
client_secret = "{client_secret}"
server_metadata_url = "{url}/.well-known/openid-configuration"
"""
Arrive = Callable[..., Page]


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    made = Provider(people=PEOPLE)
    server = serve(made)
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def guarded(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("guarded")
    (folder / ".streamlit").mkdir()
    said = SECRETS.format(client_id=CLIENT_ID, client_secret=CLIENT_SECRET, url=provider.url)
    (folder / ".streamlit" / "secrets.toml").write_text(said, encoding="utf-8")
    server = Server(folder / "chats.sqlite3", folder=folder)
    yield server
    server.stop()


@pytest.fixture
def arrive(browser: Any, guarded: Server, provider: Provider) -> Iterator[Arrive]:
    """Open pages in browsers of their own, which may speak to the server and the provider only."""
    strangers: list[str] = []
    own = (guarded.url, guarded.url.replace("http:", "ws:"), provider.url, "data:", "blob:")
    with ExitStack() as stack:

        def open_page(query: str = "", *, context: Any = None) -> Page:
            if context is None:
                context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
                stack.callback(context.close)
            page = context.new_page()
            page.on("request", lambda request: None if request.url.startswith(own) else strangers.append(request.url))
            page.set_default_timeout(WAIT_MS)
            page.goto(guarded.url + query)
            return page

        yield open_page
    assert strangers == []


def sign_in(page: Page, name: str) -> Page:
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name=f"Continue as {name}").click()
    page.get_by_placeholder("Ask a question").wait_for()
    return page


def test_a_reader_signs_in_asks_and_finds_the_chat_after_signing_in_again(arrive: Arrive) -> None:
    page = arrive()
    page.get_by_text("Your chats are yours alone.").wait_for()
    assert page.get_by_test_id("stChatInput").count() == 0
    sign_in(page, "Alice")
    page.get_by_text("Signed in as Alex").wait_for()
    ask(page, QUESTION)
    page.get_by_text("Written by").wait_for()
    query = page.url.split("/")[-1]
    page.get_by_role("button", name="Sign out").click()
    page.get_by_text("Your chats are yours alone.").wait_for()
    again = arrive(query, context=page.context)
    again.get_by_text("Your chats are yours alone.").wait_for()
    assert again.get_by_text("Most people manage this").count() == 0
    sign_in(again, "Alice")
    again.get_by_role("button", name=QUESTION).first.click()
    again.get_by_text("Most people manage this").wait_for()


def test_two_people_of_one_name_do_not_see_each_others_chats_or_running_answers(arrive: Arrive) -> None:
    alice, bob = sign_in(arrive(), "Alice"), sign_in(arrive(), "Bob")
    ask(alice, "an endless question")
    alice.locator(".fn-sentence").first.wait_for()
    query = alice.url.split("/")[-1]
    other = arrive(query, context=bob.context)
    other.get_by_text("This chat is not here").wait_for()
    assert other.locator(".fn-sentence").count() == 0
    assert other.get_by_role("button", name="Stop").count() == 0
    other.get_by_text("Your past chats will stand here.").wait_for()
    mine = arrive(query, context=alice.context)
    mine.locator(".fn-sentence").first.wait_for()
    mine.get_by_role("button", name="Stop").click()
    alice.get_by_text("Stopped.").wait_for()


def test_a_forged_identity_is_no_identity(arrive: Arrive) -> None:
    page = arrive()
    page.context.add_cookies(
        [{"name": "_streamlit_user", "value": "eyJzdWIiOiJhMSJ9", "url": page.url, "httpOnly": True}]
    )
    page.reload()
    page.get_by_text("Your chats are yours alone.").wait_for()


def test_a_link_opens_without_signing_in_and_dies_with_its_chat(arrive: Arrive) -> None:
    alice = sign_in(arrive(), "Alice")
    ask(alice, QUESTION)
    alice.get_by_text("Written by").wait_for()
    alice.get_by_role("button", name="Share").click()
    alice.get_by_role("button", name="Make a link to this answer").click()
    link = alice.get_by_test_id("stCode").filter(has_text="shared=").inner_text().strip()
    stranger = arrive(link.split("/")[-1])
    stranger.get_by_text("A frozen copy of answers").wait_for()
    stranger.get_by_text("Most people manage this").wait_for()
    assert stranger.get_by_test_id("stChatInput").count() == 0
    alice.keyboard.press("Escape")
    alice.get_by_role("button", name="Delete all chats").click()
    alice.get_by_role("button", name="Delete all", exact=True).click()
    alice.get_by_text("Your past chats will stand here.").wait_for()
    stranger.reload()
    stranger.get_by_text("This link leads nowhere").wait_for()
