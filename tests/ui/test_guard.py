"""Every response carries our headers, every page our script, and nothing else is changed."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.guard import SCRIPT_PATH, Guarded

PAGE = "<html><head></head><body><p>é</p></body></html>" + " " * 2000


def client() -> TestClient:
    routes = [
        Route("/", lambda _: HTMLResponse(PAGE)),
        Route("/trace", lambda _: StreamingResponse(iter([PAGE[:20], PAGE[20:]]), media_type="text/html")),
        Route("/data", lambda _: PlainTextResponse("</body>")),
        Route("/app.js", lambda _: PlainTextResponse("x" * 5000)),
    ]
    return TestClient(Guarded(Starlette(routes=routes, middleware=[Middleware(GZipMiddleware)])))


def test_a_page_gets_the_script_before_its_end_and_its_new_length() -> None:
    for path in ("/", "/trace"):
        found = client().get(path)
        assert f'<script defer src="{SCRIPT_PATH}"></script></body>' in found.text
        assert found.text.count("<script") == 2
        assert "é" in found.text
        assert int(found.headers.get("content-length", len(found.content))) == len(found.content)


def test_a_page_knows_its_server_before_any_script_of_its_own_asks_for_it() -> None:
    for path in ("/", "/trace"):
        assert client().get(path).text.startswith("<html><head><script>window.__streamlit = {BACKEND_BASE_URL:")


def test_what_is_not_a_page_stays_as_it_is_and_compressed() -> None:
    assert client().get("/data").text == "</body>"
    assert client().get("/app.js").headers["content-encoding"] == "gzip"


def test_a_page_asked_for_its_headers_only_stays_without_a_body() -> None:
    assert client().head("/").content == b""


def test_the_script_comes_from_this_server_and_reaches_for_no_other() -> None:
    found = client().get(SCRIPT_PATH)
    assert found.headers["content-type"].startswith("text/javascript")
    assert "content-security-policy" in found.headers
    for reach in ("http:", "https:", "fetch(", "XMLHttpRequest", "innerHTML", "eval(", "import("):
        assert reach not in found.text


def test_the_policy_lets_no_address_but_our_own_in() -> None:
    policy = client().get("/").headers["content-security-policy"]
    assert "unsafe-eval" not in policy
    assert "http" not in policy
    assert "*" not in policy
