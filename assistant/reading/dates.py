"""When a page was published and last changed, and how sure that is.

Knows where pages state their dates: JSON-LD, metadata, their address, and what htmldate knows beside. A date that
merely stands in the text is not the page's; no date is ever in the future, and none is today for want of a better one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from htmldate import find_date
from lxml import etree, html  # type: ignore[import-untyped]

from assistant.reading.structured_data import Statements

__all__ = ["PageDates", "believable", "dates_of"]

STATED, IN_METADATA, IN_ADDRESS, FOUND = 0.95, 0.95, 0.8, 0.5
AGREED, DISPUTED = 0.98, 0.6
"""How sure a date is, by where it stands and whether two places agree. On the tuning half of WCXB metadata was right on
38 pages of 40 and htmldate, asked where there is none, on 4 of 8; the other figures are judgement."""
SAME = timedelta(days=1, hours=14)
"""Two places that differ by less mean the same day, in different time zones."""
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Before the first page of the web."""
MOST_CHARACTERS = 40
PUBLISHED = (
    '//meta[@property="article:published_time"]/@content',
    '//meta[@itemprop="datePublished"]/@content',
    '//*[@itemprop="datePublished"]/@datetime',
    '//meta[@name="date" or @name="DC.date.issued" or @name="dc.date" or @name="citation_publication_date"]/@content',
    '//meta[@name="pubdate" or @name="publish-date" or @name="parsely-pub-date" or @name="sailthru.date"]/@content',
)
MODIFIED = (
    '//meta[@property="article:modified_time" or @property="og:updated_time"]/@content',
    '//meta[@itemprop="dateModified"]/@content',
    '//*[@itemprop="dateModified"]/@datetime',
    '//meta[@name="last-modified" or @name="DC.date.modified" or @http-equiv="last-modified"]/@content',
)
ELSEWHERE = (
    "/html/head",
    '//*[@itemprop="datePublished"]',
    '//time[@pubdate or contains(@class, "publish") or contains(@class, "entry-date")]',
)
"""Where htmldate looks."""
ADDRESS = re.compile(r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/._-]|\Z)")
DAY = re.compile(r"(\d{4})[-/]?(\d\d)[-/]?(\d\d)(?!\d)")
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)?\s?(Z|[+-]\d\d:?\d\d)?")


@dataclass(frozen=True, kw_only=True, slots=True)
class PageDates:
    """When a page was published and changed; `confidence` is of the first, or else of the second."""

    published: datetime | None = None
    modified: datetime | None = None
    confidence: float | None = None


def dates_of(tree: etree._Element, url: str, statements: Statements, now: datetime) -> PageDates:
    """Return the dates that a page states of itself."""
    found = list(published_by(tree, url, statements, now))
    stated = (statements.first("dateModified"), *values(tree, MODIFIED))
    modified = next((moment for text in stated if (moment := moment_of(text, now))), None)
    if not found:
        return PageDates(modified=modified, confidence=IN_METADATA if modified else None)
    published, confidence = found[0]
    others = [moment for moment, _ in found[1:]]
    if others:
        confidence = AGREED if any(abs(published - other) <= SAME for other in others) else DISPUTED
    if modified and modified < published:
        modified = None
    return PageDates(published=published, modified=modified, confidence=confidence)


def believable(published: datetime | None, modified: datetime | None, now: datetime, confidence: float) -> PageDates:
    """Return the dates that a file states, without those that cannot be."""
    first, last = (
        moment if moment and moment.tzinfo and EARLIEST <= moment <= now else None for moment in (published, modified)
    )
    if first and last and last < first:
        last = None
    return PageDates(published=first, modified=last, confidence=confidence if first or last else None)


def published_by(
    tree: etree._Element, url: str, statements: Statements, now: datetime
) -> Iterator[tuple[datetime, float]]:
    """Give each place's date of publication, the most trusted first; htmldate is asked where no other place has one."""
    count = 0
    places = (([statements.first("datePublished")], STATED), (values(tree, PUBLISHED), IN_METADATA))
    for texts, confidence in places:
        if moment := next((moment for text in texts if (moment := moment_of(text, now))), None):
            count += 1
            yield moment, confidence
    in_address = ADDRESS.search(url)
    if in_address and (moment := moment_of("-".join(in_address.groups()), now)):
        count += 1
        yield moment, IN_ADDRESS
    if not count and (moment := moment_of(searched(tree, now), now)):
        yield moment, FOUND


def values(tree: etree._Element, paths: tuple[str, ...]) -> Iterator[str]:
    """Give what stands at some places of a page."""
    for path in paths:
        yield from map(str, tree.xpath(path)[:3])


def moment_of(text: str | None, now: datetime) -> datetime | None:
    """Read a date in the order year, month, day, with its time if it names one; None for any that cannot be."""
    stated = (text or "").strip()[:MOST_CHARACTERS]
    try:
        if full := MOMENT.match(stated):
            moment = datetime.fromisoformat(full[1] + (full[2] or "+00:00")).astimezone(UTC)
        elif day := DAY.match(stated):
            year, month, number = map(int, day.groups())
            moment = datetime(year, month, number, tzinfo=UTC)
        else:
            return None
    except (ValueError, OverflowError):
        return None
    return moment if EARLIEST <= moment <= now else None


def searched(tree: etree._Element, now: datetime) -> str | None:
    """Ask htmldate about the places where pages state dates in other ways."""
    stated = html.Element("html")
    stated.extend(deepcopy(found) for path in ELSEWHERE for found in tree.xpath(path))
    day = find_date(stated, extensive_search=False, original_date=True, max_date=now.strftime("%Y-%m-%d"))
    return str(day) if day else None
