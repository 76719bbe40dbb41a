"""The beginning of a long post as a snippet.

Knows lengths only; markup is taken out by `plain_text.py`.
"""

from __future__ import annotations

from retrievers.plain_text import plain_text

__all__ = ["excerpt"]

SNIPPET_CHARACTERS = 300
"""About what search engines show."""
MARKUP_CHARACTERS = 4_000
"""How much markup is read for it: posts may be long, and parsing a megabyte for 300 characters helps nobody."""


def excerpt(markup: str | None, max_characters: int = SNIPPET_CHARACTERS) -> str:
    """Return the first words of a post as plain text, "" where it has none."""
    text = plain_text((markup or "")[:MARKUP_CHARACTERS])
    return text if len(text) <= max_characters else text[:max_characters].rpartition(" ")[0] + " …"
