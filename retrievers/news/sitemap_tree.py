"""Sitemaps, plain and compressed: the pages and the further sitemaps that they name.

Knows https://www.sitemaps.org/protocol.html and bounds what is unpacked. Leaves which pages answer a question to the
source.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]  # it ships no types

from retrievers.contract import SearchHit
from retrievers.dates import iso_date
from retrievers.xml_tree import text_of

__all__ = ["further", "pages", "sitemap_root"]

MAX_UNPACKED_BYTES = 10_000_000
"""The protocol allows 50 MB; reading that takes longer than a question may wait."""
GZIP = b"\x1f\x8b"
ROOTS = frozenset({"urlset", "sitemapindex"})
ENDING = re.compile(r"\.[a-z]{2,5}$")


def sitemap_root(body: bytes) -> Element:
    """Parse a sitemap or an index of sitemaps; raise `ValueError` for what is neither."""
    root: Element = fromstring(unpacked(body) if body.startswith(GZIP) else body)
    if local_name(root) not in ROOTS:
        message = f"the root element is {root.tag}, not that of a sitemap"
        raise ValueError(message)
    return root


def unpacked(body: bytes) -> bytes:
    """Undo gzip, but no more than a bounded number of bytes."""
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        text = unpacker.decompress(body, MAX_UNPACKED_BYTES)
    except zlib.error as error:
        message = f"the sitemap cannot be unpacked ({error})"
        raise ValueError(message) from error
    if not unpacker.eof:
        message = f"the sitemap is cut short or longer than {MAX_UNPACKED_BYTES:,} bytes"
        raise ValueError(message)
    return text


def further(root: Element) -> Iterator[tuple[str, datetime | None]]:
    """Give the addresses of further sitemaps, and when each changed."""
    return named(root, "sitemap")


def pages(root: Element) -> Iterator[SearchHit]:
    """Give a hit for each page, titled by the words of its path."""
    for url, changed in named(root, "url"):
        address = urlsplit(url)
        path = unquote(address.path).strip("/")
        title = " ".join(re.split(r"[\W_]+", ENDING.sub("", path.rpartition("/")[2]))).strip()
        snippet = " / ".join(part for part in (address.netloc, *path.split("/")) if part)
        yield SearchHit(url=url, title=title or address.netloc, snippet=snippet, published=changed)


def named(root: Element, kind: str) -> Iterator[tuple[str, datetime | None]]:
    """Give what `loc` and `lastmod` say in the elements of a kind, with or without the protocol's namespace."""
    for element in root:
        if local_name(element) == kind:
            said = {local_name(child): text_of(child) for child in element}
            if said.get("loc"):
                yield said["loc"], change_date(said.get("lastmod"))


def local_name(element: Element) -> str:
    """Return an element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def change_date(text: str | None) -> datetime | None:
    """Read a date in the W3C's form; None for one that is not, of which there are many."""
    try:
        return iso_date(text)
    except ValueError:
        return None
