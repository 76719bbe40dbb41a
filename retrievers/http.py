"""Sources behind HTTP: two pure methods each, while everything that can go wrong is handled here, once.

Knows how failures of HTTP map onto `errors.py`. Leaves deadlines to the caller and the User-Agent, proxy and
certificates to the client that is passed in.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import ClassVar, Literal
from urllib.parse import urlsplit

import httpx

from retrievers.contract import HitList, Retriever, SearchHit, SearchQuery, UpstreamReport
from retrievers.errors import AccessDenied, MalformedResponse, ProviderUnavailable, RateLimited, RetrieverError
from retrievers.keywords import shortened

__all__ = ["HttpRetriever"]

MAX_BODY_BYTES = 5_000_000
"""Decoded bytes of one answer. The largest result page recorded from a real engine has 1.3 MB."""
DENIED = frozenset({401, 402, 403})
TOO_MANY = 429
UNAVAILABLE = 503
CHALLENGES = (
    "challenge-form",
    "/cdn-cgi/challenge-platform/",
    "__cf_chl_",
    "/sorry/",
    "enablejs",
    'class="captcha',
    "smartcaptcha",
    "showcaptcha",
    "datadome",
    "just a moment",
    "verifying your request",
    "whoa there, pardner",
    "bandwidth limit exceeded",
)
"""What pages that check for humans contain, in lower case; each was seen in a recorded or documented page."""
REDIRECTED_CHALLENGES = ("captcha", "consent", "/sorry", "login", "challenge")
"""What stands in the address that a provider redirects to instead of answering."""


class HttpRetriever(Retriever):
    """Ask one HTTP service: say how to ask (`request`) and how to read the answer (`parse`); the rest is inherited.

    Both methods are pure, so a saved page is a complete test. `parse` may raise KeyError, TypeError, ValueError and
    their like for an answer that is not as documented.
    """

    expects: ClassVar[Literal["json", "html", "xml"]] = "json"
    max_characters: ClassVar[int] = 400
    """How long a query it takes; of a longer question the keywords are sent."""
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
        response = await self.send(self.request(replace(query, text=words)), client)
        self.check_status(response)
        return self.read(response, query.limit)

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
            raise ProviderUnavailable(message) from error
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
        if status in DENIED:
            raise AccessDenied(self.denial(status, response))
        if response.has_redirect_location:
            raise self.redirect_error(response)
        if is_challenge(response):
            raise AccessDenied(self.denial(status, response))
        message = f"{self.name}: HTTP {status} {response.reason_phrase}".rstrip()
        raise ProviderUnavailable(message)

    def denial(self, status: int, response: httpx.Response) -> str:
        """Word a refusal: a check for humans has another remedy than a missing right."""
        if is_challenge(response):
            return f"{self.name}: HTTP {status}, a check for humans instead of results; use another source for now"
        return f"{self.name}: HTTP {status}; {self.denied_hint}"

    def redirect_error(self, response: httpx.Response) -> RetrieverError:
        """Tell a redirect to a CAPTCHA, consent or login page from an address that has moved."""
        target = response.headers["location"].lower()
        if any(mark in target for mark in REDIRECTED_CHALLENGES):
            return AccessDenied(f"{self.name}: redirected to a CAPTCHA, consent or login page instead of results")
        host = urlsplit(target).netloc or "another path"
        message = f"{self.name}: HTTP {response.status_code} to {host}, which is not followed; {self.unreachable_hint}"
        return ProviderUnavailable(message)

    def read(self, response: httpx.Response, limit: int) -> HitList:
        """Parse an answer with status 2xx, telling block pages and broken bodies from results."""
        if self.expects == "json" and response.text.lstrip().startswith("<"):
            if is_challenge(response):
                raise AccessDenied(self.denial(response.status_code, response))
            message = f"{self.name}: answered HTML where JSON is due; is its address right?"
            raise MalformedResponse(message)
        try:
            hits = tuple(islice(self.usable(self.parse(response)), limit))
            engines = [replace(engine, hits=tuple(self.usable(engine.hits))) for engine in self.upstream(response)]
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            what = f"{type(error).__name__}: {error}".splitlines()[0]
            message = f"{self.name}: the answer is not as documented ({what}); its retriever needs work"
            raise MalformedResponse(message) from error
        # On a page of results these marks may stand in a snippet; without results they are the reason.
        if not hits and self.expects == "html" and is_challenge(response):
            raise AccessDenied(self.denial(response.status_code, response))
        return HitList.of(hits, engines)

    def usable(self, hits: Iterable[SearchHit]) -> Iterator[SearchHit]:
        """Leave out what cannot be fetched, and dates that cannot be true."""
        now = datetime.now(UTC)
        for hit in hits:
            address = urlsplit(hit.url)
            if address.scheme not in self.schemes or not address.netloc:
                continue
            yield replace(hit, published=None) if hit.published and hit.published > now else hit


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


def is_challenge(response: httpx.Response) -> bool:
    """Tell whether a page asks us to prove that we are human."""
    if response.headers.get("cf-mitigated") == "challenge":
        return True
    text = response.text.lower()
    return text.lstrip().startswith("<") and any(mark in text for mark in CHALLENGES)
