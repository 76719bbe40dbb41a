"""The ddgs library's engines: what they find, and what their silence hides.

The engines are the library's own; only their HTTP client is a fake, which answers or raises as the library's does.
"""

import asyncio
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from ddgs.exceptions import DDGSException, TimeoutException

from retrievers import AccessDenied, HitList, MalformedResponse, ProviderUnavailable, RateLimited, SearchQuery
from retrievers.testing import SourceContract
from retrievers.web.ddgs import ENGINES, Ddgs
from retrievers.web.ddgs_engines import Engine, Opener, ask, opener
from tests.retrievers.shared_fixtures import FIXTURES, NEEDS_FIXTURES
from tests.retrievers.web.kinds import ADDRESS, recording

EMPTY = "<!doctype html><html><title>Nothing</title><p>{}</p></html>"
NOTHING = {
    "duckduckgo": recording("duckduckgo_empty.html").body.decode(),
    "brave": recording("brave_html_empty.html").body.decode(),
    "mojeek": recording("mojeek_empty.html").body.decode(),
    "startpage": recording("startpage_empty.html").body.decode(),
    "yahoo": EMPTY.format("We did not find results."),
}
DRIFTED = EMPTY.format("Welcome to our new design.")
QUERY = SearchQuery(text="reclaim disk space")


@dataclass(frozen=True, kw_only=True)
class Page:
    """What the library's `Response` is, as far as engines read it."""

    text: str
    status_code: int = 200


@dataclass
class Client:
    """The library's `HttpClient` without a network: gives pages, or raises what that raises."""

    answer: Page | Exception
    asked: list[dict[str, Any]] = field(default_factory=list)
    waits_for: threading.Event | None = None
    begun: threading.Event = field(default_factory=threading.Event)

    @property
    def client(self) -> "Client":
        return self

    def set_cookies(self, url: str, cookies: Mapping[str, str]) -> None:
        self.asked.append({"url": url, "cookies": cookies})

    def request(self, method: str, url: str, **how: Any) -> Page:
        self.asked.append({"method": method, "url": url, **how})
        self.begun.set()
        if self.waits_for:
            self.waits_for.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def opened(clients: Mapping[str, Client]) -> Opener:
    """Open the library's own engines with these clients in place of theirs; those not named are switched off."""
    real = opener()

    def open_engine(name: str) -> Engine | None:
        engine = real(name) if name in clients else None
        if engine:
            engine.http_client = clients[name]
        return engine

    return open_engine


def answering(pages: Mapping[str, str | Page | Exception]) -> Ddgs:
    """Make a source whose engines are answered so."""
    whole = {name: Page(text=page) if isinstance(page, str) else page for name, page in pages.items()}
    return Ddgs(opened({name: Client(page) for name, page in whole.items()}))


async def search(source: Ddgs, query: SearchQuery = QUERY) -> HitList:
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(500))) as client:
        return await source.search(query, client)


HITS = {"brave": recording("brave_html_hits.html").body.decode(), "mojeek": recording("mojeek_hits.html").body.decode()}
FOUND = answering(NOTHING | HITS)


class TestDdgs(SourceContract):
    retriever = FOUND

    async def find(self, limit: int = 10) -> HitList:
        return await search(FOUND, SearchQuery(text="reclaim disk space", limit=limit))

    async def find_nothing(self) -> HitList:
        return await search(answering(NOTHING))

    def test_it_is_asked_unasked_and_is_labelled_best_effort(self) -> None:
        assert Ddgs.on_by_default
        assert Ddgs.best_effort

    async def test_each_engine_reports_under_the_index_that_it_shows(self) -> None:
        reports = (await self.find()).upstream
        assert [report.provider for report in reports] == ["bing", "brave", "mojeek", "google", "bing"]
        voting = {report.provider: [hit.url for hit in report.hits] for report in reports if report.hits}
        assert voting == {name: [ADDRESS, "https://blog.example.com/bloat"] for name in ("brave", "mojeek")}

    async def test_the_merged_list_names_each_page_once(self) -> None:
        assert [hit.url for hit in await self.find()] == [ADDRESS, "https://blog.example.com/bloat"]

    async def test_an_engine_that_fails_says_why_beside_the_hits_of_the_others(self) -> None:
        found = await search(answering(NOTHING | HITS | {"duckduckgo": Page(text="", status_code=202)}))
        assert len(found) == 2
        assert [report.error for report in found.upstream if report.error] == [
            "duckduckgo (behind ddgs): a check for humans instead of results"
        ]

    async def test_language_and_time_range_are_asked_for(self) -> None:
        client = Client(Page(text=NOTHING["brave"]))
        await search(Ddgs(opened({"brave": client})), SearchQuery(text="x", language="fr", freshness="week"))
        assert client.asked[-1]["params"]["tf"] == "pw"
        assert "fr" in client.asked[0]["cookies"]

    async def test_a_long_question_is_sent_as_keywords(self) -> None:
        client = Client(Page(text=NOTHING["mojeek"]))
        await search(Ddgs(opened({"mojeek": client})), SearchQuery(text="How do I reclaim the disk space? " * 20))
        assert client.asked[-1]["params"]["q"].startswith("reclaim disk space")


CHALLENGE = "<html><form id='challenge-form'></form></html>"


@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [
        (Page(text="", status_code=429), RateLimited, "rate_limited"),
        (Page(text="", status_code=403), AccessDenied, "denied"),
        (Page(text="", status_code=202), AccessDenied, "captcha"),
        (Page(text=CHALLENGE), AccessDenied, "captcha"),
        (Page(text="", status_code=503), ProviderUnavailable, "outage"),
        (TimeoutException("operation timed out"), ProviderUnavailable, "timeout"),
        (DDGSException("ConnectError: refused"), ProviderUnavailable, "network"),
        (Page(text=DRIFTED), MalformedResponse, "drift"),
        (Page(text=""), MalformedResponse, "drift"),
    ],
)
async def test_all_engines_failing_is_a_failure_with_its_reason_and_remedy(
    answer: Page | Exception, kind: type[Exception], reason: str
) -> None:
    source = answering(dict.fromkeys(("brave", "mojeek", "duckduckgo"), answer))
    with pytest.raises(kind, match="set FOOTNOTE_SEARXNG_URL") as caught:
        await search(source)
    assert type(caught.value) is kind
    assert getattr(caught.value, "reason", None) == reason
    assert str(caught.value).startswith("ddgs: ")
    assert "\n" not in str(caught.value)


async def test_a_mixed_failure_is_named_for_what_lasts_longest() -> None:
    answers = {"brave": TimeoutException("late"), "duckduckgo": Page(text="", status_code=202)}
    with pytest.raises(AccessDenied, match="brave: no answer in time") as caught:
        await search(answering(answers))
    assert caught.value.reason == "captcha"


async def test_a_library_without_any_of_the_engines_is_an_outage() -> None:
    with pytest.raises(ProviderUnavailable, match="none of them"):
        await search(answering({}))


async def test_an_engine_that_is_late_does_not_hold_up_the_others() -> None:
    release = threading.Event()
    clients = {
        "brave": Client(Page(text=HITS["brave"])),
        "mojeek": Client(Page(text=HITS["mojeek"]), waits_for=release),
    }
    try:
        found = await search(Ddgs(opened(clients), patience_s=0.5))
    finally:
        release.set()
    assert len(found) == 2
    assert [report.error for report in found.upstream] == [None, "mojeek (behind ddgs): no answer in time"]


async def test_cancelling_does_not_wait_for_the_engines() -> None:
    release = threading.Event()
    client = Client(Page(text=HITS["brave"]), waits_for=release)
    searching = asyncio.create_task(search(Ddgs(opened({"brave": client}), patience_s=60)))
    try:
        assert await asyncio.to_thread(client.begun.wait, 5)
        searching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(searching, timeout=5)
    finally:
        release.set()


def test_the_configured_proxy_and_authorities_are_used() -> None:
    source = Ddgs.from_env({"FOOTNOTE_PROXY": "http://proxy.example:3128"})
    engine = source.open_engine("brave")
    assert engine
    assert engine.http_client.client.proxy == "http://proxy.example:3128"


def test_a_wrong_file_of_authorities_names_the_setting() -> None:
    source = Ddgs.from_env({"FOOTNOTE_CA_BUNDLE": "/nowhere/authorities.pem"})
    answer = ask(source.open_engine, "brave", QUERY)
    assert answer
    assert "FOOTNOTE_CA_BUNDLE" in str(answer.error)


def test_every_engine_is_one_that_the_library_has() -> None:
    engines = {name: opener()(name) for name in ENGINES}
    assert {name: engine.provider for name, engine in engines.items() if engine} == ENGINES


@NEEDS_FIXTURES
@pytest.mark.parametrize(
    ("name", "file", "first"),
    [
        ("brave", "brave/results_browser.html", "https://www.w3schools.com/js/"),
        ("mojeek", "mojeek/results.html", "https://javascript.info/"),
        ("startpage", "startpage/http.html", "https://www.w3schools.com/js/"),
        ("yahoo", "yahoo/browser.html", "https://www.w3schools.com/Js/"),
    ],
)
def test_recorded_pages_give_their_hits(name: str, file: str, first: str) -> None:
    page = (FIXTURES / file).read_text(encoding="utf-8", errors="replace")
    answer = ask(opened({name: Client(Page(text=page))}), name, QUERY)
    assert answer
    assert answer.error is None
    assert len(answer.hits) >= 7
    assert answer.hits[0].url == first
