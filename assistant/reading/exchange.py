"""One document fetched over HTTP: redirects, sizes and encodings, all bounded.

Knows HTTP. Leaves addresses to `addresses.py` and `network.py`, the whole deadline to `fetching.py` and the meaning of
the bytes to `extraction.py`.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakValueDictionary

import httpx

from assistant.errors import BlockedAddress, NotText, PageTooLarge, Unreachable
from assistant.reading.addresses import check_url, refuse_odd_characters

__all__ = ["Document", "Downloader"]

MOST_REDIRECTS = 5
MOST_HTML_BYTES = 3_000_000
MOST_PDF_BYTES = 20_000_000
MOST_TIMES_LARGER = 100
"""Decoded bytes for each byte received: ordinary pages reach 20, zlib's own limit is about 1,000."""
FREE_OF_RATIO_BYTES = 1024
"""Nothing this short is a bomb; a page of little text may well shrink a hundredfold."""
AT_ONCE_PER_HOST = 4
READABLE = frozenset(
    {
        "",
        "application/octet-stream",
        "application/pdf",
        "application/x-pdf",
        "application/xhtml+xml",
        "application/xml",
        "binary/octet-stream",
    }
)
"""What may hold a page beside text/*; the vague ones are judged by their first bytes."""
UNREADABLE = frozenset({"text/css", "text/javascript", "text/calendar", "text/vcard"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """The bytes behind a URL, where they lay in the end, and what their sender calls them."""

    url: str
    content_type: str
    body: bytes


class Downloader:
    """Fetch documents through a guarded client, never more than four at once from one host."""

    def __init__(self, client: httpx.AsyncClient, allow_hosts: Sequence[str] = ()) -> None:
        """Take the client of `network.page_client` and the private hosts that are allowed."""
        self._client = client
        self._allow_hosts = tuple(allow_hosts)
        self._hosts: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def get(self, url: str) -> Document:
        """Return what a URL leads to; every hop passes the whole gate. Raises a `ReadingError`; has no deadline."""
        target = check_url(url, self._allow_hosts)
        for _ in range(MOST_REDIRECTS + 1):
            slot = self._hosts.setdefault(target.host, asyncio.Semaphore(AT_ONCE_PER_HOST))
            async with slot:
                found = await self._hop(target)
            if isinstance(found, Document):
                return found
            target = found
        message = f"{url}: more than {MOST_REDIRECTS} redirects"
        raise Unreachable(message)

    async def _hop(self, target: httpx.URL) -> Document | httpx.URL:
        """Make one exchange: a document, or where to look instead."""
        try:
            async with self._client.stream("GET", target) as response:
                if response.has_redirect_location:
                    return self._next(target, response.headers["location"])
                if not response.is_success:
                    message = f"{target}: HTTP {response.status_code}"
                    raise Unreachable(message)
                return Document(
                    url=str(target),
                    content_type=response.headers.get("content-type", ""),
                    body=await read_bounded(response),
                )
        except (httpx.HTTPError, httpx.StreamError) as error:
            message = f"{target}: {reason(error)}"
            raise Unreachable(message) from error

    def _next(self, target: httpx.URL, location: str) -> httpx.URL:
        """Put the address of a redirect through the gate, as it was sent and as it is joined."""
        refuse_odd_characters(location.replace(" ", "%20"))
        try:
            joined = target.join(location)
        except (httpx.InvalidURL, ValueError) as error:
            message = f"{target}: redirects to what is not a URL"
            raise BlockedAddress(message) from error
        checked = check_url(str(joined), self._allow_hosts)
        if target.scheme == "https" and checked.scheme == "http":
            message = f"{target}: redirects from https to http"
            raise BlockedAddress(message)
        return checked


def reason(error: Exception) -> str:
    """Say in plain words why an exchange failed."""
    text = str(error)
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return "its certificate is not trusted; FOOTNOTE_CA_BUNDLE may name the authority that you trust"
    if isinstance(error, httpx.ConnectTimeout) and not text:
        return "no connection within the time limit"
    if isinstance(error, httpx.TimeoutException):
        return text or "the server stopped answering"
    return text or type(error).__name__


async def read_bounded(response: httpx.Response) -> bytes:
    """Read a body piece by piece; raise `PageTooLarge` as soon as it passes a limit."""
    media = media_type(response)
    decoder = decoder_of(response)
    body, received, most = bytearray(), 0, MOST_PDF_BYTES if "pdf" in media else MOST_HTML_BYTES
    declared = response.headers.get("content-length", "")
    async for piece in response.aiter_raw():
        if not received and piece.startswith(b"%PDF-"):
            most = MOST_PDF_BYTES
        received += len(piece)
        body += decoded(decoder, piece, most - len(body) + 1, response)
        if len(body) > most or (declared.isdecimal() and int(declared) > most):
            message = f"{response.url}: larger than {most // 1_000_000} MB"
            raise PageTooLarge(message)
        if len(body) > MOST_TIMES_LARGER * max(received, FREE_OF_RATIO_BYTES):
            message = f"{response.url}: compressed more than {MOST_TIMES_LARGER} to 1, as no page is"
            raise PageTooLarge(message)
    if decoder and not decoder.eof:
        message = f"{response.url}: its compressed body is cut short"
        raise Unreachable(message)
    return bytes(body)


def media_type(response: httpx.Response) -> str:
    """Return the media type of a response; raise `NotText` for what holds no text, before it is loaded."""
    media = str(response.headers.get("content-type", "")).partition(";")[0].strip().lower()
    if media not in READABLE and (not media.startswith("text/") or media in UNREADABLE):
        message = f"{response.url}: {media} is not text"
        raise NotText(message)
    return media


def decoder_of(response: httpx.Response) -> zlib._Decompress | None:
    """Return what undoes the content encoding; only gzip was asked for, and several on top of one another never are."""
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding in {"", "identity"}:
        return None
    if encoding not in {"gzip", "x-gzip"}:
        message = f"{response.url}: sent in the encoding {encoding[:40]!r}, which was not asked for"
        raise Unreachable(message)
    return zlib.decompressobj(wbits=zlib.MAX_WBITS + 16)


def decoded(decoder: zlib._Decompress | None, piece: bytes, most_bytes: int, response: httpx.Response) -> bytes:
    """Undo the content encoding of one piece, as far as there is room."""
    if decoder is None:
        return piece
    try:
        return decoder.decompress(piece, most_bytes)
    except zlib.error as error:
        message = f"{response.url}: its compressed body is damaged"
        raise Unreachable(message) from error
