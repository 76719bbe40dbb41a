"""Parts of a page that lead to other pages instead of saying something.

Knows elements, roles and the names that generators of manuals give. What is not shown at all is `unseen.py`'s.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree  # type: ignore[import-untyped]

__all__ = ["navigation_of"]

NAVIGATION = frozenset({"aside", "footer", "menu", "nav"})
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
FEWEST_LINKS = 3
MOST_LINK_SHARE = 0.9
MOST_LABEL_CHARACTERS = 40
"""A list that is nothing but short links is a menu."""
MOST_NAVIGATION_SHARE = 0.6
"""An element with more of the page's text than this is no navigation, whatever it calls itself."""


@dataclass(kw_only=True, slots=True)
class Size:
    """How much text an element holds, and how much of it in how many links."""

    characters: int = 0
    links: int = 0
    linked_characters: int = 0
    longest_label: int = 0


def navigation_of(tree: etree._Element) -> set[etree._Element]:
    """Return the elements that lead to other pages."""
    sizes = sizes_of(tree)
    most_characters = MOST_NAVIGATION_SHARE * sizes[tree].characters
    return {
        element
        for element, size in sizes.items()
        if size.characters <= most_characters and is_navigation(element, size)
    }


def sizes_of(tree: etree._Element) -> dict[etree._Element, Size]:
    """Measure every element in one pass, from the leaves up, so that deep nesting costs nothing more."""
    elements = list(tree.iter(etree.Element))
    sizes = {element: Size() for element in elements}
    for element in reversed(elements):
        size = sizes[element]
        size.characters += len((element.text or "").strip())
        if element.tag == "a":
            size.links, size.linked_characters = 1, size.characters
            size.longest_label = size.characters
        parent = sizes.get(element.getparent()) if element is not tree else None
        if parent:
            parent.characters += size.characters + len((element.tail or "").strip())
            parent.links += size.links
            parent.linked_characters += size.linked_characters
            parent.longest_label = max(parent.longest_label, size.longest_label)
    return sizes


def is_navigation(element: etree._Element, size: Size) -> bool:
    """Tell navigation by element, role, class, or by being a list of short links."""
    if element.tag in NAVIGATION or element.get("role") in ROLES:
        return True
    if element.tag in {"html", "body", "main", "article"}:
        return False
    if MANUAL_NAVIGATION.intersection(element.get("class", "").split()):
        return True
    if element.tag == "header":
        return not any(ancestor.tag in {"article", "main", "section"} for ancestor in element.iterancestors())
    return element.tag in {"ul", "ol", "table"} and is_menu(size)


def is_menu(size: Size) -> bool:
    """Tell a list or table that holds hardly anything but short links."""
    if size.links < FEWEST_LINKS or size.longest_label > MOST_LABEL_CHARACTERS:
        return False
    return size.linked_characters >= MOST_LINK_SHARE * size.characters
