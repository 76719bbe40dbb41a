"""Cut words into overlapping fragments, by which words that are spelt alike find one another.

What stems leave apart meets here: derived words (bâtir, bâtiment), the parts of German compounds, endings of languages
without a stemmer, typing errors, and pairs of characters in scripts whose words are not told apart by spaces.
"""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.language import fold, words
from assistant.language.stop_words import stop_words
from assistant.language.words import IDEOGRAPHS

__all__ = ["fragments"]

LETTERS = 5
"""Of 4 and 5, both lift the order by words alone on FQuAD's fitting half alike (.866 to .880); 5 are fewer."""
WORDS_KEPT = 2**16
TEXTS_KEPT = 2_048
"""The next question is often asked of the same pages."""
IDEOGRAPH_RUN = re.compile(f"[{IDEOGRAPHS}]{{2,}}")


@lru_cache(maxsize=TEXTS_KEPT)
def fragments(text: str, language: str | None) -> list[str]:
    """List the fragments of the words of a text, function words left out, and pairs of neighbouring ideographs.

    Callers leave the list as it is.
    """
    ignored = stop_words(language)
    found: list[str] = []
    for word in words(text):
        if word not in ignored:
            found += cut(word)
    if not text.isascii():
        for run in IDEOGRAPH_RUN.findall(fold(text)):
            found += [run[at : at + 2] for at in range(len(run) - 1)]
    return found


@lru_cache(maxsize=WORDS_KEPT)
def cut(word: str) -> tuple[str, ...]:
    """Cut one word, its ends marked."""
    marked = f"_{word}_"
    return tuple(marked[at : at + LETTERS] for at in range(max(1, len(marked) - LETTERS + 1)))
