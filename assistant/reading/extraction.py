"""Bytes of a document made into the text that a person would read of it.

Knows which module reads which format. Leaves fetching to `fetching.py`, characters to `characters.py` and limits of
time and memory to whoever calls: `extract` is a plain synchronous function.
"""

from __future__ import annotations

from datetime import UTC, datetime

from assistant.errors import NotText
from assistant.evidence import Page
from assistant.reading.characters import clean, decode, smuggled
from assistant.reading.dates import PageDates, believable
from assistant.reading.formats import format_of
from assistant.reading.head import language_of
from assistant.reading.instructions import instructions_among
from assistant.reading.page_html import HtmlPage, read_html, whole_text
from retrievers.local.word import BrokenWord, html_of_word

__all__ = ["extract"]

MOST_TITLE_CHARACTERS = 200
MOST_REMOVED = 5


def extract(body: bytes, url: str, content_type: str) -> Page:
    """Return the page in a body, `content_type` being the header's value; raise `NotText` where nothing can be read."""
    now = datetime.now(UTC)
    found, page_offsets = read(body, url, content_type, now)
    text = clean(found.text)
    if not text.strip():
        message = f"{url}: there is no text in it"
        raise NotText(message)
    title = " ".join(clean(found.title).split()) or text.partition("\n")[0]
    hidden = instructions_among(smuggled(found.text))
    return Page(
        url=url,
        final_url=url,
        title=title[:MOST_TITLE_CHARACTERS],
        text=text,
        language=language_of(text, found.language),
        published=found.dates.published,
        modified=found.dates.modified,
        date_confidence=found.dates.confidence,
        fetched_at=now,
        removed=tuple(map(clean, (*hidden, *found.removed)))[:MOST_REMOVED],
        canonical=found.canonical,
        page_offsets=page_offsets,
        values=found.values,
    )


def read(body: bytes, url: str, content_type: str, now: datetime) -> tuple[HtmlPage, tuple[int, ...]]:
    """Read a body by its format; a PDF says where its pages begin."""
    match format_of(body, url, content_type):
        case "pdf":
            return read_pdf(body, url, now)
        case "word":
            return read_word(body, url), ()
        case "feed":
            return read_feed(body, url), ()
        case "html":
            return read_html(decode(body, content_type), url, now), ()
        case other:
            return read_text(decode(body, content_type), url, other), ()


def read_text(text: str, url: str, kind: str) -> HtmlPage:
    """Read Markdown and JSON as a person sees them, and any other text as it is."""
    from assistant.reading.plain import html_of_markdown, read_json  # noqa: PLC0415 - most pages need it not

    if kind == "markdown":
        return whole_text(html_of_markdown(text), url)
    if kind == "json":
        text, title = read_json(text, url)
        return HtmlPage(text=text, title=title)
    return HtmlPage(text=text)


def read_word(body: bytes, url: str) -> HtmlPage:
    """Read a Word document as the HTML that it would be."""
    try:
        return whole_text(f"<html><body>{html_of_word(body)}</body></html>", url)
    except BrokenWord as error:
        message = f"{url}: a Word document that cannot be read: {error}"
        raise NotText(message) from error


def read_feed(body: bytes, url: str) -> HtmlPage:
    """Read a feed as a page that lists its entries."""
    from assistant.reading import feeds  # noqa: PLC0415 - most pages need it not

    feed = feeds.read_feed(body, url)
    page = whole_text(feed.html, url)
    dates = PageDates(modified=feed.modified, confidence=feeds.SURE if feed.modified else None)
    return HtmlPage(text=page.text, title=feed.title, language=feed.language, dates=dates, removed=page.removed)


def read_pdf(body: bytes, url: str, now: datetime) -> tuple[HtmlPage, tuple[int, ...]]:
    """Read a PDF."""
    from assistant.reading import pdf  # noqa: PLC0415 - most pages need it not

    found = pdf.read_pdf(body, url)
    dates = believable(found.published, found.modified, now, pdf.SURE)
    return HtmlPage(text=found.text, title=found.title, dates=dates), found.page_offsets
