"""The words of a local file, for finding it; what is quoted from it is read by `assistant/reading`.

Knows HTML, Markdown, plain text, PDF and Word. Finds no files and keeps nothing.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup
from pypdf import PdfReader

from retrievers.local.word import html_of_word
from retrievers.plain_text import one_line

__all__ = ["READABLE", "FileText", "read_file_text"]

HTML = frozenset({".html", ".htm", ".xhtml"})
MARKDOWN = frozenset({".md", ".markdown"})
TEXT = frozenset({".txt", ".text", ".rst"})
PDF = frozenset({".pdf"})
WORD = frozenset({".docx"})
READABLE = HTML | MARKDOWN | TEXT | PDF | WORD
"""File name endings that are searched, in lower case."""
MAX_PDF_PAGES = 300
"""Reading a page of PDF takes some 20 ms: a longer book is found by its first pages."""
XML_PROLOG = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*\?>")
XML_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([\w-]+)")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True, slots=True)
class FileText:
    """A title, from the file's own words or else its name, and the text to search."""

    title: str
    text: str


def read_file_text(path: Path) -> FileText:
    """Read one file; raises OSError for a file that cannot be read, and what pypdf or `word.py` say of a broken one."""
    kind = path.suffix.lower()
    if kind in PDF:
        found = read_pdf(path)
    elif kind in WORD:
        found = read_html(html_of_word(path.read_bytes()).encode())
    elif kind in HTML:
        found = read_html(path.read_bytes())
    else:
        found = read_plain(path.read_bytes(), is_markdown=kind in MARKDOWN)
    return FileText(title=one_line(found.title) or path.stem, text=one_line(found.text))


def read_html(markup: bytes) -> FileText:
    """Read a page by its <title> or first heading."""
    # beautifulsoup4 warns of XHTML that opens with an XML prolog: take it off, but keep the encoding it names.
    prolog = XML_PROLOG.match(markup)
    named = XML_ENCODING.search(prolog[0]) if prolog else None
    encoding = named[1].decode("ascii") if named else None
    soup = BeautifulSoup(markup[prolog.end() :] if prolog else markup, "lxml", from_encoding=encoding)
    heading = soup.title or soup.find(["h1", "h2"])
    title = heading.get_text(" ") if heading else ""
    for unseen in soup.find_all(["script", "style", "template", "noscript", "title"]):
        unseen.decompose()
    return FileText(title=title, text=soup.get_text(" "))


def read_plain(content: bytes, *, is_markdown: bool) -> FileText:
    """Read text by its first heading, if it is Markdown."""
    text = decode(content)
    heading = HEADING.search(text) if is_markdown else None
    return FileText(title=heading[1] if heading else "", text=HEADING.sub(r"\1", text) if is_markdown else text)


def decode(content: bytes) -> str:
    """Decode text of unknown encoding: by its mark, as UTF-8, else as Windows-1252, which takes any byte."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def read_pdf(path: Path) -> FileText:
    """Read the first pages of a PDF; a scan without text is found by its title only."""
    with path.open("rb") as file:
        reader = PdfReader(file)
        title = reader.metadata.title if reader.metadata else None
        text = "\n".join(page.extract_text() for page in reader.pages[:MAX_PDF_PAGES])
    return FileText(title=str(title or ""), text=text)
