"""One spelling for what readers take as the same letters.

Knows letters; `words.py` cuts text into words.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["fold"]

ACCENTS = re.compile("(?<![\u0400-\u04ff])[\u0300-\u036f]+|[\u0591-\u05c7\u064b-\u065f\u0670]")
"""Marks that people leave out when typing: Latin and Greek accents, Hebrew and Arabic vowels. Not Cyrillic й and ё's
dots, which make another letter, and not Indic or kana marks, without which words fall together."""
LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i", "\u2019": "'"}
)
"""Letters that Unicode does not decompose, and the apostrophe of print."""


def fold(text: str) -> str:
    """Give the text in one case, one form, without accents, so that spellings compare."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFC", ACCENTS.sub("", folded)).translate(LETTERS)
