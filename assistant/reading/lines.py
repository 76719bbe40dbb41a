"""A parsed page put in lines, block by block, each with what its place in the page says of it.

Knows elements of HTML. Leaves tables to `tables.py`, taking out what is unseen to `unseen.py` and choosing among the
lines to `main_text.py`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from lxml import etree  # type: ignore[import-untyped]

from assistant.reading.tables import is_data_table, rows_of

__all__ = ["Line", "Place", "lines_of", "text_of"]

PARAGRAPHS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "body",
        "caption",
        "center",
        "details",
        "div",
        "dl",
        "fieldset",
        "figcaption",
        "figure",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "ul",
    ]
)
"""Elements before and after which a blank line stands."""
LINES = frozenset(["br", "dd", "dt", "legend", "li", "option", "tbody", "tfoot", "thead", "tr"])
"""Elements that begin and end a line."""
CELLS = frozenset({"td", "th"})
SPACE = re.compile(r"[ \t\r\n\f\v\u00a0]+")
MOST_NAME_CHARACTERS = 300
"""Of an element's classes and id; more are machine-made."""
EDGE = r"(?:^|[-_ ])(?:%s)(?:$|[-_ ])"
ASIDES = re.compile(
    EDGE
    % r"""related|recommend\w*|shar(?:e|ing)\w*|social\w*|side|sidebar\w*|promo\w*|widget\w*|banner\w*|cookie\w*
    |newsletter\w*|footer\w*|header|masthead|menu\w*|nav\w*|breadcrumb\w*|subscri\w*|signup|ads?|advert\w*|sponsor\w*
    |popular|trending|more|tags?|meta|byline|author\w*|bio|toolbar|pagination|pager|modal\w*|popup\w*|login|register
    |cart|disclaimer|legal|copyright|cta|toc|similar|upsell|crosssell|carousel|slider|filters?|facets?|sort\w*
    |search\w*""",
    re.IGNORECASE | re.VERBOSE,
)
REMARKS = re.compile(r"comment|respon[ds]|disqus|repl(?:y|ies)", re.IGNORECASE)
CONTENT = re.compile(
    EDGE
    % r"""content\w*|article\w*|post\w*|entry\w*|body\w*|text|story\w*|main|description|message\w*|product\w*|detail\w*
    |question\w*|answer\w*|markdown|prose|rte|richtext|wysiwyg""",
    re.IGNORECASE | re.VERBOSE,
)
"""Words in class names and ids by which authors tell their parts apart."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a line stands: its nearest element, and what the names of those around it say."""

    tag: str = "body"
    is_aside: bool = False
    is_remark: bool = False
    is_content: bool = False
    is_main: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of a page (code is one of several), how much of it is links, and the table whose row it is."""

    text: str
    place: Place
    begins_paragraph: bool
    linked_characters: int = 0
    table: int | None = None


def lines_of(tree: etree._Element, left_out: Collection[etree._Element] = ()) -> list[Line]:
    """Return the lines of a page, one for each block and each row of a table, without some of its elements."""
    writer = Writer(left_out)
    writer.write(tree, Place(), is_linked=False)
    writer.end(Place(), blank=False)
    return writer.lines


def text_of(lines: Iterable[Line]) -> str:
    """Join lines to a text, with blank lines between paragraphs."""
    parts: list[str] = []
    table = None
    for line in lines:
        starts = line.begins_paragraph or line.table != table
        parts += [""] * bool(parts and starts) + [line.text]
        table = line.table
    return "\n".join(parts)


class Writer:
    """The lines written so far and the one under way."""

    def __init__(self, left_out: Collection[etree._Element]) -> None:
        """Begin with nothing."""
        self._left_out = left_out
        self.lines: list[Line] = []
        self._current: list[str] = []
        self._linked = 0
        self._begins_paragraph = False
        self._tables = 0
        self._distinct: dict[Place, Place] = {}
        """One object for each place, so that places may be told apart by identity: quicker than by what they hold."""
        self._places: dict[tuple[int, str, str, str | None], Place] = {}

    def write(self, element: etree._Element, around: Place, *, is_linked: bool) -> None:
        """Write an element; the parser bounds the depth of this recursion (libxml2: 256 levels without huge_tree)."""
        tag = element.tag
        if tag == "pre":
            self.write_verbatim(element, self.place_of(element, around))
        elif tag == "table" and is_data_table(element):
            self.write_table(element, self.place_of(element, around))
        else:
            self.write_block(element, around, is_linked=is_linked or tag == "a")

    def write_block(self, element: etree._Element, around: Place, *, is_linked: bool) -> None:
        """Write any element but the two whose white space or shape matters."""
        tag = element.tag
        is_block = tag in PARAGRAPHS or tag in LINES
        if is_block:
            self.end(around, blank=tag in PARAGRAPHS)
        elif tag in CELLS and any(map(str.strip, self._current)):
            self._current.append(" | ")
        place = self.place_of(element, around)
        self.add(element.text, is_linked=is_linked)
        for child in element:
            if isinstance(child.tag, str) and child not in self._left_out:
                self.write(child, place, is_linked=is_linked)
            self.add(child.tail, is_linked=is_linked)
        if is_block:
            self.end(place, blank=tag in PARAGRAPHS)

    def add(self, text: str | None, *, is_linked: bool) -> None:
        """Go on with the line under way."""
        if text:
            self._current.append(text)
            if is_linked:
                self._linked += len(text)

    def end(self, place: Place, *, blank: bool) -> None:
        """End the line under way, and the paragraph as well if a blank line is due."""
        if self._current:
            self.put(SPACE.sub(" ", "".join(self._current)).strip().removesuffix(" |"), place)
            self._current = []
            self._linked = 0
        self._begins_paragraph |= blank

    def put(self, text: str, place: Place, table: int | None = None) -> None:
        """Keep a line that holds anything."""
        if text:
            linked = min(self._linked, len(text))
            self.lines.append(
                Line(
                    text=text,
                    place=place,
                    begins_paragraph=self._begins_paragraph,
                    linked_characters=linked,
                    table=table,
                )
            )
            self._begins_paragraph = False

    def write_verbatim(self, element: etree._Element, place: Place) -> None:
        """Write lines that keep their white space: code, verse."""
        self.end(place, blank=True)
        self.put("\n".join(line.rstrip() for line in "".join(element.itertext()).strip("\n").splitlines()), place)
        self.end(place, blank=True)

    def write_table(self, element: etree._Element, place: Place) -> None:
        """Write a table, a row to a line."""
        self.end(place, blank=True)
        self._tables += 1
        for row in rows_of(element):
            self._linked = row.linked_characters
            self.put(row.text, place, self._tables)
        self._linked = 0
        self.end(place, blank=True)

    def place_of(self, element: etree._Element, around: Place) -> Place:
        """Say where the text of an element stands; names repeat, so that each is looked at once."""
        attributes = element.attrib
        names = f"{attributes.get('class', '')} {attributes.get('id', '')}"[:MOST_NAME_CHARACTERS] if attributes else ""
        key = (id(around), element.tag, names, attributes.get("role") if attributes else None)
        if key not in self._places:
            place = place_within(around, element, names if element.tag not in {"html", "body"} else "")
            self._places[key] = self._distinct.setdefault(place, place)
        return self._places[key]


def place_within(around: Place, element: etree._Element, names: str) -> Place:
    """Say what an element adds to its surroundings."""
    tag = element.tag
    return Place(
        tag=tag if tag in PARAGRAPHS or tag in LINES or tag == "a" else around.tag,
        is_aside=around.is_aside or bool(ASIDES.search(names)),
        is_remark=around.is_remark or bool(REMARKS.search(names)),
        is_content=around.is_content or bool(CONTENT.search(names)),
        is_main=around.is_main or tag in {"main", "article"} or element.get("role") == "main",
    )
