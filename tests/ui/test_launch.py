"""The server is this machine's alone, keeps the browser in, and says in one line why it cannot start."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit import config

import ui.launch
from ui.guard import Guarded
from ui.launch import ADDRESS, FAILED, FONTS, SCRIPT, SERVER, colours, main


def test_every_setting_is_one_that_streamlit_knows() -> None:
    known = config.get_config_options()
    assert {name for name in {**SERVER, **FONTS, **colours()} if name not in known} == set()


def test_the_server_listens_on_this_machine_only_and_tells_nobody() -> None:
    assert ADDRESS == SERVER["server.address"] == "127.0.0.1"
    assert SERVER["browser.gatherUsageStats"] is False
    assert SERVER["client.showErrorDetails"] == "none"


def test_both_themes_set_the_same_colours() -> None:
    names = [name.split(".", 2)[1:] for name in colours()]
    assert {name for theme, name in names if theme == "light"} == {name for theme, name in names if theme == "dark"}


def test_a_port_in_use_is_one_line_that_names_it(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind((ADDRESS, 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["--port", str(port)]) == FAILED
    (line,) = capsys.readouterr().err.splitlines()
    assert str(port) in line
    assert "--port" in line


def test_a_wrong_setting_is_one_line_that_names_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_MEMORY_LIMIT", "plenty")
    assert main([]) == FAILED
    (line,) = capsys.readouterr().err.splitlines()
    assert "FOOTNOTE_MEMORY_LIMIT" in line


def test_every_response_forbids_whatever_is_not_ours() -> None:
    app = Guarded(Starlette(routes=[Route("/", lambda _: PlainTextResponse("hello"))]))
    headers = TestClient(app).get("/").headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["img-src"] == "'self' data: blob:"
    assert policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "http" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_the_page_script_is_shipped_with_its_looks_and_words() -> None:
    assert SCRIPT.is_file()
    assert (Path(ui.launch.__file__).parent / "style.css").is_file()
    assert isinstance(st.App(Path(SCRIPT)), st.App)


def test_no_folder_of_pages_stands_beside_the_script() -> None:
    """Streamlit 1.67 would list its files and run them as scripts until `st.navigation` is first called."""
    assert not (SCRIPT.parent / "pages").exists()
