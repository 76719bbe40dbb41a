"""Words, stems, numbers and names in a text.

Knows how text is cut into comparable tokens. Leaves letters to `folding.py`, sentences to `sentences.py`, and what a
match is worth to its callers.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache
from types import MappingProxyType

import Stemmer  # type: ignore[import-not-found,unused-ignore]  # compiled, without type hints

from assistant.language.folding import fold
from assistant.language.sentences import sentence_spans
from assistant.language.stop_words import stop_words

__all__ = ["content_stems", "fold", "names", "numbers", "stems", "words"]

IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
"""Kana, Han, Hangul, Thai, Lao, Burmese, Khmer: scripts whose words are not told apart by spaces, or only in part."""
LETTER = rf"(?:[^\W{IDEOGRAPHS}]|[\u0900-\u0963\u0966-\u0df3])"
"""`\\w` leaves out the vowel signs of Indic scripts, which would cut their words apart."""
WORD = re.compile(rf"{LETTER}++(?:(?<=n)['\u2019]t\b|(?:\+\+|#)(?!\w))?|[{IDEOGRAPHS}]")
"""A run of letters and digits, with the end of don't, C++ and C#, or one character of a script without spaces."""

SNOWBALL = MappingProxyType(
    {
        "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
        "es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish",
        "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
        "ne": "nepali", "nl": "dutch", "no": "norwegian", "nb": "norwegian", "pl": "polish", "pt": "portuguese",
        "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
        "yi": "yiddish",
    }
)  # fmt: skip
"""ISO 639-1 codes of the stemmers that PyStemmer 3.1 carries; older releases lack a few."""

local = threading.local()
"""Stemmers are not safe to share between threads: each thread has its own."""


def words(text: str) -> list[str]:
    """List the folded words of a text in order."""
    return WORD.findall(fold(text))


def stems(text: str, language: str | None) -> list[str]:
    """List the stems of a text in order; without a stemmer for the language, its words."""
    return stemmed(words(text), language)


def content_stems(text: str, language: str | None) -> list[str]:
    """List the stems of the words that say what a text is about."""
    ignored = stop_words(language)
    return stemmed([word for word in words(text) if word not in ignored], language)


def stemmed(tokens: list[str], language: str | None) -> list[str]:
    """Stem folded words."""
    algorithm = algorithm_of(language)
    return stemmer(algorithm).stemWords(tokens) if algorithm else tokens


@lru_cache(maxsize=64)
def algorithm_of(language: str | None) -> str | None:
    """Name the stemming algorithm for a language, None where there is none."""
    name = SNOWBALL.get(language or "")
    return name if name in Stemmer.algorithms() else None


def stemmer(algorithm: str) -> Stemmer.Stemmer:
    """Give this thread's stemmer."""
    own: dict[str, Stemmer.Stemmer] = local.__dict__.setdefault("stemmers", {})
    if algorithm not in own:
        own[algorithm] = Stemmer.Stemmer(algorithm)
    return own[algorithm]


SPACE = " \u00a0\u2009\u202f"
"""What separates thousands: a space, no-break, thin or narrow no-break."""
NUMBER = re.compile(
    rf"(?<![^\W_])(?<!\d[.,])(?:[vV](?=\d))?"
    rf"(\d{{1,3}}(?:[{SPACE}'\u2019]\d{{3}})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)*)"
)
"""A number that is not the tail of a word (H2O, MP3): "1 234,5" with grouping spaces, or digits with marks between."""
DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
GROUPED_BY_COMMA = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
GROUPED_BY_POINT = re.compile(r"[1-9]\d{0,2}(?:\.\d{3}){2,}(?:,\d+)?|[1-9]\d{0,2}\.\d{3},\d+")
DECIMAL = re.compile(r"\d+(?:[.,]\d+)?")


def numbers(text: str) -> frozenset[str]:
    """Collect the numbers of a text in one notation: "1,234.50" and "1 234,5" are "1234.5", "12.5%" is "12.5".

    Without more context "1,234" is read the English way (1234) and so is "1.234" (a decimal); a version number with
    two points or more stays as it is, a date such as 12.05.2023 gives three numbers.
    """
    found: set[str] = set()
    for match in NUMBER.finditer(text):
        found.update(readings(in_ascii_digits(match.group(1))))
    return frozenset(found)


def in_ascii_digits(text: str) -> str:
    """Write digits of any script as 0 to 9 and leave grouping spaces and apostrophes out."""
    kept = (char for char in text if char not in SPACE + "'\u2019")
    return "".join(char if char in ".," else str(unicodedata.decimal(char)) for char in kept)


def readings(written: str) -> list[str]:
    """Normalise one number as it is written with points and commas."""
    if date := DATE.fullmatch(written):
        return [part.lstrip("0") or "0" for part in date.groups()]
    if GROUPED_BY_COMMA.fullmatch(written):
        return [plain(written.replace(",", ""))]
    if GROUPED_BY_POINT.fullmatch(written):
        return [plain(written.replace(".", "").replace(",", "."))]
    if DECIMAL.fullmatch(written):
        return [plain(written.replace(",", "."))]
    if "," in written:  # a list without spaces, "1,2,3", or a decimal in one
        return [reading for part in written.split(",") for reading in readings(part)]
    return [written]


def plain(decimal: str) -> str:
    """Leave out zeros that carry nothing: 007.50 is 7.5."""
    whole, _, fraction = decimal.partition(".")
    fraction = fraction.rstrip("0")
    return (whole.lstrip("0") or "0") + ("." + fraction if fraction else "")


def names(text: str) -> list[str]:
    """List, folded, the words that look like names: capitalised, in mixed case, or with digits.

    A word that merely opens a sentence is not one; a word in mixed or upper case or with digits is one there as well.
    """
    found: list[str] = []
    composed = unicodedata.normalize("NFC", text)  # an accent on its own would cut its word
    for start, end in sentence_spans(composed):
        for position, match in enumerate(WORD.finditer(composed, start, end)):
            if is_name(match.group(), opens=position == 0):
                found.append(fold(match.group()))
    return found


def is_name(word: str, *, opens: bool) -> bool:
    """Tell whether a word as written looks like a name."""
    if any(char.isdecimal() for char in word) or any(char.isupper() for char in word[1:]):
        return True
    return word[0].isupper() and not opens and word != "I"
