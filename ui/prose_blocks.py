"""The sentences of an answer as blocks of markup: paragraphs, lists, tables, quotations, and what code computed.

Knows which sentences belong together. A block that is complete never changes while later ones are written, so that a
page redraws only the last: a long answer streams as fast as a short one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from assistant.evidence import Sentence, Verdict
from assistant.language.detection import detect_language
from ui.citation_marks import marks_of
from ui.figures import calculation_box
from ui.rendering import element, prose, text
from ui.turn_state import TurnState
from ui.wording import Wording

__all__ = ["ITEM", "SIGNS", "Row", "answer_blocks", "grouped", "is_quotation", "language_of", "table_rows"]

PARAGRAPH = 5
"""Sentences in a paragraph: the writer marks none, and more in one piece are a wall."""
ITEM = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")
ROW = re.compile(r"^\s*\|.*\|\s*$")
RULE = re.compile(r"^[\s|:-]+$")
"""The line of a Markdown table between its head and its rows."""
SIGNS = {Verdict.PARTLY: "≈", Verdict.UNSUPPORTED: "✕"}
"""Beside the words, so that colour is never the only difference."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row of a table that the model wrote."""

    cells: tuple[str, ...]
    is_head: bool
    citations: tuple[int, ...]


def answer_blocks(state: TurnState, turn_id: str, words: Wording) -> list[str]:
    """Write the sentences in blocks, each in the answer's language."""
    language = language_of(state)
    attributes = {"lang": language} if language else {}
    return [
        element("div", inside, class_="fn-answer", dir="auto", **attributes) + computed(group, state, turn_id, words)
        for kind, group in grouped(state)
        if (inside := block(kind, group, state, turn_id, words))
    ]


def grouped(state: TurnState) -> Iterable[tuple[str, list[Sentence]]]:
    """Put neighbours of one kind together; a paragraph ends after a few sentences."""
    for kind, found in groupby(state.sentences, lambda sentence: kind_of(sentence, state)):
        group, size = list(found), PARAGRAPH if kind == "prose" else len(state.sentences)
        yield from ((kind, group[start : start + size]) for start in range(0, len(group), size))


def kind_of(sentence: Sentence, state: TurnState) -> str:
    """Tell what a sentence is."""
    if is_quotation(sentence, state):
        return "quotation"
    lines = [line for line in sentence.text.splitlines() if line.strip()]
    if lines and all(ROW.match(line) for line in lines):
        return "table"
    return "list" if ITEM.match(sentence.text) else "prose"


def is_quotation(sentence: Sentence, state: TurnState) -> bool:
    """Tell whether a sentence is nothing but what it cites, as in an answer that no model wrote."""
    cited = (state.citations.get(number) for number in sentence.citations)
    return any(citation and citation.quote.split() == sentence.text.split() for citation in cited)


def block(kind: str, group: Sequence[Sentence], state: TurnState, turn_id: str, words: Wording) -> str:
    """Write one block."""
    if kind == "table":
        return table(group, state, turn_id, words)
    if kind == "list":
        items = (sentence_markup(said, ITEM.sub("", said.text, 1), state, turn_id, words) for said in group)
        is_numbered = all(said.text.lstrip()[:1].isdigit() for said in group)
        return element("ol" if is_numbered else "ul", "".join(element("li", item) for item in items))
    said = " ".join(sentence_markup(sentence, sentence.text, state, turn_id, words) for sentence in group)
    return element("p", said)


def sentence_markup(sentence: Sentence, said: str, state: TurnState, turn_id: str, words: Wording) -> str:
    """Write one sentence; one that is not fully supported is underlined and says so in words."""
    inside = element("span", prose(said), class_="fn-said")
    inside += marks_of(sentence.citations, state, turn_id, words)
    if sentence.verdict is not Verdict.SUPPORTED:
        sign = element("span", SIGNS[sentence.verdict], aria_hidden="true")
        verdict = text(words.say(f"verdict.{sentence.verdict}"))
        inside += element("span", f"{sign} {verdict}", class_="fn-verdict")
    kind = " fn-quotation" if is_quotation(sentence, state) else ""
    return element("span", inside, class_=f"fn-sentence fn-{sentence.verdict}{kind}")


def table(group: Sequence[Sentence], state: TurnState, turn_id: str, words: Wording) -> str:
    """Write rows of a Markdown table as a table, with the marks of each row in its last cell."""
    rows = []
    for row in table_rows(group):
        marks = marks_of(row.citations, state, turn_id, words)
        *cells, last = (prose(cell) for cell in row.cells)
        tag = {"tag": "th", "scope": "col"} if row.is_head else {"tag": "td"}
        rows.append(element("tr", "".join(element(inside=cell, **tag) for cell in (*cells, last + marks))))
    return scrolling(element("table", "".join(rows), class_="fn-table")) if rows else ""


def table_rows(group: Sequence[Sentence]) -> list[Row]:
    """Read the rows of a Markdown table; the last row of a sentence has its citations."""
    lines = [(line, said) for said in group for line in said.text.splitlines() if line.strip()]
    rules = [place for place, (line, _) in enumerate(lines) if RULE.match(line)]
    return [
        Row(
            cells=tuple(cell.strip() for cell in line.strip().strip("|").split("|")),
            is_head=bool(rules) and place < rules[0],
            citations=said.citations if place + 1 == len(lines) or lines[place + 1][1] is not said else (),
        )
        for place, (line, said) in enumerate(lines)
        if place not in rules
    ]


def scrolling(wide: str) -> str:
    """Let a wide table scroll inside the page, by keyboard too."""
    return element("div", wide, class_="fn-wide", tabindex="0")


def computed(group: Sequence[Sentence], state: TurnState, turn_id: str, words: Wording) -> str:
    """Write what code computed for the sentences of a block."""
    found = (said.calculation for said in group if said.calculation)
    return "".join(calculation_box(one, state, turn_id, words) for one in found)


def language_of(state: TurnState) -> str:
    """Name the language of an answer: the question's while it runs, by its words once it is kept."""
    if state.query:
        return state.query.language
    return detected(" ".join(sentence.text for sentence in state.sentences[:PARAGRAPH]))


@lru_cache(256)
def detected(said: str) -> str:
    """Find the language of a text once: a page is drawn again at each click."""
    return detect_language(said) or ""
