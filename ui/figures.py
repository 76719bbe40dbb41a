"""Numbers as a reader can check them: what code computed, series that a page states, and values that disagree.

Knows tables. Leaves the plot of a series to `ui/plots.py`; every plot has its table.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from assistant.evidence import Calculation, Disagreement, DisputedValue, Operand, Series
from ui.citation_marks import marks_of
from ui.rendering import element, text
from ui.turn_state import TurnState
from ui.wording import Wording

__all__ = ["MOST_ROWS", "calculation_box", "disagreement_box", "series_table", "series_title"]

MOST_ROWS = 200
"""A longer series is read from its plot, and from the page itself."""


def calculation_box(found: Calculation, state: TurnState, turn_id: str, words: Wording) -> str:
    """Show a computed value with its formula and where each value in it comes from."""
    head = element("strong", text(words.say("computed.title"))) + " " + element("code", text(found.formula))
    rows = [operand_row(operand, state, turn_id, words) for operand in found.operands]
    inside = titled_table(("computed.name", "computed.value", "computed.at"), rows, words) if rows else ""
    return element("div", head + inside, class_="fn-box fn-computed")


def operand_row(operand: Operand, state: TurnState, turn_id: str, words: Wording) -> tuple[str, ...]:
    """Write one value that a calculation used, with its mark."""
    figure = text(f"{words.number(operand.value)} {operand.unit}") + marks_of(
        (operand.citation,), state, turn_id, words
    )
    return text(operand.name), figure, day(operand.at, words) if operand.at else ""


def day(at: datetime, words: Wording) -> str:
    """Write a day that is not broken over two lines."""
    return element("time", text(words.dated(at)))


def disagreement_box(found: Disagreement, state: TurnState, turn_id: str, words: Wording) -> str:
    """Show every side of a disagreement: its value, its marks, its date, and which is the newest or said by most."""
    head = element("strong", text(words.say("disagree.title", about=found.about)))
    sides = (
        element("li", side_of(side, words) + marks_of(side.citations, state, turn_id, words), dir="auto")
        for side in found.values
    )
    return element("aside", head + element("ul", "".join(sides)), class_="fn-box fn-disagree")


def side_of(side: DisputedValue, words: Wording) -> str:
    """Write one value and what speaks for it."""
    tags = [words.say("disagree.newest")] if side.is_newest else []
    tags += [words.say("disagree.majority")] if side.is_majority else []
    tags += [words.dated(side.published)] if side.published else []
    said = text(side.value)
    return said + "".join(f" {element('span', text(tag), class_='fn-chip')}" for tag in tags)


def series_title(found: Series, state: TurnState, turn_id: str, words: Wording) -> str:
    """Name a series and the page that states it."""
    marks = marks_of((found.citation,), state, turn_id, words)
    return element("p", element("strong", text(found.name), dir="auto") + marks, class_="fn-series")


def series_table(found: Series, words: Wording) -> str:
    """Write the values of a series, folded below its plot."""
    rows = [
        (day(point.at, words), text(f"{words.number(point.value)} {found.unit}")) for point in found.points[-MOST_ROWS:]
    ]
    summary = element("summary", text(words.count("series.values", len(found.points))))
    inside = titled_table(("series.at", "series.value"), rows, words)
    return element("details", summary + inside, class_="fn-more")


def titled_table(heads: Sequence[str], rows: Iterable[Sequence[str]], words: Wording) -> str:
    """Write a table of cells that are safe already."""
    first = "".join(element("th", text(words.say(head)), scope="col") for head in heads)
    rest = "".join(element("tr", "".join(element("td", cell) for cell in row)) for row in rows)
    inside = element("thead", element("tr", first)) + element("tbody", rest)
    return element("div", element("table", inside, class_="fn-table"), class_="fn-wide", tabindex="0")
