"""Nobody sees anything before signing in, and a reader is who the provider says, not what they are called."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from assistant.chats import LOCAL
from assistant.preferences import Preferences
from tests.ui.scripted import ScriptedAssistant, opened
from tests.ui.visiting import TIMEOUT_S, ask, chat_of, opened_at, shown
from ui.background import Engine
from ui.history import History
from ui.preferring import kept_preferences, preferred
from ui.resources import Resources

ISSUER = "https://id.example"
ALICE = {"is_logged_in": True, "iss": ISSUER, "sub": "a1", "name": "Alice *A*", "email": "alice@id.example"}
BOB = {"is_logged_in": True, "iss": ISSUER, "sub": "b2", "name": "Alice *A*", "email": "alice@id.example"}
AUTH = {"redirect_uri": "http://127.0.0.1:1/oauth2callback", "cookie_secret": "x" * 32, "client_id": "footnote"}


def script(resources: object, told: object) -> None:
    from streamlit.runtime.scriptrunner import get_script_run_ctx  # noqa: PLC0415 - AppTest runs this source alone

    from ui.navigation import site  # noqa: PLC0415

    get_script_run_ctx().user_info.clear()
    get_script_run_ctx().user_info.update(told)
    site(resources)


@pytest.fixture
def resources(tmp_path: Path) -> Iterator[Resources]:
    made = Resources(
        engine=Engine(lambda: opened(ScriptedAssistant())),
        history=History(tmp_path / "chats.sqlite3"),
        needs_sign_in=True,
    )
    yield made
    made.close()


@pytest.fixture
def visit(resources: Resources) -> Callable[..., AppTest]:
    def open_page(told: dict[str, object], auth: dict[str, object] | None = None, **query: str) -> AppTest:
        at = AppTest.from_function(script, kwargs={"resources": resources, "told": told}, default_timeout=TIMEOUT_S)
        at.secrets["auth"] = auth or AUTH
        return opened_at(at, **query)

    return open_page


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"is_logged_in": False},
        ALICE | {"is_logged_in": False},
        {"is_logged_in": True, "email": "alice@id.example"},
        ALICE | {"sub": ""},
        ALICE | {"iss": None},
    ],
)
def test_one_who_has_not_signed_in_sees_the_way_in_and_nothing_else(
    visit: Callable[..., AppTest], told: dict[str, object]
) -> None:
    chat_id = chat_of(ask(visit(ALICE)))
    at = visit(told, chat=chat_id)
    assert [button.label for button in at.button] == ["Sign in"]
    assert "Write one file" not in shown(at)
    assert len(at.chat_input) == len(at.sidebar.button) == 0


def test_each_provider_has_a_way_in(visit: Callable[..., AppTest]) -> None:
    both = {"redirect_uri": "x", "cookie_secret": "x", "acme": {"client_id": "1"}, "other": {"client_id": "2"}}
    at = visit({}, both)
    assert [button.label for button in at.button] == ["Sign in with acme", "Sign in with other"]


def test_two_readers_of_one_name_see_their_own_chats_only(visit: Callable[..., AppTest]) -> None:
    of_alice = chat_of(ask(visit(ALICE)))
    at = visit(BOB)
    assert "Your past chats will stand here." in shown(at)
    at = visit(BOB, chat=of_alice)
    assert "This chat is not here" in shown(at)
    assert "Write one file" not in shown(at)
    assert "Write one file" in shown(visit(ALICE, chat=of_alice))


def test_a_running_answer_is_not_seen_by_another(visit: Callable[..., AppTest], resources: Resources) -> None:
    history = resources.history.seen_by(f"{ISSUER} a1")
    job = resources.engine.start(history.open_turn("an endless question", None), (), history)
    job.attend("alice", lambda: True)
    assert resources.engine.job(job.turn.id, owner=f"{ISSUER} b2") is None
    assert resources.engine.job(job.turn.id) is None
    assert resources.engine.job(job.turn.id, owner=f"{ISSUER} a1") is job
    assert "endless" not in shown(visit(BOB, chat=job.turn.chat_id))
    job.cancel(wait_s=5)


def test_deleting_all_chats_deletes_no_others(visit: Callable[..., AppTest], resources: Resources) -> None:
    ask(visit(ALICE))
    ask(visit(BOB))
    resources.history.seen_by(f"{ISSUER} b2").delete_all()
    assert len(resources.history.seen_by(f"{ISSUER} a1").chats()) == 1
    assert resources.history.seen_by(f"{ISSUER} b2").chats() == []


def test_a_link_opens_for_one_who_has_not_signed_in(visit: Callable[..., AppTest], resources: Resources) -> None:
    chat_id = chat_of(ask(visit(ALICE)))
    secret = resources.history.seen_by(f"{ISSUER} a1").share(chat_id)
    at = visit({}, shared=secret or "")
    assert "Write one file" in shown(at)
    assert len(at.sidebar.button) == 0


def test_the_page_says_who_reads_as_text(visit: Callable[..., AppTest]) -> None:
    at = visit(ALICE | {"name": "<b>A</b>"})
    assert "Signed in as &lt;b&gt;A&lt;/b&gt;" in shown(at)
    assert "Sign out" in [button.label for button in at.sidebar.button]


def test_without_sign_in_nobody_is_asked_who_they_are(resources: Resources, visit: Callable[..., AppTest]) -> None:
    del visit
    open_to_all = Resources(engine=resources.engine, history=resources.history)
    at = AppTest.from_function(script, kwargs={"resources": open_to_all, "told": {}}, default_timeout=TIMEOUT_S).run()
    assert at.chat_input[0].placeholder == "Ask a question"
    assert "Sign out" not in [button.label for button in at.button]


def test_each_reader_has_choices_of_their_own(resources: Resources, tmp_path: Path) -> None:
    owners = (LOCAL, f"{ISSUER} a1", f"{ISSUER} b2")
    readers = [replace(resources, history=resources.history.seen_by(owner), data_dir=tmp_path) for owner in owners]
    kept = kept_preferences(readers[1])
    assert kept
    kept.write(Preferences(answer_language="pt"))
    assert [preferred(reader).answer_language for reader in readers] == [None, "pt", None]
