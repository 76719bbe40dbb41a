"""An answer or a chat as a PDF: A4 pages with numbers, text that can be selected, and links to the web only.

Knows the document around the answers. There is no script, no form and no action but opening a web address; what a page
or a model says is text (checked on the bytes by `tests/ui/test_pdf_export.py`).
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from io import BytesIO

from reportlab.lib.colors import HexColor  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]
from reportlab.platypus import BaseDocTemplate, SimpleDocTemplate, Spacer  # type: ignore[import-untyped]

from ui.exporting import Exported
from ui.pdf_answer import parts_of
from ui.pdf_faces import SANS, register
from ui.pdf_styles import MARGIN, PAGE, QUIET
from ui.prose_blocks import language_of
from ui.rendering import plain
from ui.turn_state import TurnState
from ui.wording import Wording

__all__ = ["as_pdf"]

BETWEEN = 18
"""Points between two answers."""
ONE_AT_A_TIME = threading.Lock()
"""ReportLab keeps what it has drawn of a face in the face, which all files share."""


def as_pdf(exported: Sequence[Exported], title: str, words: Wording) -> bytes:
    """Write one file with questions, answers and their quoted sources."""
    register()
    body = BytesIO()
    document = SimpleDocTemplate(
        body,
        pagesize=PAGE,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=" ".join(plain(title).split()),
        author=words.say("name"),
        creator=words.say("name"),
        subject="",
        lang=language(exported, words),
        displayDocTitle=True,
    )
    parts = [
        part
        for number, one in enumerate(exported)
        for part in (*([Spacer(0, BETWEEN)] if number else []), *parts_of(one, number, words))
    ]
    with ONE_AT_A_TIME:
        document.build(parts, onFirstPage=number_page, onLaterPages=number_page)
    return body.getvalue()


def language(exported: Sequence[Exported], words: Wording) -> str:
    """Name the language that a screen reader should speak: that of the answers, else of the words around them."""
    return next(filter(None, (language_of(TurnState.of(one.answer)) for one in exported)), words.language)


def number_page(canvas: Canvas, document: BaseDocTemplate) -> None:
    """Write the number of a page at its foot."""
    canvas.saveState()
    canvas.setFont(SANS, 8.5)
    canvas.setFillColor(HexColor(QUIET))
    canvas.drawCentredString(PAGE[0] / 2, MARGIN / 2, str(document.page))
    canvas.restoreState()
