"""Which format a body is in: by signature where there is one, else by what its sender says, else by looks."""

from __future__ import annotations

import re

from assistant.errors import NotText
from retrievers.local.word import is_word

__all__ = ["KNOWN", "format_of"]

KNOWN = "HTML, Markdown, text, PDF, Word (docx), JSON and feeds"
NAMED = {
    "application/xhtml+xml": "html",
    "text/html": "html",
    "text/markdown": "markdown",
    "text/x-markdown": "markdown",
    "application/json": "json",
    "application/ld+json": "json",
    "text/json": "json",
    "application/rss+xml": "feed",
    "application/atom+xml": "feed",
    "application/rdf+xml": "feed",
    "application/feed+json": "json",
}
VAGUE = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/zip"})
XML = frozenset({"application/xml", "text/xml"})
TEXTS = frozenset({"", "application/octet-stream", "text/plain", "text/x-rst", "text/csv"})
HEAD_BYTES = 1024
FEED = re.compile(rb"<(?:rss|feed|rdf:rdf|channel)\b", re.IGNORECASE)
HTML = (b"<!doctype html", b"<html")
ENDS = {".md": "markdown", ".markdown": "markdown", ".json": "json"}


def format_of(body: bytes, url: str, content_type: str) -> str:
    """Name the format of a body: html, markdown, json, feed, text, pdf or word; raise `NotText` for any other."""
    media = content_type.partition(";")[0].strip().lower()
    head = body[:HEAD_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"%pdf-"):
        return "pdf"
    if is_word(body):
        return "word"
    found = None if is_binary(body, head) else named(media, head, url)
    if found is None:
        label = media if media not in {"", "text/html", "text/plain"} else "binary data"
        label = "XML" if media in {"", *XML} and head.startswith(b"<?xml") else label
        message = f"{url}: {label} is not read; {KNOWN} are"
        raise NotText(message)
    return found


def is_binary(body: bytes, head: bytes) -> bool:
    """Tell bytes that are no text: a zero among the first, and no mark of UTF-16."""
    return b"\0" in head and not body.startswith((b"\xff\xfe", b"\xfe\xff"))


def named(media: str, head: bytes, url: str) -> str | None:
    """Name a text format by its media type, and where that is vague by how the text begins."""
    looks_like_html = head.startswith(HTML) or (head.startswith(b"<?xml") and b"<html" in head)
    is_vague = media in VAGUE or media in XML
    if is_vague and looks_like_html:
        return "html"
    if (is_vague or media == "text/html") and is_feed(head):
        return "feed"
    if media in NAMED or media.endswith("+json"):
        return NAMED.get(media, "json")
    is_text = media in TEXTS and not head.startswith(b"<?xml")
    return by_name(url) if is_text else None


def by_name(url: str) -> str:
    """Name the format of a text that its sender calls no more than that."""
    path = url.lower().partition("?")[0]
    return next((kind for end, kind in ENDS.items() if path.endswith(end)), "text")


def is_feed(head: bytes) -> bool:
    """Tell a feed by its first element."""
    found = FEED.search(head)
    return found is not None and b"<html" not in head[: found.start()]
