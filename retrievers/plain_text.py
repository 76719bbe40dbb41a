"""Markup in a provider's titles and snippets made plain text.

Knows markup only; whole pages are read elsewhere.
"""

from __future__ import annotations

from bs4 import BeautifulSoup

__all__ = ["one_line", "plain_text"]


def plain_text(markup: str) -> str:
    """Take tags and entities out of a piece of HTML; not for text that is plain already ("List<int>")."""
    # Wrapped, since beautifulsoup4 warns of a piece that looks like a file name or an address.
    return one_line(BeautifulSoup(f"<p>{markup}</p>", "lxml").get_text())


def one_line(text: str) -> str:
    """Make any run of white space one blank."""
    return " ".join(text.split())
