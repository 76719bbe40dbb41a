"""The text of a PDF, page by page.

Knows pypdf. Limits of time and memory are the worker's; how many pages are read is bounded here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from assistant.errors import NotText
from assistant.reading.characters import clean

__all__ = ["SURE", "PdfText", "read_pdf"]

MOST_PAGES = 60
"""A passage beyond is seldom what a question is about, and pypdf reads some twenty pages in a second."""
SURE = 0.5
"""How sure the dates of a PDF are: programs write them, often when they convert an older text."""
FAULTS = (PyPdfError, ArithmeticError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError)
"""What pypdf raises at broken files; RuntimeError stands for too deep a recursion and for unknown filters."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PdfText:
    """Clean text, where each page begins in it, and what the file says of itself."""

    text: str
    page_offsets: tuple[int, ...]
    title: str
    published: datetime | None
    modified: datetime | None


def read_pdf(body: bytes, url: str) -> PdfText:
    """Read the first pages of a PDF; raise `NotText` where it cannot be read or has no text layer."""
    try:
        reader = PdfReader(BytesIO(body))
        count = len(reader.pages)
        pages = [clean(reader.pages[number].extract_text()).strip() for number in range(min(count, MOST_PAGES))]
        title, published, modified = stated_by(reader)
    except (*FAULTS, AssertionError) as error:
        message = f"{url}: a PDF that cannot be read ({error})"
        raise NotText(message) from error
    if not any(pages):
        message = f"{url}: a PDF without a text layer; it may be a scan"
        raise NotText(message)
    text, offsets = joined(pages)
    return PdfText(text=text, page_offsets=offsets, title=title, published=published, modified=modified)


def joined(pages: list[str]) -> tuple[str, tuple[int, ...]]:
    """Join pages with blank lines; a page without text begins where the next one does."""
    parts: list[str] = []
    offsets: list[int] = []
    length = 0
    for page in pages:
        gap = "\n\n" if length else ""
        offsets.append(length + len(gap))
        if page:
            parts.append(gap + page)
            length += len(gap) + len(page)
    return "".join(parts), tuple(min(offset, length) for offset in offsets)


def stated_by(reader: PdfReader) -> tuple[str, datetime | None, datetime | None]:
    """Return title and dates of a file; a broken date is none."""
    about = reader.metadata
    if about is None:
        return "", None, None
    dates: list[datetime | None] = []
    for name in ("creation_date", "modification_date"):
        try:
            dates.append(getattr(about, name))
        except FAULTS:
            dates.append(None)
    return str(about.title or ""), dates[0], dates[1]
