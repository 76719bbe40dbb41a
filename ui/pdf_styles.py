"""How the parts of a PDF look: styles of paragraphs and tables, and the measures they share.

Knows type sizes and colours. Leaves what is said to `pdf_answer.py`, faces to `pdf_faces.py`, and the order of a line
that runs from right to left to `pdf_direction.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from reportlab.lib.colors import HexColor  # type: ignore[import-untyped]
from reportlab.lib.enums import TA_RIGHT  # type: ignore[import-untyped]
from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped]
from reportlab.platypus import Flowable, Paragraph, Table, TableStyle  # type: ignore[import-untyped]

from ui.pdf_direction import drawn_line, runs_leftward, turns
from ui.pdf_faces import BOLD, SANS, drawn, is_eastern

__all__ = ["LINK", "MARGIN", "PAGE", "QUIET", "paragraph", "table"]

TAG = re.compile("<[^>]*>")
PAGE = A4
MARGIN = 56.0
"""Points: two centimetres, within what every printer reaches."""
FRAME = 6.0
"""What a frame of ReportLab keeps free on each side of it."""
WIDTH = PAGE[0] - 2 * (MARGIN + FRAME)
INK, QUIET, RULE, SHADE, LINK = "#1d2430", "#5b6472", "#c9ced6", "#f3f4f6", "#1f5fa8"
"""All words have a contrast of 4.5:1 or more on white (WCAG 2.2, 1.4.3)."""
BODY = ParagraphStyle(
    "body",
    fontName=SANS,
    fontSize=10,
    leading=15,
    textColor=HexColor(INK),
    spaceAfter=6,
    splitLongWords=1,
    spaceShrinkage=0,  # for justified text: any other would stand a little beyond its frame
)
STYLES = {
    "body": BODY,
    "title": ParagraphStyle("title", BODY, fontName=BOLD, fontSize=15, leading=20, spaceBefore=4, spaceAfter=4),
    "head": ParagraphStyle("head", BODY, fontName=BOLD, fontSize=11.5, leading=16, spaceBefore=10, spaceAfter=4),
    "quiet": ParagraphStyle("quiet", BODY, fontSize=8.5, leading=12, textColor=HexColor(QUIET)),
    "item": ParagraphStyle("item", BODY, leftIndent=14, bulletIndent=2, bulletFontName=SANS, spaceAfter=3),
    "quotation": ParagraphStyle("quotation", BODY, leftIndent=14, rightIndent=14),
    "boxed": ParagraphStyle("boxed", BODY, backColor=HexColor(SHADE), borderPadding=4, leftIndent=4, rightIndent=4),
    "source": ParagraphStyle("source", BODY, fontSize=9.5, leading=13, spaceBefore=5, spaceAfter=0),
    "about": ParagraphStyle(
        "about", BODY, fontSize=8.5, leading=12, leftIndent=14, spaceAfter=0, textColor=HexColor(QUIET)
    ),
    "quote": ParagraphStyle("quote", BODY, fontSize=9, leading=13, leftIndent=14, spaceBefore=1, spaceAfter=5),
    "cell": ParagraphStyle("cell", BODY, fontSize=9, leading=12, spaceAfter=0),
}
GRID = TableStyle(
    [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor(RULE)),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
)


class Turning(Paragraph):  # type: ignore[misc]
    """A paragraph in which something runs from right to left: its lines are broken as they are read, then turned."""

    blPara: Any  # noqa: N815 - a name of ReportLab

    def drawPara(self, debug: object = 0) -> None:  # noqa: N802 - a name of ReportLab
        """Draw the lines; how they were broken stays as it was, since a page may end between them."""
        read = self.blPara
        leftward = self.style.alignment == TA_RIGHT
        if read.kind:
            lines = [line.clone(words=turned(line.words, leftward=leftward)) for line in read.lines]
        else:
            lines = [(space, [turned_text(" ".join(words), leftward=leftward)]) for space, words in read.lines]
        self.blPara = read.clone(lines=lines)
        try:
            super().drawPara(debug)
        finally:
            self.blPara = read


def turned(pieces: Sequence[Any], *, leftward: bool) -> list[Any]:
    """Put the pieces of a line into the order in which they are drawn; what has no text keeps its end of the line."""
    owners = [number for number, piece in enumerate(pieces) for _ in piece.text]
    whole = "".join(piece.text for piece in pieces).rstrip()
    places = ((owners[place], character) for place, character in drawn_line(whole, leftward=leftward))
    runs = groupby(places, key=itemgetter(0))
    said = [pieces[owner].clone(text="".join(character for _, character in run)) for owner, run in runs]
    anchors = [piece for piece in pieces if not piece.text and hasattr(piece, "cbDefn")]
    return [*anchors, *said, *(piece for piece in pieces if not piece.text and not hasattr(piece, "cbDefn"))]


def turned_text(line: str, *, leftward: bool) -> str:
    """Put a line of one piece into the order in which it is drawn."""
    return "".join(character for _, character in drawn_line(line.rstrip(), leftward=leftward))


def paragraph(markup: str, style: str = "body", *, said: str = "", bullet: str | None = None) -> Flowable:
    """Set markup that is safe already; `said` is its text, whose script decides how it runs and where lines break."""
    look = STYLES[style]
    if turns(markup):
        return turning(markup, look, said or TAG.sub("", markup), bullet)
    if is_eastern(said):
        look = ParagraphStyle(f"{style}-eastern", look, wordWrap="CJK")
    return Paragraph(markup, look, bulletText=bullet)


def turning(markup: str, look: Any, said: str, bullet: str | None) -> Flowable:  # noqa: ANN401 - ReportLab has no types
    """Set markup with text from right to left; where all of it runs so, it begins at the right."""
    if not runs_leftward(said):
        return Turning(markup, look, bulletText=bullet)
    ends = {"leftIndent": look.rightIndent, "rightIndent": look.leftIndent}
    look = ParagraphStyle(f"{look.name}-leftward", look, alignment=TA_RIGHT, **ends)
    return Turning(f"{drawn(bullet)} {markup}" if bullet else markup, look)


def table(rows: Sequence[Sequence[Flowable]], *, heads: int, leftward: bool = False) -> Flowable:
    """Set a table whose first rows stand again on each page; a row longer than a page goes on with the next."""
    columns = max(map(len, rows))
    padded = [[*row, *[""] * (columns - len(row))][:: -1 if leftward else 1] for row in rows]
    return Table(
        padded,
        colWidths=[WIDTH / columns] * columns,
        repeatRows=heads,
        style=GRID,
        splitInRow=1,
        spaceBefore=4,
        spaceAfter=8,
        hAlign="LEFT",
    )
