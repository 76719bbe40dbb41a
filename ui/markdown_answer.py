"""One answer as Markdown: what was asked and said, what code computed, and every source with its quotation.

Knows CommonMark and GitHub's tables. Every word of a page or a model is escaped, but for what the page itself shows as
code or as strong; only web addresses are links.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from assistant.evidence import Answer, Calculation, Citation, Disagreement, Sentence, Series, Verdict
from ui.engine_lines import retold
from ui.prose_blocks import ITEM, grouped, table_rows
from ui.rendering import inline, is_web, plain, quote_link, site_of
from ui.turn_state import TurnState
from ui.wording import Wording

__all__ = ["doubt_of", "markdown_of", "sides_of"]

ANYWHERE = r"[\\`*_\[\]<>&|~$@]|:(?=//)|(?<=\bwww)\."
"""What Markdown (CommonMark and GitHub's) could take for more than text, where it stands; the rest stays readable."""
SPECIAL_IN_LINE = re.compile(ANYWHERE)
SPECIAL = re.compile(ANYWHERE + r"|^[#+=-]|(?<=^\d)[.)]|(?<=^\d\d)[.)]")
"""At the beginning of a line there are more."""
ESCAPED = r"\\\g<0>"
FLANKED = re.compile(r"[^\W_](?:.*[^\W_])?")
"""What two asterisks make strong wherever it stands (CommonMark 0.31, 6.2): it begins and ends with a word."""


def markdown_of(answer: Answer, words: Wording) -> str:
    """Write one answer."""
    said = [*said_in(answer, words)] or [literal(retold(answer.reason, words))]
    parts = [f"## {literal(answer.question)}", *said]
    parts += [disagreement(found, words) for found in answer.disagreements]
    parts += [series(found, words) for found in answer.series]
    parts += [f"- {literal(retold(line, words))}" for line in (*answer.warnings, *answer.gaps)]
    if answer.citations:
        parts += [f"### {words.say('sources.title')}", "\n".join(map(source, answer.citations))]
    return "\n\n".join(filter(None, parts)) + "\n"


def literal(value: str) -> str:
    """Escape a text so that Markdown shows it as it is."""
    return SPECIAL.sub(ESCAPED, " ".join(plain(value).split()))


def cell(value: str) -> str:
    """Escape a text that stands in a line, where a figure need not be escaped."""
    return SPECIAL_IN_LINE.sub(ESCAPED, " ".join(plain(value).split()))


def prose(value: str, first: re.Pattern[str] = SPECIAL) -> str:
    """Write a sentence of the model: `code` and **strong** as on the page, everything else escaped."""
    written, before = "", ""
    for tag, said in inline(value):
        if said:
            apart = " " if tag and tag == before else ""
            written += apart + piece(tag, said, SPECIAL_IN_LINE if written.strip() else first)
            before = tag
    return " ".join(written.split())


def piece(tag: str, said: str, special: re.Pattern[str]) -> str:
    """Write a part of a line; code holds no backtick, and no two parts of a kind touch, which Markdown would join."""
    line = re.sub(r"\s+", " ", plain(said))
    if tag == "code":
        return f"`{line.strip()}`" if line.strip() else ""
    if tag == "strong" and FLANKED.fullmatch(line):
        return f"**{SPECIAL_IN_LINE.sub(ESCAPED, line)}**"
    return special.sub(ESCAPED, f"**{line}**" if tag else line.lstrip() if special is not SPECIAL_IN_LINE else line)


def said_in(answer: Answer, words: Wording) -> Iterator[str]:
    """Write the sentences in blocks, and below each block what code computed for it."""
    for kind, group in grouped(TurnState.of(answer)):
        if written := block(kind, group, words):
            yield written
        for found in (sentence.calculation for sentence in group if sentence.calculation):
            yield calculation(found, words)


def block(kind: str, group: Sequence[Sentence], words: Wording) -> str:
    """Write one block: a paragraph, a quotation, a list or a table."""
    if kind == "table":
        return said_table(group, words)
    if kind == "list":
        is_numbered = all(said.text.lstrip()[:1].isdigit() for said in group)
        items = (sentence_markup(said, ITEM.sub("", said.text, 1), words) for said in group)
        return "\n".join(f"{f'{place}.' if is_numbered else '-'} {item}" for place, item in enumerate(items, 1))
    written = " ".join(sentence_markup(said, said.text, words) for said in group)
    return f"> {written}" if kind == "quotation" else written


def sentence_markup(sentence: Sentence, said: str, words: Wording) -> str:
    """Write one sentence with its numbers, and its verdict where that is not the best."""
    doubt = doubt_of(sentence, words)
    return prose(said) + numbers_of(sentence.citations) + (f" *({doubt})*" if doubt else "")


def numbers_of(citations: Iterable[int]) -> str:
    """Write the numbers of sources behind what they state."""
    return "".join(f" [{number}]" for number in citations)


def doubt_of(sentence: Sentence, words: Wording) -> str:
    """Name a verdict that a reader must know of."""
    return "" if sentence.verdict is Verdict.SUPPORTED else words.say(f"verdict.{sentence.verdict}")


def said_table(group: Sequence[Sentence], words: Wording) -> str:
    """Write a table of the model, with the numbers of a row in its last cell and its doubts below it."""
    rows = table_rows(group)
    cells = [[prose(said, SPECIAL_IN_LINE) for said in row.cells] for row in rows]
    for row, written in zip(rows, cells, strict=True):
        written[-1] += numbers_of(row.citations)
    heads = [written for row, written in zip(rows, cells, strict=True) if row.is_head]
    doubts = dict.fromkeys(doubt for said in group if (doubt := doubt_of(said, words)))
    below = [f"*({', '.join(doubts)})*"] if doubts and rows else []
    return "\n\n".join([table(heads[0] if heads else [], cells[1 if heads else 0 :]), *below]) if rows else ""


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table of cells that are escaped already; all rows are as wide as the widest."""
    width = max(map(len, (heads, *rows)))
    lines = [line([*cells, *[""] * (width - len(cells))]) for cells in (heads, *rows)]
    return "\n".join([lines[0], line(["---"] * width), *lines[1:]])


def line(cells: Sequence[str]) -> str:
    """Write one line of a table."""
    return f"| {' | '.join(cells)} |"


def titled_table(heads: Sequence[str], rows: Sequence[Sequence[str]], words: Wording) -> str:
    """Write a table of our own."""
    return table([cell(words.say(head)) for head in heads], rows)


def calculation(found: Calculation, words: Wording) -> str:
    """Write a computed value with its formula and where each value in it comes from."""
    head = f"**{cell(words.say('computed.title'))}** {cell(found.formula)}"
    rows = [
        (
            cell(one.name),
            cell(f"{words.number(one.value)} {one.unit}") + numbers_of((one.citation,)),
            f"{one.at:%Y-%m-%d}" if one.at else "",
        )
        for one in found.operands
    ]
    heads = ("computed.name", "computed.value", "computed.at")
    return f"{head}\n\n{titled_table(heads, rows, words)}" if rows else head


def disagreement(found: Disagreement, words: Wording) -> str:
    """Write every side of a disagreement with its sources."""
    head = f"**{cell(words.say('disagree.title', about=found.about))}**"
    sides = (f"- {literal(told)}{numbers_of(numbers)}" for told, numbers in sides_of(found, words))
    return "\n".join([head, "", *sides])


def sides_of(found: Disagreement, words: Wording) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Tell each value of a disagreement and what speaks for it, with the numbers of its sources."""
    for side in found.values:
        tags = [words.say("disagree.newest")] if side.is_newest else []
        tags += [words.say("disagree.majority")] if side.is_majority else []
        tags += [f"{side.published:%Y-%m-%d}"] if side.published else []
        yield (f"{side.value} ({', '.join(tags)})" if tags else side.value), side.citations


def series(found: Series, words: Wording) -> str:
    """Write every value of a series as a table: on the page there is a plot."""
    rows = [(f"{point.at:%Y-%m-%d}", cell(f"{words.number(point.value)} {found.unit}")) for point in found.points]
    head = f"**{cell(found.name)}**{numbers_of((found.citation,))}"
    return f"{head}\n\n{titled_table(('series.at', 'series.value'), rows, words)}"


def source(citation: Citation) -> str:
    """Write one source with its quotation."""
    title = literal(citation.title or site_of(citation.url))
    address = quote_link(citation.url, citation.quote)
    named = f"[{title}](<{address.translate({60: '%3C', 62: '%3E'})}>)" if is_web(citation.url) else title
    day = f", {citation.published:%Y-%m-%d}" if citation.published else ""
    return f"{citation.number}. {named}{day}\n   > {literal(citation.quote)}"
