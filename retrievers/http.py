"""Sources behind HTTP: two pure methods each, while everything that can go wrong is handled here, once.

Knows how failures of HTTP map onto `errors.py`. Leaves deadlines to the caller and the User-Agent, proxy and
certificates to the client that is passed in.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import ClassVar, Literal, TypeAlias, TypeVar
from urllib.parse import urlsplit

import httpx

from retrievers.challenges import REDIRECTED_CHALLENGES, is_challenge
from retrievers.contract import HitList, Retriever, SearchHit, SearchQuery, UpstreamReport
from retrievers.errors import (
    AccessDenied,
    MalformedResponse,
    ProviderUnavailable,
    RateLimited,
    Reason,
    RetrieverError,
)
from retrievers.keywords import shortened
from retrievers.parsing import apart
from retrievers.session import Session

__all__ = ["HttpRetriever", "TokenRetriever"]

MAX_BODY_BYTES = 5_000_000
"""Decoded bytes of one answer. The largest result page recorded from a real engine has 1.3 MB."""
PAGE_END_CHARACTERS = 200
"""Where a page's last tag stands: some servers put a comment of a few words behind it."""
DENIED = frozenset({401, 402, 403})
UNAUTHORISED = 401
TOO_MANY = 429
UNAVAILABLE = 503

T = TypeVar("T")
Reader: TypeAlias = Callable[[httpx.Response], T]


class HttpRetriever(Retriever):
    """Ask one HTTP service: say how to ask (`request`) and how to read the answer (`parse`); the rest is inherited.

    Both methods are pure, so a saved page is a complete test. `parse` may raise KeyError, TypeError, ValueError and
    their like for an answer that is not as documented.
    """

    expects: ClassVar[Literal["json", "html", "xml"]] = "json"
    no_results: ClassVar[tuple[str, ...]] = ()
    """For `html`: what a page says that found nothing, as its source has it. Without hits and without any of these, its
    layout has changed."""
    page_end: ClassVar[str] = "</html>"
    """For `html`: what a whole page ends with, in lower case; "" for a provider that leaves the last tag out."""
    quota_statuses: ClassVar[frozenset[int]] = frozenset({402})
    """Statuses that say that what was paid for is used up."""
    max_characters: ClassVar[int] = 400
    """How long a query it takes (most search engines refuse 500); of a longer question the keywords are sent."""
    denied_hint: ClassVar[str] = "the service refuses to answer us"
    """The remedy when it answers 401, 402 or 403."""
    unreachable_hint: ClassVar[str] = "check the network connection"

    @abstractmethod
    def request(self, query: SearchQuery) -> httpx.Request:
        """Say how to ask; leave the User-Agent to the client."""

    @abstractmethod
    def parse(self, response: httpx.Response) -> Iterable[SearchHit]:
        """Read the hits, best first."""

    def upstream(self, response: httpx.Response) -> Iterable[UpstreamReport]:  # noqa: ARG002 - only a metasearch reads it
        """Read what each engine behind a metasearch said."""
        return ()

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> HitList:
        """Return at most `query.limit` hits, best first, or raise the error that names the remedy."""
        words = shortened(query.text, query.language, self.max_characters)
        response = await self.ask(self.request(replace(query, text=words)), client)
        return await self.read_apart(response, query.limit)

    async def ask(self, request: httpx.Request, client: httpx.AsyncClient) -> httpx.Response:
        """Make one exchange, for sources that need several: an answer with status 2xx, else the error it stands for."""
        response = await self.send(request, client)
        self.check_status(response)
        return response

    async def send(self, request: httpx.Request, client: httpx.AsyncClient) -> httpx.Response:
        """Send a request with the client's headers and time-outs; redirects are not followed."""
        # A bare httpx.Request carries neither the client's User-Agent nor its time-outs: build_request adds both.
        whole = client.build_request(request.method, request.url, content=request.read(), headers=request.headers)
        try:
            streamed = await client.send(whole, stream=True, follow_redirects=False)
            try:
                body = await self.read_body(streamed)
            finally:
                await streamed.aclose()
        except httpx.DecodingError as error:
            message = f"{self.name}: the answer cannot be decompressed"
            raise MalformedResponse(message) from error
        except (httpx.TransportError, httpx.InvalidURL) as error:
            address = f"{whole.url.scheme}://{whole.url.netloc.decode('ascii')}"
            message = f"{self.name}: cannot reach {address} ({reason(error)}); {self.unreachable_hint}"
            is_late = isinstance(error, httpx.TimeoutException)
            raise ProviderUnavailable(message, reason="timeout" if is_late else "network") from error
        headers = [
            pair for pair in streamed.headers.multi_items() if pair[0] not in {"content-encoding", "content-length"}
        ]
        return httpx.Response(streamed.status_code, headers=headers, content=body, request=whole)

    async def read_body(self, streamed: httpx.Response) -> bytes:
        """Read an answer, but no more than a bounded number of decoded bytes."""
        body = bytearray()
        async for piece in streamed.aiter_bytes():
            body += piece
            if len(body) > MAX_BODY_BYTES:
                message = f"{self.name}: the answer is longer than {MAX_BODY_BYTES:,} bytes"
                raise MalformedResponse(message)
        return bytes(body)

    def check_status(self, response: httpx.Response) -> None:
        """Raise the error that a status other than 2xx stands for."""
        status = response.status_code
        if response.is_success:
            return
        wait_s = retry_after_s(response)
        if status == TOO_MANY or (status == UNAVAILABLE and wait_s is not None):
            wait = f"in {wait_s:.0f} s" if wait_s is not None else "later"
            message = f"{self.name}: HTTP {status}, too many requests; ask again {wait}"
            raise RateLimited(message, retry_after_s=wait_s)
        if status in DENIED or status in self.quota_statuses or is_challenge(response):
            raise self.denial(response)
        if response.has_redirect_location:
            raise self.redirect_error(response)
        message = f"{self.name}: HTTP {status} {response.reason_phrase}".rstrip()
        raise ProviderUnavailable(message, reason="outage")

    def denial(self, response: httpx.Response) -> AccessDenied:
        """Word a refusal: a check for humans has another remedy than a wrong key, and that than an empty purse."""
        status, keys = response.status_code, " and ".join(self.needs)
        reason: Reason = "denied"
        hint = self.denied_hint
        if is_challenge(response):
            reason, hint = "captcha", "a check for humans instead of results; use another source for now"
        elif status in self.quota_statuses:
            reason, hint = "quota", "what the account allows is used up; wait or raise its limit"
        elif status == UNAUTHORISED and keys:
            reason, hint = "credentials", f"the key is not accepted; correct {keys}"
        return AccessDenied(f"{self.name}: HTTP {status}; {hint}", reason=reason)

    def redirect_error(self, response: httpx.Response) -> RetrieverError:
        """Tell a redirect to a CAPTCHA, consent or login page from an address that has moved."""
        target = response.headers["location"].lower()
        if any(mark in target for mark in REDIRECTED_CHALLENGES):
            message = f"{self.name}: redirected to a CAPTCHA, consent or login page instead of results"
            return AccessDenied(message, reason="captcha")
        host = urlsplit(target).netloc or "another path"
        message = f"{self.name}: HTTP {response.status_code} to {host}, which is not followed; {self.unreachable_hint}"
        return ProviderUnavailable(message, reason="outage")

    async def read_apart(self, response: httpx.Response, limit: int) -> HitList:
        """Read an answer as `read` does, a long one in a thread: the event loop serves other questions meanwhile."""
        return await apart(len(response.content), self.expects, lambda: self.read(response, limit))

    def read(self, response: httpx.Response, limit: int) -> HitList:
        """Parse an answer with status 2xx, telling block pages and broken bodies from results."""
        return self.read_by(self.parse, response, limit)

    def read_by(self, parse: Reader[Iterable[SearchHit]], response: httpx.Response, limit: int) -> HitList:
        """Read hits by another function than `parse`, for an answer that only makes sense beside its question."""

        def parsed(answer: httpx.Response) -> HitList:
            hits = tuple(islice(self.usable(parse(answer)), limit))
            engines = [replace(engine, hits=tuple(self.usable(engine.hits))) for engine in self.upstream(answer)]
            return HitList.of(hits, engines)

        found = self.understand(response, parsed)
        if not found and self.expects == "html":
            self.check_emptiness(response)
        return found

    def understand(self, response: httpx.Response, reader: Reader[T]) -> T:
        """Read what a step of a search needs from an answer with status 2xx; say so where it is not as documented."""
        self.check_shape(response)
        try:
            return reader(response)
        except (LookupError, TypeError, ValueError, AttributeError, SyntaxError) as error:  # broken XML is the last
            what = f"{type(error).__name__}: {error}".splitlines()[0]
            message = f"{self.name}: the answer is not as documented ({what}); its retriever needs work"
            raise MalformedResponse(message) from error

    def check_shape(self, response: httpx.Response) -> None:
        """Refuse what cannot be the answer: a page where data are due, nothing at all, half a page."""
        text = response.text.strip()
        looks_like_page = text.startswith("<") if self.expects == "json" else is_page(text)
        if self.expects != "html" and looks_like_page:
            if is_challenge(response):
                raise self.denial(response)
            message = f"{self.name}: answered HTML where {self.expects.upper()} is due; is its address right?"
            raise MalformedResponse(message)
        if not text:
            message = f"{self.name}: answered nothing at all; ask again later"
            raise MalformedResponse(message)
        if self.expects == "html" and self.page_end not in text[-PAGE_END_CHARACTERS:].lower():
            if is_challenge(response):
                raise self.denial(response)
            message = f"{self.name}: the page of results is cut short; ask again"
            raise MalformedResponse(message)

    def check_emptiness(self, response: httpx.Response) -> None:
        """Tell a page that found nothing from one that hides results: a check for humans, or a new layout."""
        # On a page of results the marks of such checks may stand in a snippet; without results they are the reason.
        if is_challenge(response):
            raise self.denial(response)
        if not any(mark in response.text for mark in self.no_results):
            message = f"{self.name}: the layout of its page of results has changed; its retriever needs work"
            raise MalformedResponse(message)

    def usable(self, hits: Iterable[SearchHit]) -> Iterator[SearchHit]:
        """Leave out what cannot be fetched, and dates that cannot be true."""
        now = datetime.now(UTC)
        for hit in hits:
            address = urlsplit(hit.url)
            if address.scheme not in self.schemes or not address.netloc:
                continue
            yield replace(hit, published=None) if hit.published and hit.published > now else hit


class TokenRetriever(HttpRetriever):
    """Ask a service that wants a token of its own making; `search_in_session` fetches, keeps and uses it."""

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> HitList:
        """Search once, with tokens that are forgotten afterwards."""
        return await self.search_in_session(query, client, Session())

    @abstractmethod
    async def search_in_session(self, query: SearchQuery, client: httpx.AsyncClient, session: Session) -> HitList:
        """Return at most `query.limit` hits, best first; tokens are kept in the session."""


def reason(error: Exception) -> str:
    """Name a transport failure without quoting request headers, which may hold a key."""
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    if isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL):
        return "not an http or https address"
    if isinstance(error, httpx.ConnectError):
        return str(error).splitlines()[0] if str(error) else "no connection"
    return type(error).__name__


def retry_after_s(response: httpx.Response) -> float | None:
    """Read Retry-After in either form of RFC 9110, section 10.2.3; None where it is absent or unreadable."""
    value = response.headers.get("retry-after", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def is_page(text: str) -> bool:
    """Tell HTML from other XML."""
    return text[:PAGE_END_CHARACTERS].lower().startswith(("<!doctype html", "<html"))
