"""An answer or a chat as a file: Markdown, one HTML page without any script, and JSON.

Knows files, but for PDF (`pdf_export.py`). Leaves one answer to `markdown_answer.py` and `html_answer.py`, which escape
every word of a page or a model.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.answer_json import encode_answer
from assistant.evidence import Answer
from ui.engine_lines import retold
from ui.html_answer import html_of
from ui.markdown_answer import markdown_of
from ui.rendering import element, inline, text
from ui.wording import Wording

__all__ = ["Exported", "as_html", "as_json", "as_markdown", "as_plain", "file_name"]

LONGEST_NAME = 60
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
STYLE = (
    ":root{color-scheme:light dark}body{font:1.05rem/1.6 Georgia,serif;max-width:42rem;margin:2rem auto;padding:0 1rem}"
    "blockquote{margin:.3rem 0 .3rem 1rem;font-style:italic}small{opacity:.75}li,p,h2{overflow-wrap:anywhere}"
    "table{border-collapse:collapse;font-size:.9rem}th,td{text-align:start;vertical-align:top;"
    "padding:.2rem .9rem .2rem 0;border-bottom:1px solid;overflow-wrap:anywhere}"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Exported:
    """An answer that is taken along, and when its question was asked where that is known."""

    answer: Answer
    asked_at: datetime | None = None


def as_plain(answer: Answer, words: Wording) -> str:
    """Write the sentences with their numbers, without signs of Markdown or sources; without any, why there are none."""
    said = (unmarked(one.text) + "".join(f" [{number}]" for number in one.citations) for one in answer.sentences)
    return " ".join(said) or retold(answer.reason, words)


def unmarked(value: str) -> str:
    """Drop the signs around `code` and **strong**."""
    return "".join(piece for _, piece in inline(value))


def as_markdown(answers: Sequence[Answer], words: Wording) -> str:
    """Write questions, answers and their quoted sources."""
    return "\n".join(markdown_of(answer, words) for answer in answers)


def as_html(answers: Sequence[Answer], title: str, words: Wording) -> str:
    """Write one page that fetches nothing and holds no script."""
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    head = f'<meta charset="utf-8">{policy}' + element("title", text(title)) + element("style", STYLE)
    body = "".join(html_of(answer, words) for answer in answers)
    return f"<!doctype html>{element('html', element('head', head) + element('body', body), lang=words.language)}\n"


def as_json(answers: Sequence[Answer]) -> str:
    """Write every answer as `footnote ask --json` does."""
    return json.dumps({"answers": [encode_answer(answer) for answer in answers]}, ensure_ascii=False, indent=2)


def file_name(title: str, suffix: str, at: datetime) -> str:
    """Name a file after its question, with letters, digits and hyphens only."""
    words = "".join(character if character.isalnum() else " " for character in title).split()
    return f"{'-'.join(words)[:LONGEST_NAME].strip('-') or 'answer'}-{at:%Y-%m-%d}.{suffix}"
