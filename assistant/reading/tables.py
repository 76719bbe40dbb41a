"""Tables whose rows can be read, and quoted, each by itself.

A row is one line, " | " between its cells. A number carries the name of its column, and a cell that spans several rows
stands in each of them: a passage from the middle of a long table still says what its numbers are. Knows elements of
HTML; which tables only lay out a page is judged here too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree  # type: ignore[import-untyped]

__all__ = ["Row", "is_data_table", "rows_of"]

SPACE = re.compile(r"\s+")
DIGIT = re.compile(r"\d")
MOST_CELL_WORDS = 60
"""A cell with more is a part of a page that a table lays out."""
BLOCKS = frozenset(
    ["article", "div", "form", "h1", "h2", "h3", "h4", "h5", "h6", "p", "pre", "section", "table", "ul", "ol"]
)
MOST_BLOCKS_IN_A_CELL = 3
MOST_HEADER_WORDS = 6
"""A longer heading is a sentence: before each number it would hide the row."""
MOST_SPAN = 100
"""Of columns or rows: no honest table asks for more, and browsers stop at 1,000."""
MOST_COLUMNS = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row as a line, and how many characters of it are links."""

    text: str
    linked_characters: int


def is_data_table(table: etree._Element) -> bool:
    """Tell a table of values from one that lays out a page: short cells, no table inside, two columns or more."""
    if table.get("role") in {"presentation", "none"}:
        return False
    columns = 0
    for row in table.iter("tr"):
        cells = [cell for cell in row if cell.tag in {"td", "th"}]
        columns = max(columns, len(cells))
        if any(is_layout(cell) for cell in cells):
            return False
    return columns > 1


def is_layout(cell: etree._Element) -> bool:
    """Tell a cell that holds a part of a page instead of a value."""
    blocks = sum(1 for inner in cell.iter() if inner.tag in BLOCKS)
    if blocks > MOST_BLOCKS_IN_A_CELL or next(cell.iter("table"), None) is not None:
        return True
    return len(" ".join(cell.itertext()).split()) > MOST_CELL_WORDS


def rows_of(table: etree._Element) -> Iterator[Row]:
    """Give the caption and the rows of a data table."""
    for caption in table.iterchildren("caption"):
        yield Row(text=words_of(caption), linked_characters=0)
    names: list[str] = []
    spanning: dict[int, tuple[int, str]] = {}
    for position, row in enumerate(table.iter("tr")):
        cells = filled(row, spanning)
        is_header = position == 0 and all(cell.tag == "th" for cell in row if cell.tag in {"td", "th"})
        is_header = is_header or row.getparent().tag == "thead"
        linked = sum(len("".join(link.itertext())) for link in row.iter("a"))
        named = [] if is_header else names
        texts = [with_name(text, named[column] if column < len(named) else "", column) for column, text in cells]
        names = [text for _, text in widened(row)] if is_header else names
        yield Row(text=" | ".join(text for text in texts if text), linked_characters=linked)


def filled(row: etree._Element, spanning: dict[int, tuple[int, str]]) -> list[tuple[int, str]]:
    """Return the cells of a row with their columns, those that reach down from earlier rows included."""
    own = [cell for cell in row if cell.tag in {"td", "th"}]
    cells: list[tuple[int, str]] = []
    column = 0
    while own or any(place >= column for place in spanning):
        if column in spanning:
            left, text = spanning.pop(column)
            if left > 1:
                spanning[column] = (left - 1, text)
            cells.append((column, text))
            column += 1
        elif own:
            cell = own.pop(0)
            text = words_of(cell)
            cells.append((column, text))
            if (down := span(cell, "rowspan")) > 1:
                spanning[column] = (down - 1, text)
            column += span(cell, "colspan")
        else:
            column += 1
        if column > MOST_COLUMNS:
            break
    return cells


def widened(row: etree._Element) -> Iterator[tuple[int, str]]:
    """Give the text that heads each column; a heading over several columns heads each of them."""
    column = 0
    for cell in row:
        if cell.tag in {"td", "th"}:
            text = words_of(cell)
            for _ in range(span(cell, "colspan")):
                yield column, text
                column += 1


def span(cell: etree._Element, name: str) -> int:
    """Return how many columns or rows a cell takes."""
    stated = cell.get(name, "1").strip()
    return min(max(int(stated), 1), MOST_SPAN) if stated.isascii() and stated.isdecimal() and len(stated) < 5 else 1  # noqa: PLR2004


def with_name(text: str, name: str, column: int) -> str:
    """Put the name of its column before a number; the first cell names the row itself."""
    is_wanted = column and name and DIGIT.search(text) and len(name.split()) <= MOST_HEADER_WORDS
    return f"{name}: {text}" if is_wanted and name.casefold() not in text.casefold() else text


def words_of(element: etree._Element) -> str:
    """Return the text of an element on one line."""
    return SPACE.sub(" ", " ".join("".join(element.itertext()).split()))
