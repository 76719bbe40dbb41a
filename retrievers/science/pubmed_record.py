"""What the E-utilities of NCBI answer: lists of numbers, and the records of papers.

Knows the two kinds of XML (its DTDs: https://dtd.nlm.nih.gov/ncbi/pubmed/). Leaves asking for them to `pubmed.py`.
"""

from __future__ import annotations

from datetime import datetime
from xml.etree.ElementTree import Element

import httpx

from retrievers.science.paper import partial_date
from retrievers.xml_tree import text_of, xml_root

__all__ = ["abstract_of", "date_of", "found_ids"]

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DATES = (".//ArticleDate", ".//JournalIssue/PubDate")
"""Where a record says when it appeared: electronically, else in print."""


def found_ids(response: httpx.Response) -> tuple[str, ...]:
    """Read the numbers of the papers that a search found; raise `ValueError` where it failed."""
    result = xml_root(response.content, "eSearchResult")
    if (error := result.find("ERROR")) is not None:
        raise ValueError(text_of(error))
    if (ids := result.find("IdList")) is None:
        message = "no IdList"
        raise ValueError(message)
    return tuple(text_of(found) for found in ids)


def abstract_of(article: Element) -> str:
    """Put the parts of an abstract together, each behind its label ("METHODS: …")."""
    parts = []
    for part in article.findall(".//Article/Abstract/AbstractText"):
        label = part.get("Label")
        parts.append(f"{label}: {text_of(part)}" if label else text_of(part))
    return " ".join(parts)


def date_of(article: Element) -> datetime | None:
    """Read when a paper appeared, as far as its record says ("1965 Aug" has no day, a season no month)."""
    for path in DATES:
        if (found := article.find(path)) is not None and (year := text_of(found.find("Year"))):
            day = text_of(found.find("Day"))
            return partial_date((int(year), month_of(text_of(found.find("Month"))), int(day) if day else None))
    return None


def month_of(text: str) -> int | None:
    """Read a month written as a number or as its first letters."""
    if text.isdecimal():
        return int(text)
    return MONTHS.index(text[:3].lower()) + 1 if text[:3].lower() in MONTHS else None
