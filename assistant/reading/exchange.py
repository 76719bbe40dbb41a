"""One exchange over HTTP, and the redirects from one to the next, all bounded.

Knows HTTP. Leaves addresses to `addresses.py` and `network.py`, bodies to `bodies.py`, manners to `visiting.py` and the
whole deadline to `page_reader.py`.
"""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from assistant.errors import AskedToWait, BlockedAddress, Unreachable
from assistant.reading.addresses import check_url, refuse_odd_characters
from assistant.reading.bodies import MOST_PDF_BYTES, OF_PAGES, Bounds, read_bounded

__all__ = [
    "MOST_PDF_BYTES",
    "AnsweredWith",
    "Document",
    "Downloader",
    "FailedForNow",
    "Found",
    "NotModified",
    "TooManyRedirects",
    "Validators",
    "wait_asked_s",
]

MOST_REDIRECTS = 5
NOT_MODIFIED, TOO_MANY_REQUESTS, UNAVAILABLE = 304, 429, 503
PASSING = frozenset({502, 503, 504})
"""What a gateway says of a server that is restarting or busy: worth one more try."""
WAIT_UNSAID_S = 60.0
"""After an HTTP 429 that does not say how long: the shortest window that public limits are commonly counted in."""
MOST_WAIT_S = 86_400.0
"""No host is left alone for longer than a day, whatever it asks for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Validators:
    """By what the sender of a document tells whether it has changed since; both empty where it gave none."""

    url: str
    etag: str = ""
    last_modified: str = ""

    def headers(self, target: httpx.URL) -> dict[str, str]:
        """Give the request headers that ask for a document only if it has changed; none for another URL's."""
        if str(target) != self.url:
            return {}
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in asked.items() if value}


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """The bytes behind a URL, where they lay in the end, and what their sender says of them."""

    url: str
    content_type: str
    body: bytes
    etag: str = ""
    last_modified: str = ""
    keep: bool = True
    """False where the sender wants no copy kept (RFC 9111: no-store)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NotModified:
    """The sender's word that a document is what it was."""

    url: str


Found = Document | NotModified | httpx.URL
"""What one exchange brings; a URL is where to look instead."""


class AnsweredWith(Unreachable):
    """Say that a server answered with a status that is no success."""

    def __init__(self, message: str, *, status: int) -> None:
        """Carry the line, and the status."""
        super().__init__(message)
        self.status = status


class TooManyRedirects(Unreachable):
    """Say that redirects lead nowhere."""


class FailedForNow(Unreachable):
    """Say that an exchange failed before any body came, in a way that the next may not."""


class Downloader:
    """Make exchanges through a guarded client."""

    def __init__(self, client: httpx.AsyncClient, allow_hosts: Sequence[str] = ()) -> None:
        """Take the client of `network.page_client` and the private hosts that are allowed."""
        self._client = client
        self._allow_hosts = tuple(allow_hosts)

    @property
    def product(self) -> str:
        """The product token of the user agent, by which robots.txt addresses us (RFC 9309, section 2.2.1)."""
        return str(self._client.headers.get("user-agent", "")).partition("/")[0].strip()

    def checked(self, url: str) -> httpx.URL:
        """Put a URL through the gate."""
        return check_url(url, self._allow_hosts)

    async def follow(self, target: httpx.URL, ask: Callable[[httpx.URL], Awaitable[Found]]) -> Document | NotModified:
        """Ask for a target, and for whatever it redirects to; has no deadline."""
        first, hops = target, 0
        while hops <= MOST_REDIRECTS:
            try:
                found = await ask(target)
            except BlockedAddress as error:
                if not hops or "redirects to" in str(error):
                    raise
                raise redirected(first, error) from error
            if not isinstance(found, httpx.URL):
                return found
            target, hops = found, hops + 1
        message = f"{first}: more than {MOST_REDIRECTS} redirects"
        raise TooManyRedirects(message)

    async def exchange(self, target: httpx.URL, *, bounds: Bounds = OF_PAGES, known: Validators | None = None) -> Found:
        """Make one exchange with a target that has passed the gate."""
        headers = known.headers(target) if known else {}
        has_begun = False
        try:
            async with self._client.stream("GET", target, headers=headers) as response:
                if response.status_code == NOT_MODIFIED and headers:
                    return NotModified(url=str(target))
                if response.has_redirect_location:
                    return self._next(target, response.headers["location"])
                refuse_failure(target, response)
                has_begun = True
                return document_of(target, response, await read_bounded(response, bounds))
        except (httpx.HTTPError, httpx.StreamError) as error:
            kind = FailedForNow if may_pass(error) and not has_begun else Unreachable
            message = f"{target}: {reason(error)}"
            raise kind(message) from error

    def _next(self, target: httpx.URL, location: str) -> httpx.URL:
        """Put the address of a redirect through the gate, as it was sent and as it is joined."""
        try:
            refuse_odd_characters(location.replace(" ", "%20"))
            joined = target.join(location)
            checked = check_url(str(joined), self._allow_hosts)
        except BlockedAddress as error:
            raise redirected(target, error) from error
        except (httpx.InvalidURL, ValueError) as error:
            message = f"{target}: redirects to what is not a URL"
            raise BlockedAddress(message) from error
        if target.scheme == "https" and checked.scheme == "http":
            message = f"{target}: redirects from https to http, to {checked.host}"
            raise BlockedAddress(message)
        return checked


def redirected(target: httpx.URL, error: BlockedAddress) -> BlockedAddress:
    """Say that a page itself is fine, and sends its reader to where no page is read from."""
    return BlockedAddress(f"{target} redirects to where no page is read from: {error}")


def refuse_failure(target: httpx.URL, response: httpx.Response) -> None:
    """Raise what a status other than success means."""
    status, wait_s = response.status_code, wait_asked_s(response.headers.get("retry-after", ""))
    if status == TOO_MANY_REQUESTS or (status == UNAVAILABLE and wait_s is not None):
        told_s = WAIT_UNSAID_S if wait_s is None else min(wait_s, MOST_WAIT_S)
        message = f"{target}: HTTP {status}; {target.host} asks to wait {told_s:.0f} s"
        raise AskedToWait(message, wait_s=told_s)
    if status in PASSING:
        message = f"{target}: HTTP {status}"
        raise FailedForNow(message)
    if not response.is_success:
        message = f"{target}: HTTP {status}"
        raise AnsweredWith(message, status=status)


def wait_asked_s(retry_after: str) -> float | None:
    """Read a Retry-After header, which holds seconds or a date (RFC 9110); None where it holds neither."""
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        at = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.now(UTC)).total_seconds())


def document_of(target: httpx.URL, response: httpx.Response, body: bytes) -> Document:
    """Put together what is kept of a response."""
    headers = response.headers
    return Document(
        url=str(target),
        content_type=headers.get("content-type", ""),
        body=body,
        etag=headers.get("etag", ""),
        last_modified=headers.get("last-modified", ""),
        keep="no-store" not in headers.get("cache-control", "").lower(),
    )


def may_pass(error: Exception) -> bool:
    """Tell failures that a second attempt may not meet: those of a connection, not of a name or a certificate."""
    if isinstance(error, httpx.RemoteProtocolError):
        return "without sending a response" in str(error)
    if isinstance(error, httpx.ConnectError):
        return not secure_connection_fault(error) and not str(error).startswith("the name ")
    return isinstance(error, httpx.ReadError | httpx.WriteError)


def reason(error: Exception) -> str:
    """Say in plain words why an exchange failed."""
    text = str(error)
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return "its certificate is not trusted; FOOTNOTE_CA_BUNDLE may name the authority that you trust"
    if isinstance(error, httpx.ConnectTimeout) and not text:
        return "no connection within the time limit"
    if isinstance(error, httpx.TimeoutException):
        return text or "the server stopped answering"
    if fault := secure_connection_fault(error):
        return f"no secure connection ({fault.reason or fault})"
    return text or type(error).__name__


def secure_connection_fault(error: BaseException | None) -> ssl.SSLError | None:
    """Find the fault of TLS behind an error, which the layers between do not always mention."""
    while error:
        if isinstance(error, ssl.SSLError):
            return error
        error = error.__cause__ or error.__context__
    return None
