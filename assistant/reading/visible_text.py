"""What a person sees of a parsed page: hidden parts and navigation taken out, and text put in lines, block by block.

Knows elements of HTML, and of the tree that trafilatura makes of it. Leaves finding the main text among the rest to
`extraction.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree  # type: ignore[import-untyped]
from lxml.html import HtmlElement  # type: ignore[import-untyped]

__all__ = ["drop_navigation", "drop_unseen", "main_part", "text_of"]

UNSEEN = frozenset(
    ["dialog", "embed", "head", "iframe", "noscript", "script", "select", "style", "template", "textarea"]
)
UNREAD = frozenset(["audio", "button", "canvas", "object", "svg", "video"])
MOST_UNREAD_WORDS = 40
"""What is longer is text of the page that careless markup put inside, where browsers do not leave it."""
NAVIGATION = frozenset(["aside", "footer", "menu", "nav"])
ROLES = frozenset(
    [
        "banner",
        "complementary",
        "contentinfo",
        "dialog",
        "menu",
        "menubar",
        "navigation",
        "search",
        "tablist",
        "toolbar",
    ]
)
MANUAL_NAVIGATION = frozenset(
    [
        "navheader",
        "navfooter",
        "related",
        "sphinxsidebar",
        "headerlink",
        "id_link",
        "toc",
        "docnav",
        "mw-editsection",
        "noprint",
        "breadcrumb",
        "breadcrumbs",
        "skip-link",
    ]
)
"""Names that DocBook, Sphinx, Publican and MediaWiki give to what leads to other places."""
HIDING = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
ANCHOR_SIGNS = frozenset({"¶", "#", "§", "🔗"})
FEWEST_LINKS = 3
MOST_LINK_SHARE = 0.9
MOST_LABEL_CHARACTERS = 40
"""A list that is nothing but short links is a menu."""
MOST_NAVIGATION_SHARE = 0.6
"""An element with more of the page's text than this is no navigation, whatever it calls itself."""
FEWEST_MAIN_SHARE = 0.3
"""An element that calls itself the main part and holds less of the page's text than this is not."""

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
        "head",
        "header",
        "hgroup",
        "hr",
        "list",
        "main",
        "ol",
        "p",
        "pre",
        "quote",
        "section",
        "summary",
        "table",
        "ul",
    ]
)
"""Elements before and after which a blank line stands; `head`, `list` and `quote` are trafilatura's names."""
LINES = frozenset(["br", "dd", "dt", "item", "lb", "legend", "li", "option", "row", "tbody", "tfoot", "thead", "tr"])
"""Elements that begin and end a line; `item`, `lb` and `row` are trafilatura's names."""
CELLS = frozenset(["cell", "td", "th"])
SPACE = re.compile(r"[ \t\r\n\f\v\u00a0]+")


def drop_unseen(tree: HtmlElement) -> None:
    """Take out in place what is there and not shown: scripts, forms' parts, hidden elements, anchor signs."""
    for element in list(tree.iter(etree.Element)):
        if element.tag not in {"html", "body"} and is_unseen(element):
            remove(element)


def is_unseen(element: HtmlElement) -> bool:
    """Tell what a browser does not show, or shows as a control and not as text."""
    if element.tag in UNSEEN or "hidden" in element.attrib or element.get("aria-hidden") == "true":
        return True
    if element.tag == "a" and (element.text or "").strip() in ANCHOR_SIGNS:
        return str(element.get("href", "#")).startswith("#")
    if element.tag in UNREAD:
        return len(" ".join(element.itertext()).split()) <= MOST_UNREAD_WORDS
    return HIDING.search(element.get("style", "")) is not None


def drop_navigation(tree: HtmlElement) -> None:
    """Take out in place what leads to other pages instead of saying something."""
    most_characters = MOST_NAVIGATION_SHARE * len("".join(tree.itertext()))
    for element in list(tree.iter(etree.Element)):
        if is_navigation(element) and len("".join(element.itertext())) <= most_characters:
            remove(element)


def is_navigation(element: HtmlElement) -> bool:
    """Tell navigation by element, role, class, or by being a list of short links."""
    if element.tag in NAVIGATION or element.get("role") in ROLES:
        return True
    if element.tag in {"html", "body", "main", "article"}:
        return False
    if MANUAL_NAVIGATION.intersection(element.get("class", "").split()):
        return True
    if element.tag == "header":
        return not any(ancestor.tag in {"article", "main", "section"} for ancestor in element.iterancestors())
    return element.tag in {"ul", "ol", "table"} and is_menu(element)


def is_menu(element: HtmlElement) -> bool:
    """Tell a list or table that holds hardly anything but short links."""
    labels = [" ".join(link.itertext()).strip() for link in element.iter("a")]
    if len(labels) < FEWEST_LINKS or max(map(len, labels)) > MOST_LABEL_CHARACTERS:
        return False
    total = sum(len(text.strip()) for text in element.itertext())
    return sum(map(len, labels)) >= MOST_LINK_SHARE * total


def remove(element: HtmlElement) -> None:
    """Take an element out and leave the text that follows it."""
    if element.getparent() is not None:
        element.drop_tree()


def main_part(tree: HtmlElement) -> HtmlElement:
    """Return the element that a page declares to be its main part, or the whole page."""
    whole = len("".join(tree.itertext()))
    for path in (".//main", './/*[@role="main"]', ".//article"):
        found = tree.xpath(path)
        if len(found) == 1 and len("".join(found[0].itertext())) >= FEWEST_MAIN_SHARE * whole:
            return found[0]
    return tree


def text_of(element: etree._Element) -> str:
    """Return the text of an element: a line for each block, blank lines between paragraphs, " | " between cells."""
    lines = Lines()
    collect(element, lines)
    lines.end()
    return lines.text()


class Lines:
    """Text as it is being written: finished lines, and the one under way."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._finished: list[str] = []
        self._current: list[str] = []

    def add(self, text: str) -> None:
        """Go on with the line under way."""
        self._current.append(text)

    def add_verbatim(self, text: str) -> None:
        """Write lines that keep their white space: code, verse."""
        self.end()
        self._finished += [line.rstrip() for line in text.strip("\n").splitlines()]

    def separate_cell(self) -> None:
        """Go on with the next cell of a row."""
        if SPACE.sub("", "".join(self._current)):
            self._current.append(" | ")

    def end(self, *, blank: bool = False) -> None:
        """End the line under way, and the paragraph as well if a blank line is due."""
        line = SPACE.sub(" ", "".join(self._current)).strip().removesuffix(" |")
        self._current = []
        if line:
            self._finished.append(line)
        if blank and self._finished and self._finished[-1]:
            self._finished.append("")

    def text(self) -> str:
        """Return everything that was written."""
        return "\n".join(self._finished).strip("\n")


def collect(element: etree._Element, lines: Lines) -> None:
    """Write an element; the parser bounds the depth of this recursion (libxml2: 256 levels without huge_tree)."""
    tag = element.tag if isinstance(element.tag, str) else ""
    if is_verbatim(element):
        lines.end(blank=tag == "pre")
        lines.add_verbatim("".join(element.itertext()))
        lines.end(blank=tag == "pre")
        return
    opens(tag, lines)
    lines.add(element.text or "")
    for child in element:
        if isinstance(child.tag, str):
            collect(child, lines)
        lines.add(child.tail or "")
    if tag in PARAGRAPHS or tag in LINES:
        lines.end(blank=tag in PARAGRAPHS)


def opens(tag: str, lines: Lines) -> None:
    """Do what stands before the text of an element."""
    if tag in PARAGRAPHS or tag in LINES:
        lines.end(blank=tag in PARAGRAPHS)
    elif tag in CELLS:
        lines.separate_cell()


def is_verbatim(element: etree._Element) -> bool:
    """Tell preformatted text; trafilatura calls it `code`, or `quote` around `code`."""
    if element.tag == "pre":
        return True
    if element.tag == "code":
        parent = element.getparent()
        is_block = parent is not None and parent.tag in {"body", "quote"}
        return is_block and "\n" in "".join(element.itertext()).strip()
    return element.tag == "quote" and not (element.text or "").strip() and all(child.tag == "code" for child in element)


def first_text(tree: etree._Element, paths: tuple[str, ...]) -> Iterator[str]:
    """Give the text found by each path that finds any."""
    for path in paths:
        for found in tree.xpath(path)[:1]:
            yield SPACE.sub(" ", found if isinstance(found, str) else "".join(found.itertext())).strip()
