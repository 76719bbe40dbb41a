"""Feeds in any of their dialects: RSS, Atom and JSON Feed, well written or not.

Knows formats. Leaves which entries answer a question to the sources.
"""

from __future__ import annotations

import calendar
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import feedparser  # type: ignore[import-untyped]  # it ships no types
import httpx

from retrievers.contract import SearchHit
from retrievers.dates import iso_date
from retrievers.excerpt import excerpt
from retrievers.plain_text import one_line, plain_text

__all__ = ["entries", "mail_date"]

ENDS = ("</rss", "</feed", "</rdf:rdf", "</channel")
END_CHARACTERS = 400
"""Where a feed's last tag stands: publishers put comments of their servers behind it."""


def entries(response: httpx.Response) -> Iterator[SearchHit]:
    """Read the entries of a feed in its order; raise `ValueError` for what is no feed or is cut short."""
    body = response.content.lstrip()
    return json_entries(json.loads(body), str(response.url)) if body.startswith(b"{") else xml_entries(response)


def xml_entries(response: httpx.Response) -> Iterator[SearchHit]:
    """Read RSS and Atom; what a strict reader would refuse is read as well as it can be."""
    headers = {"content-type": response.headers.get("content-type", ""), "content-location": str(response.url)}
    feed = feedparser.parse(response.content, response_headers=headers)
    if not feed.version and not feed.entries:
        message = "neither RSS nor Atom"
        raise ValueError(message)
    if feed.bozo and not any(end in response.text[-END_CHARACTERS:].lower() for end in ENDS):
        message = "the feed is cut short"
        raise ValueError(message)
    for entry in feed.entries:
        whole = max((part.get("value", "") for part in entry.get("content", ())), key=len, default="")
        about = entry.get("summary", "") or whole
        yield hit(
            url=target(entry.get("link") or first_link(entry), str(response.url)),
            title=plain_text(entry.get("title", "")),
            about=about,
            published=feed_date(entry),
        )


def json_entries(feed: Mapping[str, Any], feed_url: str) -> Iterator[SearchHit]:
    """Read JSON Feed (https://www.jsonfeed.org/version/1.1/)."""
    for item in feed["items"]:
        about = item.get("summary") or item.get("content_html") or item.get("content_text") or ""
        yield hit(
            url=target(item.get("url") or item.get("external_url") or str(item["id"]), feed_url),
            title=one_line(item.get("title") or ""),
            about=about,
            published=iso_date(item.get("date_published") or item.get("date_modified")),
        )


def hit(url: str, title: str, about: str, published: datetime | None) -> SearchHit:
    """Make a hit of an entry, whose title may be missing as it is in notes and posts."""
    snippet = excerpt(about)
    return SearchHit(url=url, title=title or snippet[:80] or url, snippet=snippet, published=published)


def first_link(entry: Mapping[str, Any]) -> str:
    """Return any address that an entry names, "" where it names none."""
    return str(next((link["href"] for link in entry.get("links", ()) if link.get("href")), entry.get("id", "")))


def target(link: str, feed_url: str) -> str:
    """Make an address absolute, and take the article's own out of the redirect that Google Alerts puts around it."""
    address = urlsplit(urljoin(feed_url, link))
    if address.netloc in {"google.com", "www.google.com"} and address.path == "/url":
        return str(parse_qs(address.query).get("url", [link])[0])
    return address.geturl()


def feed_date(entry: Mapping[str, Any]) -> datetime | None:
    """Return when an entry was published or changed, None where it does not say so readably."""
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    return datetime.fromtimestamp(calendar.timegm(moment), UTC) if moment else None


def mail_date(text: str) -> datetime | None:
    """Read a date as in RSS (RFC 822), as UTC where it names no zone; None where there is none."""
    if not text:
        return None
    moment = parsedate_to_datetime(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
