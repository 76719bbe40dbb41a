"""What a reader deletes is gone: its files, what the engine holds of them, and every word of it on disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui import visiting
from tests.ui.scripted import ScriptedAssistant, opened
from tests.ui.visiting import QUESTION, ask
from ui.background import Engine
from ui.forgetting import forget_all
from ui.history import History
from ui.resources import Resources
from ui.uploads import write

visit = partial(visiting.visit, timeout_s=60.0)
TOLD = "the code of the zyxomma vault is walrus forty"


@pytest.fixture
def resources(tmp_path: Path) -> Iterator[Resources]:
    with ExitStack() as stack:
        played = ScriptedAssistant()
        found = Resources(
            engine=Engine(lambda: opened(played)),
            history=History(tmp_path / "data" / "chats.sqlite3"),
            uploads=tmp_path / "data" / "uploads",
        )
        stack.callback(found.close)
        yield found


@pytest.fixture
def forgotten(resources: Resources) -> Callable[[], list[str]]:
    """Tell which files the assistant was told to forget, once its loop has come to it."""

    def told() -> list[str]:
        assistant = resources.engine._assistant
        assert isinstance(assistant, ScriptedAssistant)
        asyncio.run_coroutine_threadsafe(asyncio.sleep(0), resources.engine._loop).result()
        return assistant.forgotten

    return told


def given(resources: Resources) -> Path:
    """Put a file where an open page puts what is attached."""
    assert resources.uploads
    page = resources.uploads / "page"
    page.mkdir(parents=True, exist_ok=True)
    return Path(write(page, SimpleNamespace(name="plan.txt", getvalue=TOLD.encode)))


def asked_about(resources: Resources, file: Path) -> AppTest:
    """Ask a question with an attached file, and keep a trace in which its text is."""
    at = visit(resources)
    at.session_state["attached"] = {"": (str(file),)}
    at.run()
    ask(at)
    (chat,) = resources.history.chats()
    (turn,) = resources.history.turns(chat.id)
    resources.history.keep_trace(turn, f'{{"url": "{file.resolve().as_uri()}", "text": "{TOLD}"}}')
    return at


def holding(folder: Path, words: str) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and words.encode() in path.read_bytes()]


def test_files_that_are_forgotten_are_gone_and_the_answer_stays(
    resources: Resources, tmp_path: Path, forgotten: Callable[[], list[str]]
) -> None:
    file = given(resources)
    at = asked_about(resources, file)
    assert holding(tmp_path, TOLD) == [file]
    at.button(key="forget").click().run()
    (chat,) = resources.history.chats()
    (turn,) = resources.history.turns(chat.id)
    assert turn.answer
    assert resources.history.trace(turn) is None
    assert holding(tmp_path, TOLD) == []
    assert forgotten() == [str(file)]
    assert not file.parent.exists()


def test_a_trace_of_an_answer_from_other_pages_stays(resources: Resources) -> None:
    at = asked_about(resources, given(resources))
    (chat,) = resources.history.chats()
    other = resources.history.open_turn("And then?", chat.id)
    resources.history.keep_trace(other, '{"url": "https://a.test/"}')
    at.button(key="forget").click().run()
    assert resources.history.trace(other) is not None


def test_a_deleted_chat_takes_its_files_along_even_from_another_page(
    resources: Resources, tmp_path: Path, forgotten: Callable[[], list[str]]
) -> None:
    file = given(resources)
    asked_about(resources, file)
    (chat,) = resources.history.chats()
    other = visit(resources)
    other.menu_button[0].click("Delete").run()
    other.button(key="confirm-delete").click().run()
    assert resources.history.turns(chat.id) == ()
    assert holding(tmp_path, TOLD) == []
    assert holding(tmp_path, QUESTION) == []
    assert forgotten() == [str(file)]


def test_deleting_all_takes_every_file_along_but_those_of_other_owners(resources: Resources, tmp_path: Path) -> None:
    mine, theirs = given(resources), given(resources)
    asked_about(resources, mine)
    (theirs.parent / ".chat").write_text("a chat of somebody else")
    at = visit(resources)
    at.button(key="delete-all").click().run()
    at.button(key="confirm-delete-all").click().run()
    assert holding(tmp_path, TOLD) == [theirs]
    assert holding(tmp_path, QUESTION) == []


def test_nothing_outside_the_place_of_attached_files_is_ever_removed(resources: Resources, tmp_path: Path) -> None:
    outside = tmp_path / "data" / "notes" / "plan.txt"
    outside.parent.mkdir(parents=True)
    outside.write_text(TOLD)
    at = asked_about(resources, outside)
    at.button(key="forget").click().run()
    assert outside.read_text() == TOLD
    forget_all(resources)
    assert outside.read_text() == TOLD
