"""What a page states for machines (JSON-LD), taken only as typed values: dates, prices, names, never as text.

Knows schema.org's words for articles and products. Which date to believe is `dates.py`'s.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from lxml import etree  # type: ignore[import-untyped]

from retrievers.contract import Measurement

__all__ = ["Statements", "prices", "statements_of"]

SCRIPTS = '//script[@type="application/ld+json"]'
MOST_CHARACTERS = 500_000
"""Of one script; the longest of 344 real pages has 190,000."""
MOST_SCRIPTS = 30
MOST_OBJECTS = 2_000
MOST_VALUES = 50
MOST_NAME_CHARACTERS = 120
ARTICLES = re.compile(r"(?:article|posting|report|review)$", re.IGNORECASE)
PRODUCTS = frozenset({"Product", "ProductModel", "IndividualProduct", "Vehicle", "Car", "Book", "SoftwareApplication"})
CURRENCY = re.compile(r"[A-Z]{3}")
MOST_AMOUNT = 1e12
AMOUNT = re.compile(r"\d{1,12}(?:\.\d{1,6})?")

Node = Mapping[str, object]


@dataclass(frozen=True, kw_only=True, slots=True)
class Statements:
    """The objects that a page states, in their order."""

    nodes: tuple[Node, ...] = ()

    @property
    def is_article(self) -> bool:
        """Whether the page says that it is an article."""
        return any(ARTICLES.search(kind) for node in self.nodes for kind in kinds(node))

    def first(self, name: str) -> str | None:
        """Return the first text under a name, articles being asked first."""
        articles = [node for node in self.nodes if any(map(ARTICLES.search, kinds(node)))]
        for node in (*articles, *self.nodes):
            if isinstance(found := node.get(name), str) and found.strip():
                return found.strip()
        return None


def statements_of(tree: etree._Element) -> Statements:
    """Read every JSON-LD script of a page; broken ones say nothing."""
    nodes: list[Node] = []
    for script in tree.xpath(SCRIPTS)[:MOST_SCRIPTS]:
        text = (script.text or "").strip().removeprefix("<![CDATA[").removesuffix("]]>")
        try:
            stated = json.loads(text, strict=False) if len(text) <= MOST_CHARACTERS else None
        except (ValueError, RecursionError):
            continue
        nodes += objects(stated, MOST_OBJECTS - len(nodes))
    return Statements(nodes=tuple(nodes))


def objects(stated: object, most: int) -> list[Node]:
    """List the objects inside a value, in their order, however deep they are."""
    found: list[Node] = []
    waiting = [stated]
    while waiting and len(found) < most:
        value = waiting.pop()
        if isinstance(value, dict):
            found.append(value)
            waiting.extend(reversed(list(value.values())))
        elif isinstance(value, list):
            waiting.extend(reversed(value[:MOST_OBJECTS]))
    return found


def kinds(node: Node) -> tuple[str, ...]:
    """Return the types that an object says it has."""
    stated = node.get("@type")
    return tuple(kind for kind in (stated if isinstance(stated, list) else [stated]) if isinstance(kind, str))


def prices(statements: Statements, url: str, at: datetime) -> tuple[Measurement, ...]:
    """Return the prices of the products that a page names, each once."""
    found: dict[tuple[str, float, str], Measurement] = {}
    for node in statements.nodes:
        if PRODUCTS.intersection(kinds(node)) and isinstance(name := node.get("name"), str):
            label = " ".join(name.split())[:MOST_NAME_CHARACTERS]
            for value, unit in offers(node.get("offers")):
                key = (label, value, unit)
                found[key] = Measurement(name=f"{label}: price", value=value, unit=unit, at=at, source_url=url)
    return tuple(found.values())[:MOST_VALUES]


def offers(stated: object) -> Iterator[tuple[float, str]]:
    """Give the amounts and currencies of one offer or several."""
    for offer in objects(stated, MOST_VALUES):
        currency = offer.get("priceCurrency")
        for name in ("price", "lowPrice", "highPrice"):
            value = amount(offer.get(name))
            if value is not None and isinstance(currency, str) and CURRENCY.fullmatch(currency.strip().upper()):
                yield value, currency.strip().upper()


def amount(stated: object) -> float | None:
    """Return a price as a number; None for what is no plain number."""
    if isinstance(stated, bool) or not isinstance(stated, int | float | str):
        return None
    if isinstance(stated, str):
        return float(stated.strip()) if AMOUNT.fullmatch(stated.strip()) else None
    return float(stated) if abs(stated) < MOST_AMOUNT and math.isfinite(stated) else None
