"""What is in a page and no person sees: taken out, and read once for what it might have told a machine.

Knows elements and attributes of HTML. Leaves style sheets to `styles.py` and judging the words to `instructions.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree  # type: ignore[import-untyped]

from assistant.reading.instructions import instructions_among
from assistant.reading.styles import (
    Declarations,
    background_of,
    declarations_of,
    hides,
    is_hidden_until_scripts_run,
    is_same_colour,
    sheet_of,
)

__all__ = ["drop_unseen", "hidden_notes"]

UNSEEN = frozenset(
    ["dialog", "embed", "head", "iframe", "noscript", "script", "select", "style", "template", "textarea", "title"]
)
UNREAD = frozenset({"audio", "button", "canvas", "object", "svg", "video"})
MOST_UNREAD_WORDS = 40
"""What is longer is text of the page that careless markup put inside, where browsers do not leave it."""
ANCHOR_SIGNS = frozenset({"¶", "#", "§", "🔗"})
SKIPS = re.compile(r"(?:skip|jump)(?: straight| directly)? to\b|aller (?:directement )?(?:au|à|vers)\b", re.IGNORECASE)
"""Links that help those who hear a page past its menu; most pages show them to nobody else."""
MOST_FADED_WORDS = 40
"""Text made invisible by a style sheet: what is longer, and no instruction, waits for a script to fade it in."""
FEWEST_LEFT_WORDS = 50
"""A style sheet that hides more than half of a page and leaves fewer words is undone by another or by a script."""
DROPPED = "unseen"
WORDLESS = frozenset({"head", "script", "select", "style", "svg"})
MOST_COMMENTS = 500
ATTRIBUTES = '//@alt | //@title | //@aria-label | //meta/@content | //script[@type="application/ld+json"]/text()'
MOST_ATTRIBUTES = 5_000


def drop_unseen(tree: etree._Element) -> tuple[str, ...]:
    """Take out in place what is there and not shown; return what of it looks like instructions."""
    finder = Finder(tree)
    finder.look()
    hidden = finder.hidden + kept_hidden(tree, finder.doubtful)
    told = instructions_among(" ".join(element.itertext()) for element in hidden if element.tag not in WORDLESS)
    for element in hidden:
        element.tag = DROPPED
    etree.strip_elements(tree, DROPPED, with_tail=False)
    return told


class Finder:
    """A walk through a page that stops at whatever is not shown; knows what colour lies behind each element."""

    def __init__(self, tree: etree._Element) -> None:
        """Read the page's own style sheet; a page that links to others may have any colours."""
        self.hidden: list[etree._Element] = []
        self.doubtful: list[etree._Element] = []
        """What only the style sheet hides."""
        self._tree = tree
        self._sheet = sheet_of(tree)
        self._is_plain = not tree.xpath('boolean(//link[contains(@rel, "stylesheet")])')

    def look(self) -> None:
        """Find what is not shown, from the outside in and in the order of the page."""
        waiting = [(self._tree, "#ffffff" if self._is_plain else "")]
        while waiting:
            element, behind = waiting.pop()
            if is_unseen(element):
                self.hidden.append(element)
                continue
            stated = element.get("style")
            inline = declarations_of(stated) if stated else {}
            style = self._sheet.declarations(element)
            style = {**style, **inline} if inline else style
            if inline and (hides(inline) or is_hidden_until_scripts_run(inline) or is_same_colour(inline, behind)):
                self.hidden.append(element)
                continue
            if style and element.tag not in {"html", "body"} and is_hidden(element, style, behind):
                self.doubtful.append(element)
                continue
            behind = (style and background_of(style)) or ("" if not self._is_plain and element.get("class") else behind)
            waiting += [(child, behind) for child in element.iterchildren(etree.Element, reversed=True)]


def is_unseen(element: etree._Element) -> bool:
    """Tell what a browser does not show, or shows as a control and not as text."""
    tag = element.tag
    if tag in {"html", "body"}:
        return False
    if tag in UNSEEN or element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    if tag == "a" and str(element.get("href", "#")).startswith("#"):
        label = (element.text or "").strip()
        return label in ANCHOR_SIGNS or bool(SKIPS.match(label))
    return tag in UNREAD and has_few_words(element, MOST_UNREAD_WORDS)


def has_few_words(element: etree._Element, most: int) -> bool:
    """Tell an element of few words, without reading on once there are more."""
    count = 0
    for text in element.itertext():
        count += len(text.split())
        if count > most:
            return False
    return True


def is_hidden(element: etree._Element, style: Declarations, behind: str) -> bool:
    """Tell what declarations hide; what they fade must be short or an instruction, or it waits for a script."""
    if hides(style) or is_same_colour(style, behind):
        return True
    if not is_hidden_until_scripts_run(style):
        return False
    return has_few_words(element, MOST_FADED_WORDS) or bool(instructions_among([" ".join(element.itertext())]))


def kept_hidden(tree: etree._Element, doubtful: list[etree._Element]) -> list[etree._Element]:
    """Believe a style sheet that leaves a page something to say; of any other, only what hides instructions."""
    texts = [" ".join(element.itertext()) for element in doubtful]
    hidden, whole = sum(len(text.split()) for text in texts), len(" ".join(tree.itertext()).split())
    if hidden <= whole / 2 or whole - hidden >= FEWEST_LEFT_WORDS:
        return doubtful
    return [element for element, text in zip(doubtful, texts, strict=True) if instructions_among([text])]


def hidden_notes(tree: etree._Element, markup: str) -> tuple[str, ...]:
    """Return what looks like instructions in comments, alternative texts and metadata, which are never read as text."""
    return instructions_among(notes(tree, markup))


def notes(tree: etree._Element, markup: str) -> Iterator[str]:
    """Give each comment and each text that only machines are told."""
    end = 0
    for _ in range(MOST_COMMENTS):
        start = markup.find("<!--", end)
        end = markup.find("-->", start + 4)
        if min(start, end) < 0:
            break
        yield markup[start + 4 : end]
    yield from map(str, tree.xpath(ATTRIBUTES)[:MOST_ATTRIBUTES])
