"""The server is this machine's alone, keeps the browser in, and says in one line why it cannot start."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from importlib.util import find_spec
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
from ui.launch import ADDRESS, FAILED, FONTS, OK, SCRIPT, SERVER, addresses, colours, main


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


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Write secrets.toml where Streamlit looks for it."""
    path = tmp_path / ".streamlit" / "secrets.toml"
    path.parent.mkdir()
    before = config.get_option("secrets.files")
    config.set_option("secrets.files", [str(path)])
    st.secrets._reset()
    yield lambda text: (path.write_text(text, encoding="utf-8"), st.secrets._reset())[1]
    config.set_option("secrets.files", before)
    st.secrets._reset()


PROVIDER = """
client_id = "footnote"
client_secret = "s"
server_metadata_url = "http://127.0.0.1:1/.well-known/openid-configuration"
"""
AUTH = f"""
[auth]
redirect_uri = "https://footnote.example/oauth2callback"
cookie_secret = "{"x" * 32}"
"""


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["--check", "--port", "0", *arguments]) == FAILED
    (line,) = capsys.readouterr().err.splitlines()
    return line


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "footnote.example", "127.0.0.1.example", ""])
def test_without_sign_in_nothing_but_this_machine_is_listened_on(
    secrets: Callable[[str], None], capsys: pytest.CaptureFixture[str], host: str
) -> None:
    line = refused(capsys, "--host", host)
    assert "sign-in" in line
    assert "127.0.0.1" in line


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost"])
def test_without_sign_in_this_machine_may_be_listened_on_by_any_of_its_names(
    secrets: Callable[[str], None], host: str
) -> None:
    assert main(["--check", "--port", "0", "--host", host]) == OK


def test_with_sign_in_others_may_come(secrets: Callable[[str], None]) -> None:
    secrets(AUTH + PROVIDER)
    if find_spec("authlib") is None:
        pytest.skip("Authlib is not installed (extra: sign-in)")
    assert main(["--check", "--port", "0", "--host", "0.0.0.0"]) == OK


def test_sign_in_without_its_library_is_one_line_that_names_the_extra(
    secrets: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    secrets(AUTH + PROVIDER)
    if find_spec("authlib"):
        pytest.skip("Authlib is installed")
    assert "footnote[sign-in]" in refused(capsys)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[auth", "cannot be read"),
        (AUTH.replace("x" * 32, "guess") + PROVIDER, "cookie_secret has under 32"),
        (AUTH, "client_id"),
        (PROVIDER.join(["[auth]", ""]), "redirect_uri"),
        (AUTH.replace("/oauth2callback", "/") + PROVIDER, "must end with /oauth2callback"),
        (AUTH + "[auth.acme]\nclient_id = 'x'", "[auth.acme] has no client_secret"),
    ],
)
def test_sign_in_that_would_not_work_or_could_be_forged_is_refused(
    secrets: Callable[[str], None], capsys: pytest.CaptureFixture[str], text: str, named: str
) -> None:
    secrets(text)
    assert named in refused(capsys)
    assert named in refused(capsys, "--host", "0.0.0.0")


def test_only_known_names_may_lead_to_the_server(secrets: Callable[[str], None]) -> None:
    assert addresses("127.0.0.1")["server.allowedHosts"] == ["127.0.0.1", "localhost", "::1", "127.0.0.1"]
    secrets(AUTH + PROVIDER)
    assert addresses("0.0.0.0") == {
        "server.address": "0.0.0.0",
        "server.allowedHosts": ["127.0.0.1", "localhost", "::1", "0.0.0.0", "footnote.example"],
    }


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
