"""An answer or a chat as a file: Markdown, one HTML page without any script, and JSON.

Knows formats, but for PDF (`pdf_export.py`). Every word of a page or a model is escaped for the format it stands in;
only web addresses are links.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.answer_json import encode_answer
from assistant.evidence import Answer, Citation, Sentence, Verdict
from ui.engine_lines import retold
from ui.rendering import element, is_web, link, plain, quote_link, site_of, text
from ui.wording import Wording

__all__ = ["Exported", "as_html", "as_json", "as_markdown", "as_plain", "file_name"]

LONGEST_NAME = 60
SPECIAL = re.compile(r"[\\`*_\[\]<>&|~$@]|:(?=//)|(?<=\bwww)\.|^[#+=-]|(?<=^\d)[.)]|(?<=^\d\d)[.)]")
"""What Markdown (CommonMark and GitHub's) could take for more than text, where it stands; the rest stays readable."""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
STYLE = (
    ":root{color-scheme:light dark}body{font:1.05rem/1.6 Georgia,serif;max-width:42rem;margin:2rem auto;padding:0 1rem}"
    "blockquote{margin:.3rem 0 .3rem 1rem;font-style:italic}small{opacity:.75}li,p,h2{overflow-wrap:anywhere}"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Exported:
    """An answer that is taken along, and when its question was asked where that is known."""

    answer: Answer
    asked_at: datetime | None = None


def as_plain(answer: Answer) -> str:
    """Write the sentences with their numbers, and no sources."""
    said = (sentence.text + "".join(f" [{number}]" for number in sentence.citations) for sentence in answer.sentences)
    return " ".join(said) or answer.reason


def as_markdown(answers: Sequence[Answer], words: Wording) -> str:
    """Write questions, answers and their quoted sources."""
    return "\n".join(markdown_of(answer, words) for answer in answers)


def markdown_of(answer: Answer, words: Wording) -> str:
    """Write one answer."""
    said = " ".join(markdown_sentence(sentence, words) for sentence in answer.sentences)
    parts = [f"## {literal(answer.question)}", said or literal(retold(answer.reason, words))]
    parts += [f"- {literal(retold(line, words))}" for line in (*answer.warnings, *answer.gaps)]
    if answer.citations:
        parts += [f"### {words.say('sources.title')}", "\n".join(map(markdown_source, answer.citations))]
    return "\n\n".join(filter(None, parts)) + "\n"


def literal(value: str) -> str:
    """Escape a text so that Markdown shows it as it is."""
    return SPECIAL.sub(r"\\\g<0>", " ".join(plain(value).split()))


def markdown_sentence(sentence: Sentence, words: Wording) -> str:
    """Write one sentence with its numbers, and its verdict where that is not the best."""
    numbers = "".join(f" [{number}]" for number in sentence.citations)
    doubt = doubt_of(sentence, words)
    return literal(sentence.text) + numbers + (f" *({doubt})*" if doubt else "")


def doubt_of(sentence: Sentence, words: Wording) -> str:
    """Name a verdict that a reader must know of."""
    return "" if sentence.verdict is Verdict.SUPPORTED else words.say(f"verdict.{sentence.verdict}")


def markdown_source(citation: Citation) -> str:
    """Write one source with its quotation."""
    title = literal(citation.title or site_of(citation.url))
    address = quote_link(citation.url, citation.quote)
    named = f"[{title}](<{address.translate({60: '%3C', 62: '%3E'})}>)" if is_web(citation.url) else title
    day = f", {citation.published:%Y-%m-%d}" if citation.published else ""
    return f"{citation.number}. {named}{day}\n   > {literal(citation.quote)}"


def as_html(answers: Sequence[Answer], title: str, words: Wording) -> str:
    """Write one page that fetches nothing and holds no script."""
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    head = f'<meta charset="utf-8">{policy}' + element("title", text(title)) + element("style", STYLE)
    body = "".join(html_of(answer, words) for answer in answers)
    return f"<!doctype html>{element('html', element('head', head) + element('body', body), lang=words.language)}\n"


def html_of(answer: Answer, words: Wording) -> str:
    """Write one answer."""
    said = " ".join(html_sentence(sentence, words) for sentence in answer.sentences)
    remarks = "".join(element("li", text(retold(line, words))) for line in (*answer.warnings, *answer.gaps))
    sources = "".join(html_source(citation) for citation in answer.citations)
    head = element("h2", text(answer.question), dir="auto") + element(
        "p", said or text(retold(answer.reason, words)), dir="auto"
    )
    listed = element("h3", text(words.say("sources.title"))) + element("ol", sources) if sources else ""
    return head + (element("ul", remarks) if remarks else "") + listed


def html_sentence(sentence: Sentence, words: Wording) -> str:
    """Write one sentence with its numbers, and its verdict where that is not the best."""
    numbers = "".join(f" [{number}]" for number in sentence.citations)
    doubt = doubt_of(sentence, words)
    return text(sentence.text) + numbers + (" " + element("small", text(f"({doubt})")) if doubt else "")


def html_source(citation: Citation) -> str:
    """Write one source with its quotation."""
    named = link(quote_link(citation.url, citation.quote), text(citation.title or site_of(citation.url)), dir="auto")
    day = text(f", {citation.published:%Y-%m-%d}") if citation.published else ""
    quoted = element("blockquote", text(citation.quote), dir="auto")
    return element("li", named + day + quoted, value=str(citation.number))


def as_json(answers: Sequence[Answer]) -> str:
    """Write every answer as `footnote ask --json` does."""
    return json.dumps({"answers": [encode_answer(answer) for answer in answers]}, ensure_ascii=False, indent=2)


def file_name(title: str, suffix: str, at: datetime) -> str:
    """Name a file after its question, with letters, digits and hyphens only."""
    words = "".join(character if character.isalnum() else " " for character in title).split()
    return f"{'-'.join(words)[:LONGEST_NAME].strip('-') or 'answer'}-{at:%Y-%m-%d}.{suffix}"
