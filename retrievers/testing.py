"""The tests that every HTTP source inherits: a test class needs the retriever and two recorded answers, nothing else.

Knows what the contract promises. Talks to no network: every answer comes through `httpx.MockTransport`.
"""
# ruff: noqa: D102, PLR2004, S101 - tests: a name says what is shown, literals and assertions are how it is said

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, ClassVar, Self
from urllib.parse import unquote_plus, urlsplit

import httpx
import pytest

from retrievers.contract import HitList, SearchHit, SearchQuery
from retrievers.errors import (
    AccessDenied,
    MalformedResponse,
    ProviderUnavailable,
    RateLimited,
    RetrieverError,
)
from retrievers.http import HttpRetriever
from retrievers.plain_text import one_line
from retrievers.registry import available

__all__ = ["Recording", "RetrieverContract"]

QUESTION = "reclaim disk space"
AWKWARD = 'C# & R=1 "naïve" 100% +x?y/z;w {a}\\b'
"""Every character that means something in an address, and a word whose letters must come through."""
MARKUP = re.compile(r"</?[a-z][^>]*>|&(?:[a-z]+|#\d+);", re.IGNORECASE)
USER_AGENT = "Contract/1.0 (+https://example.org/contact)"
CHALLENGE = "<html><title>Just a moment...</title><form id='challenge-form'></form></html>"
PAGE = "<!doctype html><html><title>Welcome</title><p>Hello.</p></html>"


@dataclass(frozen=True, kw_only=True, slots=True)
class Recording:
    """One answer of the provider, as it came."""

    body: bytes
    content_type: str = "application/json"

    @classmethod
    def of(cls, path: Path, content_type: str = "application/json") -> Self:
        """Read a recorded body from a file."""
        return cls(body=path.read_bytes(), content_type=content_type)

    def response(self, status: int = 200, body: bytes | None = None) -> httpx.Response:
        """Give the answer as httpx would."""
        content = self.body if body is None else body
        return httpx.Response(status, content=content, headers={"Content-Type": self.content_type})


Handler = Callable[[httpx.Request], httpx.Response]


class RetrieverContract:
    """Inherit this, set the three attributes, and every promise of the contract is tested."""

    retriever: ClassVar[HttpRetriever]
    hits_recording: ClassVar[Recording]
    empty_recording: ClassVar[Recording]

    def search(self, handler: Handler | httpx.Response, text: str = QUESTION, limit: int = 10) -> HitList:
        """Search once, with `handler` in the provider's place."""

        async def run() -> HitList:
            async with self.client(handler) as client:
                return await self.retriever.search(SearchQuery(text=text, limit=limit), client)

        return asyncio.run(run())

    def client(self, handler: Handler | httpx.Response) -> httpx.AsyncClient:
        """Make a client that reaches nobody but `handler`."""
        answer = again(handler) if isinstance(handler, httpx.Response) else handler
        return httpx.AsyncClient(transport=httpx.MockTransport(answer), headers={"User-Agent": USER_AGENT})

    def failure(self, handler: Handler | httpx.Response, kind: type[RetrieverError]) -> RetrieverError:
        """Search, expect this kind of failure, and check how it is worded."""
        with pytest.raises(kind) as caught:
            self.search(handler)
        assert type(caught.value) is kind, f"expected {kind.__name__} itself"
        assert str(caught.value).startswith(f"{self.retriever.name}: "), "a message begins with the source's name"
        assert "\n" not in str(caught.value), "a message is one line"
        return caught.value

    def sent(self, text: str) -> httpx.Request:
        """Return the first request of a search."""
        requests: list[httpx.Request] = []

        def answer(request: httpx.Request) -> httpx.Response:
            requests.append(request)
            return self.hits_recording.response()

        self.search(answer, text=text)
        return requests[0]

    def hits(self) -> HitList:
        """Return what the recording holds."""
        return self.search(self.hits_recording.response())

    def test_its_name_is_its_entry_point(self) -> None:
        assert available().get(self.retriever.name) is type(self.retriever)

    def test_it_finds_what_was_recorded(self) -> None:
        found = self.hits()
        assert found
        assert all(isinstance(hit, SearchHit) for hit in found)

    def test_no_hits_is_an_empty_list(self) -> None:
        assert list(self.search(self.empty_recording.response())) == []

    def test_addresses_are_absolute_and_of_an_allowed_scheme(self) -> None:
        for hit in self.hits():
            address = urlsplit(hit.url)
            assert address.scheme in self.retriever.schemes, hit.url
            assert address.netloc, hit.url

    def test_titles_and_snippets_are_plain_text(self) -> None:
        for hit in self.hits():
            assert hit.title, hit.url
            for text in (hit.title, hit.snippet):
                assert text == one_line(text), "on one line"
                assert not MARKUP.search(text), text

    def test_dates_are_aware_and_not_in_the_future(self) -> None:
        for hit in self.hits():
            if hit.published:
                assert hit.published.tzinfo, "aware"
                assert hit.published <= datetime.now(UTC), "in the past"

    def test_it_keeps_the_limit(self) -> None:
        assert len(self.search(self.hits_recording.response(), limit=1)) == 1

    def test_awkward_characters_do_not_change_the_shape_of_the_request(self) -> None:
        plain, awkward = self.sent(QUESTION), self.sent(AWKWARD)
        assert awkward.url.host == plain.url.host
        assert awkward.url.fragment == ""
        assert sorted(awkward.url.params.keys()) == sorted(plain.url.params.keys())
        assert "naïve" in carried(awkward)

    def test_the_client_says_who_asks(self) -> None:
        assert self.sent(QUESTION).headers["User-Agent"] == USER_AGENT

    @pytest.mark.parametrize("status", [401, 402, 403])
    def test_a_refusal_is_access_denied(self, status: int) -> None:
        self.failure(httpx.Response(status, html=PAGE), AccessDenied)

    def test_a_check_for_humans_is_access_denied(self) -> None:
        self.failure(httpx.Response(200, html=CHALLENGE), AccessDenied)
        self.failure(httpx.Response(503, html=CHALLENGE), AccessDenied)

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

    def test_html_where_json_is_due_is_malformed(self) -> None:
        if self.retriever.expects == "json":
            self.failure(httpx.Response(200, html=PAGE), MalformedResponse)

    def test_an_empty_body_is_malformed(self) -> None:
        if self.retriever.expects == "json":
            self.failure(self.hits_recording.response(body=b""), MalformedResponse)

    def test_a_truncated_body_is_malformed(self) -> None:
        if self.retriever.expects == "json":
            half = self.hits_recording.body[: len(self.hits_recording.body) // 2]
            self.failure(self.hits_recording.response(body=half), MalformedResponse)

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

    def test_searches_share_nothing(self) -> None:
        before = dict(state_of(self.retriever))

        async def both() -> list[HitList]:
            async with self.client(self.hits_recording.response()) as client:
                queries = [
                    SearchQuery(text=text, language=language) for text, language in (("one", "en"), ("deux", "fr"))
                ]
                return await asyncio.gather(*(self.retriever.search(query, client) for query in queries))

        first, second = asyncio.run(both())
        assert first == second, "the same answer is read in the same way"
        assert state_of(self.retriever) == before, "a search leaves nothing on the instance"


def again(answer: httpx.Response) -> Handler:
    """Give the same answer to every request."""
    return lambda _: httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


def carried(request: httpx.Request) -> str:
    """Return all that a request says, with the escapes of addresses, forms and JSON undone."""
    body = request.content.decode()
    forms = (str(request.url), body, body.encode().decode("unicode_escape"))
    return " ".join(map(unquote_plus, forms))


def state_of(retriever: HttpRetriever) -> dict[str, Any]:
    """Copy what an instance and its class hold."""
    return {**vars(type(retriever)), **getattr(retriever, "__dict__", {})}
