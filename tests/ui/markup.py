"""Markup as a browser would take it apart."""

from __future__ import annotations

from html.parser import HTMLParser


class Listing(HTMLParser):
    """Collect the elements and addresses that a browser would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src", "action"}]


def seen(markup: str) -> Listing:
    listing = Listing()
    listing.feed(markup)
    listing.close()
    return listing
