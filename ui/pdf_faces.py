"""Which typeface draws which character of a PDF, and text as the markup that ReportLab's paragraphs read.

Every word of a page or a model is escaped here. DejaVu is embedded (`fonts/`, Latin, Greek, Cyrillic, Hebrew, Arabic,
mathematics and more); Chinese, Japanese and Korean take the faces that a PDF may name without holding them (ISO
32000-1, 9.7.5), which every reader of PDF files brings or replaces: a face with their characters would be ten times
the rest of this package.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from html import escape
from itertools import groupby
from pathlib import Path

from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]
from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # type: ignore[import-untyped]
from reportlab.pdfbase.ttfonts import TTFont  # type: ignore[import-untyped]

from ui.pdf_direction import joined
from ui.rendering import plain

__all__ = ["BOLD", "MONO", "MOST_DRAWN", "SANS", "drawn", "drawn_lines", "is_eastern", "register"]

FOLDER = Path(__file__).parent / "fonts"
SANS, BOLD, MONO = "DejaVuSans", "DejaVuSans-Bold", "DejaVuSansMono"
CHINESE, JAPANESE, KOREAN = "STSong-Light", "HeiseiKakuGo-W5", "HYSMyeongJo-Medium"
KANA = re.compile("[\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9f]")
HANGUL = re.compile("[\uac00-\ud7a3\u3131-\u318e]")
EASTERN = re.compile(
    "[\u3000-\u312f\u3131-\u318e\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff01-\uffe6]"
)
UNKNOWN = "\u25a1"
"""An empty box, where no face has a character."""
LAST_DRAWN = "\uffff"
"""ReportLab 5.1 writes what is beyond in a form that readers cannot copy ("Odd-length string")."""
MOST_DRAWN = 200_000
"""Characters of one piece of text: more would not be read on paper."""


@cache
def register() -> None:
    """Make the faces known to ReportLab, once."""
    for name in (SANS, BOLD, MONO):
        pdfmetrics.registerFont(TTFont(name, FOLDER / f"{name}.ttf"))
    for name in (CHINESE, JAPANESE, KOREAN):
        pdfmetrics.registerFont(UnicodeCIDFont(name))


@cache
def known(face: str) -> frozenset[int]:
    """List the characters of an embedded face."""
    register()
    return frozenset(pdfmetrics.getFont(face).face.charToGlyph)


def is_eastern(value: str) -> bool:
    """Tell whether a text is written without spaces for the most part, so that its lines break anywhere."""
    return 2 * len(EASTERN.findall(value)) > len(value) and not HANGUL.search(value)


def drawn(value: str, face: str = SANS) -> str:
    """Write a text in one line."""
    return marked(" ".join(plain(value).split()), face)


def drawn_lines(value: str, face: str = SANS) -> str:
    """Write a text and keep its line breaks and the spaces at its ends."""
    return "<br/>".join(marked(re.sub(r"\s+", " ", line), face) for line in plain(value).split("\n"))


def marked(value: str, face: str) -> str:
    """Escape a text and name the face of each part that the given one cannot draw."""
    composed = "".join(map(composed_of, joined(unicodedata.normalize("NFC", value[:MOST_DRAWN]))))
    eastern = JAPANESE if KANA.search(composed) else CHINESE
    pieces = []
    for name, run in groupby(composed, lambda character: face_of(character, face, eastern)):
        said = "".join(character if name else UNKNOWN for character in run)
        pieces.append(f'<font name="{name or face}">{escape(said, quote=True)}</font>')
    return "".join(pieces)


def composed_of(character: str) -> str:
    """Replace a character that cannot be drawn by what it is made of, a mathematical x by an x."""
    if character <= LAST_DRAWN and (ord(character) in known(SANS) or EASTERN.match(character)):
        return character
    return unicodedata.normalize("NFKC", character)


def face_of(character: str, face: str, eastern: str) -> str:
    """Choose the face of a character, the given one before others; empty where none has it."""
    if character > LAST_DRAWN:
        return ""
    for name in (face, SANS):
        if ord(character) in known(name):
            return name
    if HANGUL.match(character):
        return KOREAN
    return eastern if EASTERN.match(character) else ""
