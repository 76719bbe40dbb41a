"""One answer as HTML that stands alone: what was asked and said, what code computed, and every source quoted.

Knows what a reader without our styles and without any script must be told. Leaves the page around it to
`exporting.py`. Every word of a page or a model is escaped, and only web addresses are links.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from assistant.evidence import Answer, Calculation, Citation, Disagreement, Sentence, Series
from ui.engine_lines import retold
from ui.markdown_answer import doubt_of, sides_of
from ui.prose_blocks import ITEM, grouped, table_rows
from ui.rendering import element, link, prose, quote_link, site_of, text
from ui.turn_state import TurnState
from ui.wording import Wording

__all__ = ["html_of"]


def html_of(answer: Answer, words: Wording) -> str:
    """Write one answer."""
    said = "".join(said_in(answer, words)) or element("p", text(retold(answer.reason, words)), dir="auto")
    remarks = "".join(element("li", text(retold(line, words))) for line in (*answer.warnings, *answer.gaps))
    sources = "".join(map(source, answer.citations))
    parts = (
        element("h2", text(answer.question), dir="auto"),
        said,
        *(disagreement(found, words) for found in answer.disagreements),
        *(series(found, words) for found in answer.series),
        element("ul", remarks) if remarks else "",
        element("h3", text(words.say("sources.title"))) + element("ol", sources) if sources else "",
    )
    return "".join(parts)


def said_in(answer: Answer, words: Wording) -> Iterator[str]:
    """Write the sentences in blocks, and below each block what code computed for it."""
    for kind, group in grouped(TurnState.of(answer)):
        yield block(kind, group, words)
        yield from (calculation(sentence.calculation, words) for sentence in group if sentence.calculation)


def block(kind: str, group: Sequence[Sentence], words: Wording) -> str:
    """Write one block: a paragraph, a list or a table."""
    if kind == "table":
        return said_table(group, words)
    if kind == "list":
        items = "".join(element("li", sentence_markup(said, ITEM.sub("", said.text, 1), words)) for said in group)
        is_numbered = all(said.text.lstrip()[:1].isdigit() for said in group)
        return element("ol" if is_numbered else "ul", items, dir="auto")
    return element("p", " ".join(sentence_markup(said, said.text, words) for said in group), dir="auto")


def sentence_markup(sentence: Sentence, said: str, words: Wording) -> str:
    """Write one sentence with its numbers, and its verdict where that is not the best."""
    doubt = doubt_of(sentence, words)
    return prose(said) + numbers_of(sentence.citations) + (" " + element("small", text(f"({doubt})")) if doubt else "")


def numbers_of(citations: Iterable[int]) -> str:
    """Write the numbers of sources behind what they state."""
    return "".join(f" [{number}]" for number in citations)


def said_table(group: Sequence[Sentence], words: Wording) -> str:
    """Write a table of the model, with the numbers of a row in its last cell and its doubts below it."""
    rows = []
    for row in table_rows(group):
        *cells, last = map(prose, row.cells)
        tag = {"tag": "th", "scope": "col"} if row.is_head else {"tag": "td"}
        whole = (*cells, last + numbers_of(row.citations))
        rows.append(element("tr", "".join(element(inside=cell, **tag) for cell in whole)))
    doubts = dict.fromkeys(doubt for said in group if (doubt := doubt_of(said, words)))
    below = element("p", element("small", text(f"({', '.join(doubts)})"))) if doubts and rows else ""
    return element("table", "".join(rows)) + below if rows else ""


def titled_table(heads: Sequence[str], rows: Iterable[Sequence[str]], words: Wording) -> str:
    """Write a table of our own, of cells that are safe already."""
    first = element("tr", "".join(element("th", text(words.say(head)), scope="col") for head in heads))
    rest = (element("tr", "".join(element("td", cell) for cell in row)) for row in rows)
    return element("table", first + "".join(rest))


def calculation(found: Calculation, words: Wording) -> str:
    """Write a computed value with its formula and where each value in it comes from."""
    head = element("strong", text(words.say("computed.title"))) + " " + element("code", text(found.formula))
    rows = [
        (
            text(one.name),
            text(f"{words.number(one.value)} {one.unit}") + numbers_of((one.citation,)),
            f"{one.at:%Y-%m-%d}" if one.at else "",
        )
        for one in found.operands
    ]
    heads = ("computed.name", "computed.value", "computed.at")
    return element("p", head) + (titled_table(heads, rows, words) if rows else "")


def disagreement(found: Disagreement, words: Wording) -> str:
    """Write every side of a disagreement with its sources."""
    head = element("p", element("strong", text(words.say("disagree.title", about=found.about))), dir="auto")
    sides = (element("li", text(told) + numbers_of(numbers), dir="auto") for told, numbers in sides_of(found, words))
    return head + element("ul", "".join(sides))


def series(found: Series, words: Wording) -> str:
    """Write every value of a series as a table: on the page there is a plot."""
    rows = [(f"{point.at:%Y-%m-%d}", text(f"{words.number(point.value)} {found.unit}")) for point in found.points]
    head = element("p", element("strong", text(found.name)) + numbers_of((found.citation,)), dir="auto")
    return head + titled_table(("series.at", "series.value"), rows, words)


def source(citation: Citation) -> str:
    """Write one source with its quotation."""
    named = link(quote_link(citation.url, citation.quote), text(citation.title or site_of(citation.url)), dir="auto")
    day = text(f", {citation.published:%Y-%m-%d}") if citation.published else ""
    quoted = element("blockquote", text(citation.quote), dir="auto")
    return element("li", named + day + quoted, value=str(citation.number))
