"""Bytes of a page made into the text that a person would read of it.

Knows formats. Leaves fetching to `fetching.py`, characters to `characters.py` and time limits to the caller: `extract`
is a plain synchronous function.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

import trafilatura
from bs4 import BeautifulSoup, Tag
from markdown_it import MarkdownIt
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from trafilatura.settings import Document

from assistant.errors import NotText
from assistant.evidence import Page
from assistant.language.detection import detect_language
from assistant.reading.characters import clean, decode
from assistant.reading.visible_text import visible_text

__all__ = ["extract"]

MANUALS = re.compile(r"docbook|publican|sphinx|docutils|asciidoc|doxygen|texinfo|mkdocs", re.IGNORECASE)
"""Generators of reference manuals: their pages are all main text, and trafilatura drops asides and definitions."""
MIN_SHARE_OF_MAIN_TEXT = 0.1
FEW_WORDS = 80
"""Below either, trafilatura has lost the main text; both bounds as measured by word F1 on 692 pages of two sets."""
MAX_PDF_PAGES = 60
DETECTION_CHARACTERS = 2000
MAX_TITLE_CHARACTERS = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """What a format gave: the text, and what it says of itself."""

    text: str
    title: str = ""
    published: datetime | None = None


def extract(body: bytes, url: str, content_type: str) -> Page:
    """Return the page in a body, `content_type` being the header's value; raise `NotText` where nothing can be read."""
    content = read(body, url, content_type)
    text = clean(content.text)
    if not text:
        raise NotText(f"{url}: no text in it; it may be built by scripts")
    title = " ".join(clean(content.title).split()) or text.split("\n", 1)[0]
    return Page(
        url=url,
        final_url=url,
        title=title[:MAX_TITLE_CHARACTERS],
        text=text,
        language=detect_language(text[:DETECTION_CHARACTERS]),
        published=content.published,
        fetched_at=datetime.now(UTC),
    )


def read(body: bytes, url: str, content_type: str) -> Content:
    """Read a body by its format."""
    match sniff(body, content_type):
        case "pdf":
            return read_pdf(body, url)
        case "html":
            return read_html(decode(body, content_type), url)
        case "markdown":
            return read_markdown(decode(body, content_type))
        case "text":
            return Content(text=decode(body, content_type))
        case other:
            raise NotText(f"{url}: {other} is not a text that can be read")


def sniff(body: bytes, content_type: str) -> str:
    """Name the format: by signature where there is one, else by header, else by looks."""
    if body.startswith(b"%PDF-"):
        return "pdf"
    media = content_type.split(";", 1)[0].strip().lower()
    head = body[:1024].lstrip().lower()
    if media in {"text/html", "application/xhtml+xml"} or head.startswith((b"<!doctype html", b"<html")):
        return "html"
    if media in {"text/markdown", "text/x-markdown"}:
        return "markdown"
    if b"\0" in body[:1024] and not body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return media or "binary data"
    if media.startswith("text/") or media in {"application/json", "application/xml", ""}:
        return "text"
    return media


def read_html(html: str, url: str) -> Content:
    """Take the main text as trafilatura finds it, or all visible text of manuals and where it finds next to nothing."""
    html = re.sub(r"^\s*<\?xml[^>]*\?>", "", html)
    soup = BeautifulSoup(html, "lxml")
    title = soup.title.get_text(" ", strip=True) if soup.title else ""
    found = trafilatura.bare_extraction(html, url=url, include_comments=False, include_tables=True, with_metadata=True)
    main, published = (found.text or "", parse_date(found.date)) if isinstance(found, Document) else ("", None)
    generator = soup.find("meta", attrs={"name": "generator"})
    is_manual = isinstance(generator, Tag) and MANUALS.search(str(generator.get("content"))) is not None
    everything = visible_text(soup)
    share = len(main.split()) / max(1, len(everything.split()))
    lost = is_manual or share < MIN_SHARE_OF_MAIN_TEXT or len(main.split()) < FEW_WORDS
    # A date that only the text of a manual mentions says nothing about the page.
    return Content(text=everything if lost else main, title=title, published=None if is_manual else published)


def read_markdown(text: str) -> Content:
    """Render Markdown and read it as a person sees it; its first heading is its title."""
    html = MarkdownIt("commonmark").enable("table").render(text)
    soup = BeautifulSoup(f"<html><body>{html}</body></html>", "lxml")
    heading = soup.find(["h1", "h2"])
    return Content(text=visible_text(soup), title=heading.get_text(" ", strip=True) if heading else "")


def read_pdf(body: bytes, url: str) -> Content:
    """Read the text layer of a PDF file, page by page."""
    try:
        reader = PdfReader(BytesIO(body))
        text = "\n\n".join(page.extract_text() for page in reader.pages[:MAX_PDF_PAGES])
        title = str(reader.metadata.title or "") if reader.metadata else ""
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotText(f"{url}: a PDF that cannot be read ({error})") from error
    return Content(text=text, title=title)


def parse_date(value: str | None) -> datetime | None:
    """Read a date of the page's metadata; one in the future is none."""
    try:
        day = datetime.fromisoformat(value or "").replace(tzinfo=UTC)
    except ValueError:
        return None
    return day if day <= datetime.now(UTC) else None
