"""A feed (RSS, Atom, RDF) made into a page that lists its entries.

Knows feedparser. Documents with a DTD are refused before anything parses them.
"""

from __future__ import annotations

import re
from calendar import timegm
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from io import BytesIO

import feedparser  # type: ignore[import-untyped]

from assistant.errors import NotText

__all__ = ["SURE", "Feed", "read_feed"]

MOST_ENTRIES = 100
SURE = 0.9
"""How sure the date of a feed is: each entry states its own."""
DTD = re.compile(rb"<!\s*(?:doctype|entity)", re.IGNORECASE)
EARLIEST_S = 0
"""Of the clock; feeds came later."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """A feed as HTML, with its title, its language and the date of its newest entry."""

    html: str
    title: str
    language: str | None
    modified: datetime | None


def read_feed(body: bytes, url: str) -> Feed:
    """Read a feed; raise `NotText` where it has no entries or a DTD."""
    if DTD.search(body):
        message = f"{url}: a feed with a DTD, which none needs; it is not read"
        raise NotText(message)
    try:
        parsed = feedparser.parse(BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    except Exception as error:  # a number that is no character, say: the library lets what it meets through
        message = f"{url}: a feed that cannot be parsed ({error})"
        raise NotText(message) from error
    entries = parsed.entries[:MOST_ENTRIES]
    if not entries:
        message = f"{url}: a feed without entries"
        raise NotText(message)
    title = str(parsed.feed.get("title", ""))
    moments = [moment for entry in entries if (moment := moment_of(entry))]
    return Feed(
        html=f"<html><body><h1>{title}</h1>{''.join(map(article, entries))}</body></html>",
        title=title,
        language=str(parsed.feed.get("language", ""))[:2].lower() or None,
        modified=max(moments, default=None),
    )


def article(entry: Mapping[str, object]) -> str:
    """Write an entry: its title, its day, its text."""
    moment = moment_of(entry)
    day = f"<p>{moment.date().isoformat()}</p>" if moment else ""
    return f"<section><h2>{entry.get('title', '')}</h2>{day}<div>{''.join(texts(entry)) or ''}</div></section>"


def texts(entry: Mapping[str, object]) -> Iterator[str]:
    """Give the full text of an entry, or else its summary."""
    contents = entry.get("content")
    for content in contents if isinstance(contents, list) else []:
        yield html_of(content)
        return
    detail = entry.get("summary_detail")
    if isinstance(detail, Mapping):
        yield html_of(detail)


def html_of(detail: Mapping[str, object]) -> str:
    """Return a text construct as HTML."""
    value = str(detail.get("value", ""))
    return escape(value) if detail.get("type") == "text/plain" else value


def moment_of(entry: Mapping[str, object]) -> datetime | None:
    """Return when an entry was published or else changed; None for what cannot be."""
    for name in ("published_parsed", "updated_parsed"):
        if stated := entry.get(name):
            try:
                moment = datetime.fromtimestamp(timegm(stated), UTC)  # type: ignore[arg-type]  # a struct_time
            except (ValueError, OverflowError, TypeError):
                continue
            if moment.timestamp() > EARLIEST_S and moment <= datetime.now(UTC):
                return moment
    return None
