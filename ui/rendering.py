"""Markup that nothing untrusted can reach: every word from a page, a model or a user is escaped before it gets here.

Knows HTML, and the Markdown that Streamlit reads in labels. Only links to http and https leave the page; there is no
image, no style and no script, whatever a text says (checked by `tests/ui/test_rendering.py`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html import escape
from pathlib import PurePosixPath
from urllib.parse import quote as percent_encode
from urllib.parse import unquote, urlsplit

__all__ = ["element", "inline", "is_web", "label", "link", "plain", "prose", "quote_link", "site_of", "text"]

MARKDOWN = re.compile(r"([!-/:-@\[-`{-~])")
"""All ASCII punctuation: CommonMark 0.31, section 2.4, lets each be escaped by a backslash."""
INLINE = re.compile(r"`([^`\n]+)`|\*\*([^*\n]+)\*\*")
BREAKABLE = re.compile(r"[^\S\u00a0\u202f]+")
"""Runs of white space but for the two spaces that hold together what stands on both sides."""
KEPT = "\n\t\u200c\u200d"
"""Line breaks, tabs, and the joiners that Persian, Indic scripts and emoji are written with."""
FRAGMENT_WORDS = 5
"""Words at each end of a text fragment: enough to be found, few enough to outlive small changes between them."""
LONGEST_URL = 2048


def plain(value: str) -> str:
    """Drop control and format characters, by which a text could reorder or hide what stands around it."""
    if value.isprintable():
        return value
    return "".join(character for character in value if character in KEPT or unicodedata.category(character)[0] != "C")


def text(value: str) -> str:
    """Escape a text for HTML, in one line; a space that must not be broken stays one."""
    visible = plain(value)
    line = " ".join(visible.split()) if visible.isascii() else BREAKABLE.sub(" ", visible).strip()
    return escape(line, quote=True)


def label(value: str) -> str:
    """Escape a text for the label of a Streamlit widget, which reads Markdown."""
    return MARKDOWN.sub(r"\\\1", " ".join(plain(value).split()))


def prose(value: str) -> str:
    """Write a sentence of the model: `code` and **strong** are kept, everything else is literal."""
    return "".join(element(tag, text(said)) if tag else text_inside(said) for tag, said in inline(value))


def inline(value: str) -> Iterator[tuple[str, str]]:
    """Part a sentence of the model into pieces, each with its tag: "code", "strong", or none."""
    end = 0
    for found in INLINE.finditer(value):
        yield "", value[end : found.start()]
        code, strong = found.groups()
        yield ("code", code) if code else ("strong", strong)
        end = found.end()
    yield "", value[end:]


def text_inside(value: str) -> str:
    """Escape a piece of a sentence and keep the spaces at its ends and its line breaks."""
    lines = [re.sub(r"\s+", " ", line) for line in plain(value).split("\n")]
    return "<br>".join(escape(line, quote=True) for line in lines)


def element(tag: str, inside: str, **attributes: str) -> str:
    """Write an element around markup that is already safe; attribute values are escaped here."""
    names = ((name.rstrip("_").replace("_", "-"), value) for name, value in attributes.items())
    written = "".join(f' {name}="{escape(plain(value), quote=True)}"' for name, value in names)
    return f"<{tag}{written}>{inside}</{tag}>"


def link(url: str, inside: str, **attributes: str) -> str:
    """Link to a page of the web in a new tab; any other address gives the words without a link."""
    if not is_web(url):
        return element("span", inside, **attributes)
    return element("a", inside, href=url, target="_blank", rel="noopener noreferrer", **attributes)


def quote_link(url: str, quote: str) -> str:
    """Return the address of a quotation in its page, by a text fragment (wicg.github.io/scroll-to-text-fragment)."""
    words = plain(quote).split()
    if not words or not is_web(url):
        return url
    if len(words) <= 2 * FRAGMENT_WORDS:
        directive = encoded(words)
    else:
        directive = f"{encoded(words[:FRAGMENT_WORDS])},{encoded(words[-FRAGMENT_WORDS:])}"
    head, hash_sign, anchor = url.partition("#")
    anchor = anchor.split(":~:")[0]
    return f"{head}#{anchor if hash_sign else ''}:~:text={directive}"


def encoded(words: list[str]) -> str:
    """Encode words for a text fragment, where a hyphen and a comma have a meaning of their own."""
    return percent_encode(" ".join(words), safe="").replace("-", "%2D")


def is_web(url: str) -> bool:
    """Tell whether an address may become a link."""
    if len(url) > LONGEST_URL or any(character.isspace() or not character.isprintable() for character in url):
        return False
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and has_host and "\\" not in url and "@" not in parts.netloc


def site_of(url: str) -> str:
    """Name the place of a page for a reader: its host, or the name of a local file."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return url
    if parts.scheme in {"http", "https"} and host:
        return host.removeprefix("www.")
    return PurePosixPath(unquote(parts.path)).name or url
