"""How the parts of a PDF look: styles of paragraphs and tables, and the measures they share.

Knows type sizes and colours. Leaves what is said to `pdf_answer.py`, and faces to `pdf_faces.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.lib.colors import HexColor  # type: ignore[import-untyped]
from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped]
from reportlab.platypus import Flowable, Paragraph, Table, TableStyle  # type: ignore[import-untyped]

from ui.pdf_faces import BOLD, SANS, is_eastern

__all__ = ["LINK", "MARGIN", "PAGE", "QUIET", "paragraph", "table"]

PAGE = A4
MARGIN = 56.0
"""Points: two centimetres, within what every printer reaches."""
FRAME = 6.0
"""What a frame of ReportLab keeps free on each side of it."""
WIDTH = PAGE[0] - 2 * (MARGIN + FRAME)
INK, QUIET, RULE, SHADE, LINK = "#1d2430", "#5b6472", "#c9ced6", "#f3f4f6", "#1f5fa8"
"""All words have a contrast of 4.5:1 or more on white (WCAG 2.2, 1.4.3)."""
BODY = ParagraphStyle(
    "body", fontName=SANS, fontSize=10, leading=15, textColor=HexColor(INK), spaceAfter=6, splitLongWords=1
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


def paragraph(markup: str, style: str = "body", *, said: str = "", bullet: str | None = None) -> Flowable:
    """Set markup that is safe already; `said` is its text, whose script decides where lines may break."""
    look = STYLES[style]
    if is_eastern(said):
        look = ParagraphStyle(f"{style}-eastern", look, wordWrap="CJK")
    return Paragraph(markup, look, bulletText=bullet)


def table(rows: Sequence[Sequence[Flowable]], *, heads: int) -> Flowable:
    """Set a table whose first rows stand again on each page; a row longer than a page goes on with the next."""
    columns = max(map(len, rows))
    padded = [[*row, *[""] * (columns - len(row))] for row in rows]
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
