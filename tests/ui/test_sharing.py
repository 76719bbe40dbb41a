"""A link opens a copy to read, for whoever has it, and its owner can take it back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.hostile import hostile
from tests.ui.markup import seen
from tests.ui.scripted import SCRIPTS, ScriptedAssistant, opened
from tests.ui.visiting import QUESTION, ask, shown, visit
from ui.background import Engine
from ui.history import History
from ui.resources import Resources
from ui.sharing import is_this_machine, link_to


@pytest.fixture
def resources(tmp_path: Path) -> Iterator[Resources]:
    assistant = ScriptedAssistant(scripts={"hostile": hostile, **SCRIPTS})
    made = Resources(engine=Engine(lambda: opened(assistant)), history=History(tmp_path / "chats.sqlite3"))
    yield made
    made.close()


def press(at: AppTest, label: str) -> AppTest:
    (button,) = (button for button in at.button if button.label == label)
    button.click().run()
    assert not at.exception
    return at


def secret_in(at: AppTest) -> str:
    (link,) = (code.value for code in at.code if "shared=" in code.value)
    return parse_qs(urlsplit(link).query)["shared"][0]


def test_a_link_to_an_answer_opens_it_read_only_without_the_sidebar(resources: Resources) -> None:
    at = ask(ask(visit(resources)), "And where does it go?")
    press(at, "Make a link to this answer")
    opened_by_link = visit(resources, shared=secret_in(at))
    assert "Write one file" in shown(opened_by_link)
    assert "And where does it go?" in shown(opened_by_link)
    assert QUESTION not in shown(opened_by_link)
    assert [button.label for button in opened_by_link.button] == ["Ask something yourself"]
    assert len(opened_by_link.chat_input) == 0
    assert len(opened_by_link.sidebar.button) == 0


def test_a_link_to_the_chat_opens_all_its_answers(resources: Resources) -> None:
    at = ask(ask(visit(resources)), "And where does it go?")
    press(at, "Make a link to the whole chat")
    assert shown(visit(resources, shared=secret_in(at))).count('class="fn-question"') == 2


def test_a_link_is_listed_and_leads_nowhere_once_it_is_taken_back(resources: Resources) -> None:
    at = press(ask(visit(resources)), "Make a link to this answer")
    secret = secret_in(at)
    assert "1 answer, " in shown(at)
    press(at, "Take back")
    assert "1 answer, " not in shown(at)
    assert "This link leads nowhere" in shown(visit(resources, shared=secret))


def test_one_who_knows_no_link_learns_nothing_and_can_ask_for_oneself(resources: Resources) -> None:
    ask(visit(resources))
    at = visit(resources, shared="guess")
    assert "This link leads nowhere" in shown(at)
    press(at, "Ask something yourself")
    assert "shared" not in at.query_params
    assert at.chat_input[0].placeholder == "Ask a question"


def test_a_private_chat_offers_no_link(resources: Resources) -> None:
    at = ask(visit(resources, unkept="yes"))
    assert not [button for button in at.button if "link" in button.label]


def test_a_shared_copy_of_hostile_pages_is_drawn_as_safely_as_the_chat(resources: Resources) -> None:
    at = press(ask(visit(resources), "a hostile question"), "Make a link to this answer")
    copy = visit(resources, shared=secret_in(at))
    parts = [part.value for part in copy.get("html") if hasattr(part, "value")]
    listing = seen(" ".join(part for part in parts if "<h2" in part or 'class="fn-part"' in part))
    assert "blockquote" in listing.tags
    assert not listing.tags & {"script", "img", "iframe", "style", "form"}
    assert not {name for name in listing.names if name.startswith("on") or name in {"src", "style", "action"}}
    assert not [address for address in listing.addresses if address.startswith(("javascript:", "data:"))]


@pytest.mark.parametrize(
    ("here", "link"),
    [
        ("https://footnote.example/?chat=1&unkept=yes#x", "https://footnote.example/?shared=s3cret"),
        ("http://127.0.0.1:8501", "http://127.0.0.1:8501/?shared=s3cret"),
        ("https://host.example/base/", "https://host.example/base/?shared=s3cret"),
    ],
)
def test_a_link_holds_nothing_but_the_place_and_the_secret(here: str, link: str) -> None:
    assert link_to("s3cret", here) == link


@pytest.mark.parametrize(
    ("url", "is_local"),
    [
        ("http://127.0.0.1:1/", True),
        ("http://localhost/", True),
        ("http://[::1]:2/", True),
        ("https://a.example/", False),
    ],
)
def test_a_link_that_works_here_only_is_known(url: str, *, is_local: bool) -> None:
    assert is_this_machine(url) is is_local
