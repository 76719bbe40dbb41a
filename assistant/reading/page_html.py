"""HTML made into the text that a person would read of it, and what the page says of itself.

Knows the order of the steps. Each step is its own module: what is unseen, navigation, lines, main text, dates, head.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

import trafilatura
from lxml import etree, html  # type: ignore[import-untyped]

from assistant.errors import BuiltByScripts, NotText
from assistant.reading.dates import PageDates, dates_of
from assistant.reading.head import canonical_of, declared_language, is_article, is_manual, title_of
from assistant.reading.lines import Line, lines_of, text_of
from assistant.reading.main_text import main_lines
from assistant.reading.navigation import navigation_of
from assistant.reading.structured_data import prices, statements_of
from assistant.reading.unseen import drop_unseen, hidden_notes
from retrievers.contract import Measurement

__all__ = ["HtmlPage", "read_html", "whole_text"]

FEWEST_FOUND_WORDS = 50
FEWEST_FOUND_SHARE = 0.15
"""Below either, trafilatura's fast way has lost an article, and the thorough one is worth its time."""
MOST_ANNOUNCING_WORDS = 25
"""A page built by scripts may still show a title, a spinner and a word about JavaScript."""
ROOTS = (
    '//*[@id="root" or @id="app" or @id="__next" or @id="__nuxt" or @id="___gatsby" or @id="svelte" or @id="main-app"'
    " or @ng-app or @data-reactroot] | //app-root"
)
ASKS_FOR_SCRIPTS = re.compile(r"\b(?:enable|activ\w+|requires?|turn on)\b.{0,30}\bjavascript\b", re.IGNORECASE)
INLINE = ("span", "b", "strong", "i", "em", "font", "small", "u", "sup", "sub", "tt", "big", "mark", "abbr", "cite")
EMPTY = ("img", "source", "picture", "input", "link", "meta", "wbr", "svg", "base", "param", "track", "area", "map")
BREAKS = {"hi": "", "ref": "", "del": "", "cell": " ", "graphic": ""}
"""What stands between trafilatura's elements; all others are blocks."""
OVERLONG = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)\s[^<>]{8000,}>?")
MOST_ATTRIBUTES = 500
DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")


@dataclass(frozen=True, kw_only=True, slots=True)
class HtmlPage:
    """The text of a page and what it says of itself."""

    text: str
    title: str = ""
    language: str | None = None
    dates: PageDates = field(default_factory=PageDates)
    canonical: str | None = None
    values: tuple[Measurement, ...] = ()
    removed: tuple[str, ...] = ()


def read_html(markup: str, url: str, now: datetime) -> HtmlPage:
    """Read a page; raise `BuiltByScripts` where only a browser would show its text."""
    tree = parse(markup, url)
    statements = statements_of(tree)
    dates = dates_of(tree, url, statements, now)
    language, canonical, title = declared_language(tree), canonical_of(tree, url), title_of(tree)
    article, manual = is_article(tree, statements), is_manual(tree)
    has_scripts = next(tree.iter("script"), None) is not None
    needs_scripts = has_scripts and asks_for_scripts(tree)
    notes = hidden_notes(tree, markup)
    removed = drop_unseen(tree) + notes
    simplify(tree)
    text = text_of(seen_lines(tree) if manual else chosen_lines(tree, url, is_article=article))
    if (needs_scripts and len(text.split()) <= MOST_ANNOUNCING_WORDS) or (has_scripts and not text):
        message = f"{url}: built by scripts; a browser would show its text, reading alone does not"
        raise BuiltByScripts(message)
    return HtmlPage(
        text=text,
        title=title,
        language=language,
        dates=dates,
        canonical=canonical,
        values=prices(statements, url, dates.modified or dates.published or now),
        removed=tuple(dict.fromkeys(removed)),
    )


def whole_text(markup: str, url: str) -> HtmlPage:
    """Read markup that is main text throughout, as that of a Word document or of Markdown is."""
    tree = parse(markup, url)
    title = next((" ".join("".join(found.itertext()).split()) for found in tree.xpath("//h1 | //h2")), "")
    removed = drop_unseen(tree)
    return HtmlPage(text=text_of(lines_of(tree)), title=title, removed=removed)


def parse(markup: str, url: str) -> html.HtmlElement:
    """Parse markup of any quality, with libxml2's limits on depth and size in force.

    Every element is of one class: lxml.html asks Python for the class of each, which takes a tenth of the whole time.
    """
    parser = etree.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=False)
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=html.HtmlElement))
    try:
        tree = etree.fromstring(OVERLONG.sub(bare, DECLARATION.sub("", markup.replace("\0", ""))), parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        message = f"{url}: its markup cannot be read ({error})"
        raise NotText(message) from error
    if tree is None:
        message = f"{url}: there is no markup in it"
        raise NotText(message)
    return tree


def bare(tag: re.Match[str]) -> str:
    """Hide what has more attributes than libxml2, which compares each with each, can bear: no honest element does."""
    return tag[0] if len(tag[0].split()) <= MOST_ATTRIBUTES else f"<{tag[1]} hidden>"


def simplify(tree: etree._Element) -> None:
    """Take out what neither holds text nor divides it: half the elements of a page, and a quarter of the time."""
    etree.strip_elements(tree, *EMPTY, with_tail=False)
    etree.strip_tags(tree, *INLINE)
    for paragraph in tree.xpath('//div[@class="para"]'):  # DocBook's name for <p>
        paragraph.tag = "p"


def seen_lines(tree: etree._Element) -> list[Line]:
    """Return everything that a page shows but what leads elsewhere, or that too where there is nothing else."""
    return lines_of(tree, navigation_of(tree)) or lines_of(tree)


def chosen_lines(tree: etree._Element, url: str, *, is_article: bool) -> list[Line]:
    """Return the lines of the main text: trafilatura is asked for it, then each line that is seen is judged."""
    lines = seen_lines(tree)
    etree.strip_attributes(tree, "rowspan", "colspan")  # trafilatura fills them in, however many they claim
    found = found_text(tree, url, sum(len(line.text.split()) for line in lines), is_article=is_article)
    return main_lines(lines, found, is_article=is_article) or lines


def found_text(tree: etree._Element, url: str, seen_words: int, *, is_article: bool) -> str:
    """Return what trafilatura takes for the main text: for an article in its fast way, if that finds enough."""
    found = main_text(tree, url, fast=True) if is_article else ""
    words = len(found.split())
    if words >= FEWEST_FOUND_WORDS and words >= FEWEST_FOUND_SHARE * seen_words:
        return found
    return main_text(tree, url, fast=False)


def main_text(tree: etree._Element, url: str, *, fast: bool) -> str:
    """Return the text that trafilatura takes for the main one, in its lines; empty where it finds nothing."""
    found = trafilatura.bare_extraction(tree, url=url, include_comments=False, include_tables=True, fast=fast)
    return lined(found.body) if isinstance(found, trafilatura.settings.Document) else ""


def lined(body: etree._Element) -> str:
    """Write the tree that trafilatura makes, a line for each of its blocks."""
    parts: list[str] = []
    for event, element in etree.iterwalk(body, events=("start", "end")):
        parts.append(BREAKS.get(element.tag, "\n"))
        parts.append((element.text if event == "start" else element.tail) or "")
    return "".join(parts)


def asks_for_scripts(tree: etree._Element) -> bool:
    """Tell a page that leaves its text to scripts: an empty root to fill, or a word to those who run none."""
    if any(not "".join(root.itertext()).strip() for root in tree.xpath(ROOTS)):
        return True
    asked = " ".join(" ".join(element.itertext()) for element in tree.iter("noscript"))
    return bool(ASKS_FOR_SCRIPTS.search(asked[:2000]))
