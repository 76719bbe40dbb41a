"""What a source behind HTTP promises beyond that: what it asks, and what it makes of every way to fail.

Knows what the contract promises. Talks to no network: every answer comes through `httpx.MockTransport`.
"""
# ruff: noqa: D102, PLR2004, S101 - tests: a name says what is shown, literals and assertions are how it is said

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import ClassVar
from urllib.parse import unquote_plus

import httpx
import pytest

from retrievers.contract import HitList, SearchQuery
from retrievers.errors import (
    AccessDenied,
    MalformedResponse,
    ProviderUnavailable,
    RateLimited,
    RetrieverError,
)
from retrievers.http import HttpRetriever
from retrievers.testing.recordings import Recording
from retrievers.testing.source import QUESTION, SourceContract

__all__ = ["RetrieverContract"]

AWKWARD = 'C# & R=1 "naïve" 100% +x?y/z;w {a}\\b'
"""Every character that means something in an address, and a word whose letters must come through."""
USER_AGENT = "Contract/1.0 (+https://example.org/contact)"
CHALLENGE = "<html><title>Just a moment...</title><form id='challenge-form'></form></html>"
CONSENT = "<html><title>Before you continue to search</title><form action='https://consent.example/save'></form></html>"
PAGE = "<!doctype html><html><title>Welcome</title><p>Hello.</p></html>"
DRIFTED = {
    "json": b'{"renamed": {"everything": [1, 2, 3]}}',
    "xml": b"<?xml version='1.0'?><renamed><everything/></renamed>",
    "html": b"<!doctype html><html><title>Results</title>"
    + b'<div class="renamed"><a href="https://a.example/">A result</a></div>' * 400
    + b"</html>",
}
"""A whole answer in a shape that nobody knows."""

Handler = Callable[[httpx.Request], httpx.Response]


class RetrieverContract(SourceContract):
    """Inherit this, set the three attributes, and every promise of the contract is tested.

    A source that asks several times names in `steps` the answers to what it asks first, by a part of their address.
    """

    retriever: ClassVar[HttpRetriever]
    hits_recording: ClassVar[Recording]
    empty_recording: ClassVar[Recording]
    steps: ClassVar[Mapping[str, Recording]] = {}
    question: ClassVar[str] = QUESTION
    """For a source that answers only some questions ("weather in …")."""
    awkward_question: ClassVar[str] = AWKWARD
    sends_words: ClassVar[bool] = True
    """False for a source that sends only codes found in the question, or fetches whole lists and searches them here."""

    async def ask(self, answer: Handler | httpx.Response, text: str | None = None, limit: int = 10) -> HitList:
        """Search once, with `answer` in the provider's place; a response is what the last of its steps gets."""
        handler = self.after_steps(answer) if isinstance(answer, httpx.Response) else answer
        async with self.client(handler) as client:
            found = await self.retriever.search(SearchQuery(text=text or self.question, limit=limit), client)
        return found if isinstance(found, HitList) else HitList.of(found)

    def search(self, answer: Handler | httpx.Response, text: str | None = None, limit: int = 10) -> HitList:
        """Search once, from a test without an event loop."""
        return asyncio.run(self.ask(answer, text, limit))

    def client(self, handler: Handler) -> httpx.AsyncClient:
        """Make a client that reaches nobody but `handler`."""
        return httpx.AsyncClient(transport=httpx.MockTransport(handler), headers={"User-Agent": USER_AGENT})

    def after_steps(self, last: httpx.Response) -> Handler:
        """Answer the first requests as recorded and every other with `last`."""

        def answer(request: httpx.Request) -> httpx.Response:
            step = next((found for part, found in self.steps.items() if part in str(request.url)), None)
            return step.response() if step else again(last)(request)

        return answer

    async def find(self, limit: int = 10) -> HitList:
        return await self.ask(self.hits_recording.response(), limit=limit)

    async def find_nothing(self) -> HitList:
        return await self.ask(self.empty_recording.response())

    async def find_something_else(self) -> None:
        with suppress(RetrieverError):
            await self.ask(self.hits_recording.response(), text=f"{self.question} once more")

    def hits(self) -> HitList:
        return asyncio.run(self.find())

    def failure(self, answer: Handler | httpx.Response, kind: type[RetrieverError]) -> RetrieverError:
        """Search, expect this kind of failure at the last step and at the first, and check how it is worded."""
        error = self.failing(answer, kind)
        return self.failing(again(answer), kind) if self.steps and isinstance(answer, httpx.Response) else error

    def failing(self, answer: Handler | httpx.Response, kind: type[RetrieverError]) -> RetrieverError:
        """Search once, expect this kind of failure, and check how it is worded."""
        with pytest.raises(kind) as caught:
            self.search(answer)
        assert type(caught.value) is kind, f"expected {kind.__name__} itself"
        assert str(caught.value).startswith(f"{self.retriever.name}: "), "a message begins with the source's name"
        assert "\n" not in str(caught.value), "a message is one line"
        assert caught.value.reason != "unknown"
        return caught.value

    def sent(self, text: str) -> list[httpx.Request]:
        """Return the requests of a search."""
        requests: list[httpx.Request] = []
        answer_as_recorded = self.after_steps(self.hits_recording.response())

        def answer(request: httpx.Request) -> httpx.Response:
            requests.append(request)
            return answer_as_recorded(request)

        self.search(answer, text=text)
        return requests

    def test_awkward_characters_do_not_change_the_shape_of_the_request(self) -> None:
        plain, awkward = self.sent(self.question), self.sent(self.awkward_question)
        for one, other in zip(plain, awkward, strict=True):
            assert other.url.host == one.url.host
            assert other.url.fragment == ""
            assert sorted(other.url.params.keys()) == sorted(one.url.params.keys())
        assert any("naïve" in carried(request) for request in awkward) is self.sends_words

    def test_the_client_says_who_asks(self) -> None:
        assert all(request.headers["User-Agent"] == USER_AGENT for request in self.sent(self.question))

    @pytest.mark.parametrize("status", [401, 402, 403])
    def test_a_refusal_is_access_denied(self, status: int) -> None:
        self.failure(httpx.Response(status, html=PAGE), AccessDenied)

    @pytest.mark.parametrize("page", [CHALLENGE, CONSENT], ids=["challenge", "consent"])
    def test_a_check_for_humans_and_a_consent_page_are_access_denied(self, page: str) -> None:
        for status in (200, 503):
            assert self.failure(httpx.Response(status, html=page), AccessDenied).reason == "captcha"

    def test_a_redirect_to_a_captcha_is_access_denied(self) -> None:
        headers = {"Location": "https://provider.example/sp/captcha"}
        self.failure(httpx.Response(302, headers=headers), AccessDenied)

    @pytest.mark.parametrize("status", [404, 500, 502, 503])
    def test_a_failing_service_is_unavailable(self, status: int) -> None:
        self.failure(httpx.Response(status, html=PAGE), ProviderUnavailable)

    def test_too_many_requests_is_rate_limited(self) -> None:
        assert self.rate_limit(httpx.Response(429)).retry_after_s is None

    @pytest.mark.parametrize("status", [429, 503])
    def test_retry_after_is_honoured_in_seconds(self, status: int) -> None:
        assert self.rate_limit(httpx.Response(status, headers={"Retry-After": "7"})).retry_after_s == 7

    @pytest.mark.parametrize("status", [429, 503])
    def test_retry_after_is_honoured_as_a_date(self, status: int) -> None:
        later = format_datetime(datetime.now(UTC) + timedelta(minutes=5), usegmt=True)
        wait_s = self.rate_limit(httpx.Response(status, headers={"Retry-After": later})).retry_after_s
        assert wait_s == pytest.approx(300, abs=5)

    def rate_limit(self, response: httpx.Response) -> RateLimited:
        """Search, expect to be told to wait, and return that."""
        error = self.failure(response, RateLimited)
        assert isinstance(error, RateLimited)
        return error

    def test_html_where_data_are_due_is_malformed(self) -> None:
        if self.retriever.expects != "html":
            self.failure(httpx.Response(200, html=PAGE), MalformedResponse)

    def test_an_empty_body_is_malformed(self) -> None:
        self.failure(self.hits_recording.response(body=b""), MalformedResponse)

    def test_a_truncated_body_is_malformed(self) -> None:
        half = self.hits_recording.body[: len(self.hits_recording.body) // 2]
        self.failure(self.hits_recording.response(body=half), MalformedResponse)

    def test_a_new_layout_is_malformed(self) -> None:
        body = DRIFTED[self.retriever.expects]
        assert self.failure(self.hits_recording.response(body=body), MalformedResponse).reason == "drift"

    def test_json_of_another_shape_is_malformed(self) -> None:
        if self.retriever.expects == "json":
            for body in (b'"text"', b"null", b"7"):
                self.failure(self.hits_recording.response(body=body), MalformedResponse)

    @pytest.mark.parametrize(
        "error", [httpx.ConnectError("refused"), httpx.ReadTimeout("late"), httpx.ReadError("cut")]
    )
    def test_a_broken_connection_is_unavailable(self, error: httpx.TransportError) -> None:
        def fail(_: httpx.Request) -> httpx.Response:
            raise error

        self.failure(fail, ProviderUnavailable)

    def test_redirects_are_not_followed(self) -> None:
        asked: list[str] = []

        def redirect(request: httpx.Request) -> httpx.Response:
            asked.append(request.url.host)
            return httpx.Response(302, headers={"Location": "https://elsewhere.example/"})

        self.failure(redirect, ProviderUnavailable)
        assert "elsewhere.example" not in asked


def again(answer: Handler | httpx.Response) -> Handler:
    """Give the same answer to every request."""
    if not isinstance(answer, httpx.Response):
        return answer
    return lambda _: httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


def carried(request: httpx.Request) -> str:
    """Return all that a request says, with the escapes of addresses, forms and JSON undone."""
    body = request.content.decode()
    forms = (str(request.url), body, body.encode().decode("unicode_escape"))
    return " ".join(map(unquote_plus, forms))
