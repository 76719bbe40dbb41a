"""How well a text answers to the words of a query, for sources that fetch whole lists and search them here.

Knows words, accents and plural endings. Leaves real ranking to the stage that reads the pages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

__all__ = ["best", "matched"]

STEM_LETTERS = 4
"""Shorter words are compared whole: "cat" must not find "cattle"."""
ENDING_LETTERS = 2
"""What may follow a stem in one of two words that count as the same: "index" and "indexes"."""
UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""Thai, Lao, Burmese, Khmer, Japanese and Chinese put no blank between words."""


def best(words: Sequence[str], texts: Iterable[str]) -> list[int]:
    """Return the places of the texts that hold at least half of the words, the most first, else in their order."""
    counts = [matched(words, text) for text in texts]
    enough = [place for place, count in enumerate(counts) if count and 2 * count >= len(words)]
    return sorted(enough, key=lambda place: -counts[place])


def matched(words: Sequence[str], text: str) -> int:
    """Count the words that occur in a text, whatever their case, accents and plural endings."""
    whole = folded(text)
    present = set(re.findall(r"\w+", whole))
    return sum(all(occurs(part, present, whole) for part in re.findall(r"\w+", folded(word))) for word in words)


def occurs(word: str, present: set[str], whole: str) -> bool:
    """Tell whether a word is there in some form."""
    if UNSPACED.search(word):
        return word in whole
    return word in present or any(are_forms(word, other) for other in present)


def are_forms(one: str, other: str) -> bool:
    """Tell whether one word is the other with a short ending."""
    short, long = sorted((one, other), key=len)
    return len(short) >= STEM_LETTERS and long.startswith(short) and len(long) - len(short) <= ENDING_LETTERS


def folded(text: str) -> str:
    """Take case and accents out of a text."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(letter for letter in letters if not unicodedata.combining(letter)))
