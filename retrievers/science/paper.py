"""A paper of a literature database made a hit: its address, its abstract, its date.

Knows what is the same for every such database. Leaves each API's fields to its source.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from textwrap import shorten
from urllib.parse import quote

from retrievers.contract import SearchHit, SearchQuery
from retrievers.keywords import keywords
from retrievers.plain_text import one_line, plain_text

__all__ = ["abstract_text", "doi_address", "paper_hit", "partial_date", "search_words"]

SNIPPET_CHARACTERS = 300
"""As much of an abstract as a result list shows: about two sentences."""
BLOCK_END = re.compile(r"(?=</?(?:\w+:)?(?:p|title|sec|h\d|list|list-item|div|li)\b|<br)", re.IGNORECASE)
"""Where JATS and HTML begin a new line, which is a word's end without any blank."""
HEADING = re.compile(r"^(?:abstract|résumé)\b[\s:.]*", re.IGNORECASE)
OPERATORS = frozenset({"AND", "OR", "NOT", "ANDNOT", "TO"})


def search_words(query: SearchQuery) -> tuple[str, ...]:
    """Return the words worth searching for, none of which a boolean query language takes for an operator."""
    return tuple(word.lower() if word in OPERATORS else word for word in keywords(query.text, query.language))


def abstract_text(markup: str | None) -> str:
    """Make an abstract with JATS or HTML in it plain text, without the word "Abstract" before it."""
    return HEADING.sub("", plain_text(BLOCK_END.sub(" ", markup or "")))


def doi_address(doi: str) -> str:
    """Give the one address of a DOI, however it is written, so that the same paper of two databases is one."""
    bare = re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:)", "", doi.strip().lower())
    return f"https://doi.org/{quote(bare, safe='/:;()._-')}"


def partial_date(parts: Sequence[int | None]) -> datetime | None:
    """Read year, month and day as far as they are known; the first day of the rest stands for it."""
    year, month, day = (*parts, None, None, None)[:3]
    return datetime(year, month or 1, day or 1, tzinfo=UTC) if year else None


def paper_hit(*, url: str, title: str, abstract: str, published: datetime | None, byline: str = "") -> SearchHit:
    """Make a hit that quotes the abstract; without one, the paper's page is read instead."""
    snippet = shorten(abstract, SNIPPET_CHARACTERS, placeholder=" …") or one_line(byline)
    return SearchHit(
        url=url, title=one_line(title), snippet=snippet, published=published, text=one_line(abstract) or None
    )
