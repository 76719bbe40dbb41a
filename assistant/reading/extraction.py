"""Bytes of a document made into the text that a person would read of it.

Knows formats. Leaves fetching to `fetching.py`, characters to `characters.py`, elements to `visible_text.py` and limits
of time and memory to whoever calls: `extract` is a plain synchronous function.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

import trafilatura
from htmldate import find_date
from lxml import etree, html  # type: ignore[import-untyped]

from assistant.errors import NotText
from assistant.evidence import Page
from assistant.language.detection import detect_language
from assistant.reading.characters import clean, decode
from assistant.reading.visible_text import drop_navigation, drop_unseen, first_text, main_part, text_of

__all__ = ["extract"]

MANUALS = re.compile(r"docbook|publican|sphinx|docutils|asciidoc|doxygen|texinfo|makeinfo|mkdocs", re.IGNORECASE)
"""Generators of reference manuals: their pages are main text throughout; trafilatura drops asides and lists of it."""
MANUAL_PARTS = '//div[@class="sphinxsidebar" or @class="navheader"]'
"""What such generators leave on pages even where themes hide their names."""
FEWEST_WORDS = 50
FEWEST_SHARE = 0.1
"""Below either, trafilatura has lost the main text, and all that is visible is better: the best of the bounds tried on
344 pages of two sets (word F1 .868 and .958; without the rule .850 and .962)."""
MOST_PDF_PAGES = 60
"""A passage beyond is seldom what a question is about, and pypdf reads some twenty pages in a second."""
MOST_TITLE_CHARACTERS = 200
TITLES = ("/html/head/title", '//meta[@property="og:title"]/@content', "//h1", "//title")
LANGUAGES = ("/html/@lang", "/html/@*[name()='xml:lang']", '//meta[@http-equiv="content-language"]/@content')
DATED = (
    "/html/head",
    '//script[@type="application/ld+json"]',
    '//*[@itemprop="datePublished"]',
    '//time[@pubdate or contains(@class, "publish") or contains(@class, "entry-date")]',
)
"""Where a page states its own date. Dates that merely stand in its text are not the page's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """What a format gave: the text, and what it says of itself."""

    text: str
    title: str = ""
    language: str | None = None
    published: datetime | None = None


def extract(body: bytes, url: str, content_type: str) -> Page:
    """Return the page in a body, `content_type` being the header's value; raise `NotText` where nothing can be read."""
    content = read(body, url, content_type)
    text = clean(content.text)
    if not text.strip():
        message = f"{url}: there is no text in it; scripts may build it"
        raise NotText(message)
    title = " ".join(clean(content.title).split()) or text.partition("\n")[0]
    return Page(
        url=url,
        final_url=url,
        title=title[:MOST_TITLE_CHARACTERS],
        text=text,
        language=content.language or detect_language(text),
        published=content.published,
        fetched_at=datetime.now(UTC),
    )


def read(body: bytes, url: str, content_type: str) -> Content:
    """Read a body by its format."""
    match kind(body, url, content_type):
        case "pdf":
            return read_pdf(body, url)
        case "html":
            return read_html(decode(body, content_type), url)
        case "markdown":
            return read_markdown(decode(body, content_type))
        case "text":
            return Content(text=decode(body, content_type))
        case other:
            message = f"{url}: {other} is not read; HTML, Markdown, text and PDF are"
            raise NotText(message)


def kind(body: bytes, url: str, content_type: str) -> str:
    """Name the format: by signature where there is one, else by what the sender says, else by looks."""
    media = content_type.partition(";")[0].strip().lower()
    head = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"%pdf-"):
        return "pdf"
    if b"\0" in head and not body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return media if media not in {"", "text/html", "text/plain"} else "binary data"
    looks_like_html = head.startswith((b"<!doctype html", b"<html")) or (head.startswith(b"<?xml") and b"<html" in head)
    vague = media in {"", "application/octet-stream", "binary/octet-stream", "application/xml", "text/xml"}
    if media in {"text/html", "application/xhtml+xml"} or (vague and looks_like_html):
        return "html"
    if media in {"text/markdown", "text/x-markdown"} or (
        media == "text/plain" and url.lower().endswith((".md", ".markdown"))
    ):
        return "markdown"
    if media in {"", "application/octet-stream", "text/plain", "text/x-rst", "text/csv"} and not head.startswith(
        b"<?xml"
    ):
        return "text"
    return media or "XML"


def read_html(markup: str, url: str) -> Content:
    """Take the main text as trafilatura finds it, or all that is visible where it loses too much."""
    tree = parse(markup, url)
    title = next((text for text in first_text(tree, TITLES) if text), "")
    language = next((text for text in first_text(tree, LANGUAGES) if re.match(r"[a-zA-Z]{2}\b", text)), "")
    published = publication_date(tree, url)
    generators = " ".join(tree.xpath('//meta[@name="generator"]/@content'))
    drop_unseen(tree)
    for paragraph in tree.xpath('//div[@class="para"]'):  # DocBook's name for <p>, which trafilatura does not know
        paragraph.tag = "p"
    is_manual = MANUALS.search(generators) or tree.xpath(MANUAL_PARTS)
    main = "" if is_manual else main_text(tree, url)
    drop_navigation(tree)
    everything = text_of(main_part(tree))
    words, share = len(main.split()), len(main.split()) / max(1, len(everything.split()))
    text = main if words >= FEWEST_WORDS and share >= FEWEST_SHARE else everything or main
    return Content(text=text, title=title, language=language[:2].lower() or None, published=published)


def parse(markup: str, url: str) -> html.HtmlElement:
    """Parse markup of any quality, with libxml2's limits on depth and size in force."""
    markup = re.sub(r"^\s*<\?xml[^>]*\?>", "", markup.replace("\0", ""))
    parser = html.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        return html.document_fromstring(markup, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        message = f"{url}: its markup cannot be read ({error})"
        raise NotText(message) from error


def main_text(tree: html.HtmlElement, url: str) -> str:
    """Return what trafilatura takes for the main text, in lines of our own making; empty where it finds nothing."""
    found = trafilatura.bare_extraction(tree, url=url, include_comments=False, include_tables=True)
    return text_of(found.body) if isinstance(found, trafilatura.settings.Document) else ""


def publication_date(tree: html.HtmlElement, url: str) -> datetime | None:
    """Return the day that the page's address or metadata states; None rather than a guess."""
    stated = html.Element("html")
    stated.extend(deepcopy(found) for path in DATED for found in tree.xpath(path))
    today = datetime.now(UTC)
    day = find_date(stated, extensive_search=False, original_date=True, url=url, max_date=today.strftime("%Y-%m-%d"))
    return datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None


def read_markdown(text: str) -> Content:
    """Render Markdown and read it as a person sees it; its first heading is its title."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - most pages need it not

    rendered = MarkdownIt("commonmark").enable("table").render(text)
    tree = parse(f"<html><body>{rendered}</body></html>", "Markdown")
    drop_unseen(tree)
    return Content(text=text_of(tree), title=next(first_text(tree, ("//h1", "//h2")), ""))


def read_pdf(body: bytes, url: str) -> Content:
    """Read the text of a PDF, page by page."""
    from pypdf import PdfReader  # noqa: PLC0415 - most pages need it not
    from pypdf.errors import PyPdfError  # noqa: PLC0415 - most pages need it not

    try:
        reader = PdfReader(BytesIO(body))
        text = "\n\n".join(page.extract_text() for page in reader.pages[:MOST_PDF_PAGES])
        title = reader.metadata.title if reader.metadata else None
    except (PyPdfError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        message = f"{url}: a PDF that cannot be read ({error})"
        raise NotText(message) from error
    return Content(text=text, title=title or "")
