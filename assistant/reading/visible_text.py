"""The text of a parsed page as a person sees it: block by block, without navigation and without what is hidden.

Knows HTML elements. Leaves finding the main article to trafilatura, which `extraction.py` asks first.
"""

from __future__ import annotations

from bs4 import BeautifulSoup, NavigableString, Tag
from bs4.element import PreformattedString

__all__ = ["visible_text"]

UNSEEN = "head, script, style, noscript, template, svg, iframe, form, button, select, [hidden], [aria-hidden=true]"
NAVIGATION = "nav, header, footer, aside, [role=navigation], #breadcrumbs, .headerlink"
MANUAL_NAVIGATION = ".navheader, .navfooter, .related, .sphinxsidebar, .toc, .docnav, #download"
"""Class names that DocBook, Sphinx and Publican give to what leads to other pages."""
BLOCKS = frozenset(
    {
        "address",
        "article",
        "blockquote",
        "body",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "h1",
        "h2",
    }
    | {
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
    }
    | {"thead", "tr", "ul"}
)


def visible_text(soup: BeautifulSoup) -> str:
    """Return one line for each block of the page's main part; table rows are lines with " | " between cells."""
    for element in soup.select(f"{UNSEEN}, {NAVIGATION}, {MANUAL_NAVIGATION}"):
        element.decompose()
    main = soup.find("main") or soup.find(attrs={"role": "main"}) or soup.find("article") or soup.body or soup
    lines = [""]
    if isinstance(main, Tag):
        collect(main, lines)
    return "\n".join(line for line in lines if line.strip())


def collect(element: Tag, lines: list[str]) -> None:
    """Append the text of an element; the last line is the one that is being written."""
    for child in element.children:
        if isinstance(child, PreformattedString):
            continue
        if isinstance(child, NavigableString):
            lines[-1] += str(child)
        elif isinstance(child, Tag):
            collect_tag(child, lines)


def collect_tag(tag: Tag, lines: list[str]) -> None:
    """Append one element: preformatted text as it is, rows as one line, blocks on lines of their own."""
    if tag.name not in BLOCKS and tag.name != "br":
        collect(tag, lines)
        return
    begin_line(lines)
    if tag.name == "pre":
        lines.extend(line.rstrip() for line in tag.get_text().split("\n"))
    elif tag.name == "tr":
        cells = (cell.get_text(" ", strip=True) for cell in tag.find_all(["td", "th"], recursive=False))
        lines.append(" | ".join(" ".join(cell.split()) for cell in cells))
    else:
        collect(tag, lines)
    begin_line(lines)


def begin_line(lines: list[str]) -> None:
    """End the line that is being written, its white space collapsed unless it is indented code, and begin another."""
    if not lines[-1].startswith("    "):
        lines[-1] = " ".join(lines[-1].split())
    lines.append("")
