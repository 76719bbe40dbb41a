"""The body of a response, read piece by piece inside bounds of size, kind and encoding.

Knows bytes on their way in. Leaves the exchange to `exchange.py` and the meaning of the bytes to `extraction.py`.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import httpx

from assistant.errors import NotText, PageTooLarge, Unreachable

__all__ = ["MOST_PDF_BYTES", "OF_PAGES", "OF_PARTS", "OF_ROBOTS", "Bounds", "decoded", "read_bounded"]

MOST_HTML_BYTES = 3_000_000
MOST_PDF_BYTES = 20_000_000
MOST_ROBOTS_BYTES = 500 * 1024
"""What RFC 9309, section 2.5, wants read at least; the rest is cut off."""
MOST_TIMES_LARGER = 100
"""Decoded bytes for each byte received: ordinary pages reach 20, zlib's own limit is about 1,000."""
FREE_OF_RATIO_BYTES = 1024
"""Nothing this short is a bomb; a page of little text may well shrink a hundredfold."""
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
READABLE = frozenset(
    {
        "",
        DOCX,
        "application/atom+xml",
        "application/feed+json",
        "application/json",
        "application/ld+json",
        "application/octet-stream",
        "application/pdf",
        "application/rdf+xml",
        "application/rss+xml",
        "application/x-pdf",
        "application/xhtml+xml",
        "application/xml",
        "binary/octet-stream",
    }
)
"""What may hold a page beside text/* and +json; `extraction.py` judges the vague ones by their first bytes."""
ZIP = b"PK\x03\x04"
"""How Word files begin; like PDF, they may be larger than markup."""
UNREADABLE = frozenset({"text/css", "text/javascript", "text/calendar", "text/vcard"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """How much of a body is read, and of which kinds; `cuts` takes what fits of a longer one instead of nothing."""

    most_bytes: int = MOST_HTML_BYTES
    most_pdf_bytes: int = MOST_PDF_BYTES
    any_type: bool = False
    cuts: bool = False


OF_PAGES = Bounds()
OF_PARTS = Bounds(any_type=True)
"""Scripts and data of a page that a browser renders."""
OF_ROBOTS = Bounds(most_bytes=MOST_ROBOTS_BYTES, most_pdf_bytes=MOST_ROBOTS_BYTES, any_type=True, cuts=True)


async def read_bounded(response: httpx.Response, bounds: Bounds = OF_PAGES) -> bytes:
    """Read a body piece by piece; raise `PageTooLarge` as soon as it passes a limit."""
    media = media_type(response, bounds)
    decoder = decoder_of(response)
    most = bounds.most_pdf_bytes if "pdf" in media or media == DOCX else bounds.most_bytes
    body, received = bytearray(), 0
    async for piece in response.aiter_raw():
        if not received and piece.startswith((b"%PDF-", ZIP)):
            most = bounds.most_pdf_bytes
        received += len(piece)
        body += decoded(decoder, piece, most - len(body) + 1, response)
        if bounds.cuts and len(body) >= most:
            return bytes(body[:most])
        refuse_too_much(response, len(body), received, most)
    if decoder and not decoder.eof:
        message = f"{response.url}: its compressed body is cut short"
        raise Unreachable(message)
    return bytes(body)


def refuse_too_much(response: httpx.Response, decoded_bytes: int, received: int, most: int) -> None:
    """Raise `PageTooLarge` for a body that passes a limit, or says that it will."""
    declared = response.headers.get("content-length", "")
    if decoded_bytes > most or (declared.isdecimal() and int(declared) > most):
        message = f"{response.url}: larger than {most // 1_000_000} MB"
        raise PageTooLarge(message)
    if decoded_bytes > MOST_TIMES_LARGER * max(received, FREE_OF_RATIO_BYTES):
        message = f"{response.url}: compressed more than {MOST_TIMES_LARGER} to 1, as no page is"
        raise PageTooLarge(message)


def media_type(response: httpx.Response, bounds: Bounds) -> str:
    """Return the media type of a response; raise `NotText` for what holds no text, before it is loaded."""
    media = str(response.headers.get("content-type", "")).partition(";")[0].strip().lower()
    if not bounds.any_type and not is_readable(media):
        message = f"{response.url}: {media} is not text"
        raise NotText(message)
    return media


def is_readable(media: str) -> bool:
    """Tell the media types that may hold a page."""
    return media in READABLE or media.endswith("+json") or (media.startswith("text/") and media not in UNREADABLE)


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
