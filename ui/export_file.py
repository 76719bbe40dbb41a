"""The formats in which answers can be taken along, and the bytes of a file in each.

Knows names, suffixes and media types; the page offers them and `footnote export` writes them. The library for PDF is
loaded when one is first wanted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ui.exporting import Exported, as_html, as_json, as_markdown
from ui.wording import Wording, wording_for

__all__ = ["FORMATS", "Format", "file_in", "written"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Format:
    """One kind of file."""

    name: str
    suffix: str
    media_type: str


FORMATS = (
    Format(name="PDF", suffix="pdf", media_type="application/pdf"),
    Format(name="Markdown", suffix="md", media_type="text/markdown"),
    Format(name="HTML", suffix="html", media_type="text/html"),
    Format(name="JSON", suffix="json", media_type="application/json"),
)


def written(suffix: str, exported: Sequence[Exported], title: str, words: Wording) -> bytes:
    """Write answers in the format of a suffix; KeyError for one that `FORMATS` does not have."""
    answers = [one.answer for one in exported]
    match suffix:
        case "pdf":
            from ui.pdf_export import as_pdf  # noqa: PLC0415 - see above

            return as_pdf(exported, title, words)
        case "md":
            text = as_markdown(answers, words)
        case "html":
            text = as_html(answers, title, words)
        case "json":
            text = as_json(answers)
        case _:
            raise KeyError(suffix)
    return text.encode("utf-8", "replace")


def file_in(suffix: str, exported: Sequence[Exported], language: str | None) -> bytes:
    """Write answers for the command line, titled by the first question, in a reader's language."""
    return written(suffix, exported, exported[0].answer.question, wording_for(language))
