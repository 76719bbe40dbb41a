"""The engines of the ddgs library, one by one: what each found, or why it found nothing.

Knows the library's classes, and what it hides: it makes an empty list of every answer that is not HTTP 200, and of
every page that it cannot read. Leaves which engines to ask, and threads, to `ddgs.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol, Self

import httpx

from retrievers.challenges import is_challenge
from retrievers.contract import SearchHit, SearchQuery
from retrievers.errors import AccessDenied, MalformedResponse, ProviderUnavailable, RateLimited, RetrieverError
from retrievers.freshness import letter
from retrievers.http import TOO_MANY
from retrievers.plain_text import one_line
from retrievers.web.brave_html import BraveHtml
from retrievers.web.duckduckgo import ACCEPTED, DuckDuckGo
from retrievers.web.mojeek import Mojeek
from retrievers.web.regions import EVERYWHERE, region_of
from retrievers.web.result_page import ResultPage
from retrievers.web.startpage import Startpage

__all__ = ["Answer", "Engine", "Opener", "ask", "opener"]

PATIENCE_S = 4
"""How long the library may wait for one exchange; it takes whole seconds."""
PAGES: dict[str, type[ResultPage]] = {
    "brave": BraveHtml,
    "duckduckgo": DuckDuckGo,
    "mojeek": Mojeek,
    "startpage": Startpage,
}
"""The engines whose pages we know ourselves, and so how one looks that found nothing."""
SETTINGS = "FOOTNOTE_PROXY and FOOTNOTE_CA_BUNDLE"
REFUSED = frozenset({ACCEPTED, 401, 403})


class Engine(Protocol):
    """What the library's engines are, as far as we use them."""

    name: str
    provider: str
    http_client: Any

    def search(self, query: str, region: str = ..., safesearch: str = ..., timelimit: str | None = ...) -> Any:  # noqa: ANN401 - the library's own result classes
        """Return a list of results, or None for an answer that is not HTTP 200."""


Opener = Callable[[str], Engine | None]
"""Makes the named engine; None for one that the library has switched off."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What one engine found, in its own order, or why it found nothing."""

    engine: str
    provider: str
    hits: tuple[SearchHit, ...] = ()
    error: RetrieverError | None = None

    @classmethod
    def late(cls, engine: str, provider: str) -> Self:
        """Stand for an engine that is still at work."""
        error = ProviderUnavailable(f"{engine} (behind ddgs): no answer in time", reason="timeout")
        return cls(engine=engine, provider=provider, error=error)


class Listener:
    """Stand before an engine's client and keep its last answer, which the engine throws away."""

    def __init__(self, client: Any) -> None:  # noqa: ANN401 - the library's own client
        """Take the client that does the work; `client` is what engines set cookies on."""
        self._asked = client
        self.client = client.client
        self.status: int | None = None
        self.page = ""

    def request(self, *asked: Any, **how: Any) -> Any:  # noqa: ANN401 - as the library has it
        """Pass a request on, and listen."""
        answer = self._asked.request(*asked, **how)
        self.status, self.page = answer.status_code, answer.text
        return answer

    def heard(self) -> httpx.Response:
        """Return the last answer as httpx would."""
        return httpx.Response(self.status or 500, text=self.page)


def opener(proxy: str | None = None, authorities: str | None = None) -> Opener:
    """Say how engines are made: with the proxy and the PEM file that all of Footnote uses."""

    def open_engine(name: str) -> Engine | None:
        # Imported when it is needed: the library loads a TLS stack of its own.
        kind = import_module("ddgs.engines").ENGINES["text"].get(name)
        return kind(proxy=proxy, timeout=PATIENCE_S, verify=authorities or True) if kind else None

    return open_engine


def ask(open_engine: Opener, name: str, query: SearchQuery) -> Answer | None:
    """Ask one engine and wait for its answer; every failure is part of it. None where there is no such engine."""
    try:
        engine = open_engine(name)
    except Exception as error:  # noqa: BLE001 - the library's TLS stack raises its own classes
        unusable = ProviderUnavailable(f"{name} (behind ddgs): {one_line(str(error))}; check {SETTINGS}")
        return Answer(engine=name, provider=name, error=unusable)
    return listen(engine, query) if engine else None


def listen(engine: Engine, query: SearchQuery) -> Answer:
    """Let an engine search, and hear what it was answered."""
    listener = engine.http_client = Listener(engine.http_client)
    try:
        hits = tuple(found(engine, query))
        if not hits:
            check_nothing(engine.name, listener)
    except RetrieverError as error:
        return Answer(engine=engine.name, provider=engine.provider, error=error)
    except Exception as error:  # noqa: BLE001 - the library raises its own classes, and those of what it is built on
        return Answer(engine=engine.name, provider=engine.provider, error=named(engine.name, error))
    return Answer(engine=engine.name, provider=engine.provider, hits=hits)


def found(engine: Engine, query: SearchQuery) -> Iterator[SearchHit]:
    """Read the library's results; it gives no dates."""
    region = region_of(query.language)
    wanted = {"timelimit": letter(query.freshness)} if query.freshness else {}
    for row in engine.search(query.text, region="us-en" if region == EVERYWHERE else region, **wanted) or ():
        address = f"https:{row.href}" if row.href.startswith("//") else row.href
        if address.startswith(("http://", "https://")) and row.title:
            yield SearchHit(url=address, title=one_line(row.title), snippet=one_line(row.body))


def check_nothing(name: str, listener: Listener) -> None:
    """Raise what an empty list hides: a refusal, an outage, a new layout."""
    heard = listener.heard()
    if heard.status_code == TOO_MANY:
        raise RateLimited(f"{name} (behind ddgs): HTTP 429, too many requests")
    if heard.status_code == ACCEPTED or is_challenge(heard):
        raise AccessDenied(f"{name} (behind ddgs): a check for humans instead of results", reason="captcha")
    if heard.status_code in REFUSED:
        raise AccessDenied(f"{name} (behind ddgs): HTTP {heard.status_code}, refused")
    if not heard.is_success:
        raise ProviderUnavailable(f"{name} (behind ddgs): HTTP {heard.status_code}", reason="outage")
    page = PAGES.get(name)
    if page and any(mark in listener.page for mark in page.challenges):
        raise AccessDenied(f"{name} (behind ddgs): a check for humans instead of results", reason="captcha")
    if page and not any(mark in listener.page for mark in page.no_results):
        raise MalformedResponse(f"{name} (behind ddgs): the layout of its page of results has changed")


def named(name: str, error: Exception) -> RetrieverError:
    """Name a failure of the library by its remedy."""
    kind = type(error).__name__
    if kind == "TimeoutException":
        return ProviderUnavailable(f"{name} (behind ddgs): no answer in time", reason="timeout")
    if kind == "DDGSException":
        return ProviderUnavailable(f"{name} (behind ddgs): cannot be reached", reason="network")
    return MalformedResponse(f"{name} (behind ddgs): its answer cannot be read ({kind})")
