"""What was typed to search past chats, as SQLite wants it.

Knows FTS5 and LIKE, and that nothing that is typed is an operator in either.
"""

from __future__ import annotations

__all__ = ["like_of", "match_of"]


def match_of(words: str) -> str:
    """Write what was typed as an FTS5 query in which nothing is an operator; the last word may be unfinished."""
    return " ".join('"' + word.replace('"', '""') + '"*' for word in plain_words(words))


def plain_words(words: str) -> list[str]:
    """Split what was typed; marks alone are no words, and NUL ends a text for SQLite."""
    return [word for word in words.replace("\0", " ").split() if any(map(str.isalnum, word))]


def like_of(words: str) -> str:
    """Write what was typed as a LIKE pattern in which nothing is a wildcard."""
    typed = " ".join(words.replace("\0", " ").split())
    return "%" + "".join("!" + mark if mark in "!%_" else mark for mark in typed) + "%"
