"""What Wikidata states of an entity, in words and, where it counts something at a time, as measurements.

Knows the JSON of Wikibase (https://doc.wikimedia.org/Wikibase/master/php/docs_topics_json.html) and which properties
say what something is. Leaves asking for entities and names to the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from retrievers.contract import Measurement

__all__ = ["in_words", "measurements", "name_in", "needed"]

# fmt: off
MAIN = tuple(f"P{number}" for number in (
    31, 279, 106, 39, 27, 569, 19, 570, 20, 26, 17, 131, 36, 35, 6, 1082,
    2046, 2048, 2044, 571, 112, 169, 159, 1128, 2139, 452, 50, 57, 170, 175, 178, 176,
    577, 348, 277, 275, 921, 361, 279, 274, 2067, 37, 38, 856,
))
# fmt: on
"""What it is, who it is, where, when, how many, by whom; in this order. Identifiers and pictures are left out."""
VALUES = 4
"""How many values of one property are said."""
POINTS = 24
"""How many values of one property make a series."""
DAY, MONTH, YEAR = 11, 10, 9
"""How precise a time is."""
DATE = re.compile(r"([+-]\d+)-(\d\d)-(\d\d)")
ENTITY = re.compile(r"Q\d+$")

Claim = Mapping[str, Any]
Names = Mapping[str, str]


def needed(entity: Mapping[str, Any]) -> Iterator[str]:
    """Give the ids whose names are needed to say the main statements: properties, values and units."""
    for key, claims in main(entity):
        yield key
        for claim in claims[:VALUES]:
            value = claim["mainsnak"]["datavalue"]["value"]
            if isinstance(value, dict):
                yield from (found[0] for found in [ENTITY.search(str(value.get("id") or value.get("unit")))] if found)


def in_words(entity: Mapping[str, Any], names: Names) -> str:
    """Say the main statements, one to a sentence."""
    sentences = []
    for key, claims in main(entity):
        said = [words for claim in claims[:VALUES] if (words := value_words(claim, names))]
        if said:
            sentences.append(f"{names.get(key, key)}: {', '.join(said)}.")
    return " ".join(sentences)


def measurements(entity: Mapping[str, Any], names: Names, title: str, url: str) -> tuple[Measurement, ...]:
    """Return the quantities that are stated for a point in time, newest first for each property."""
    found = [
        Measurement(
            name=f"{title}: {names.get(key, key)}",
            value=float(claim["mainsnak"]["datavalue"]["value"]["amount"]),
            unit=unit_name(claim["mainsnak"]["datavalue"]["value"], names) or "1",
            at=at,
            source_url=url,
        )
        for key, claims in main(entity)
        for claim in claims[:POINTS]
        if claim["mainsnak"]["datatype"] == "quantity" and (at := point_in_time(claim))
    ]
    return tuple(found)


def main(entity: Mapping[str, Any]) -> Iterator[tuple[str, list[Claim]]]:
    """Give the main properties with their claims that have a value: preferred and newest first, none deprecated."""
    stated = entity["claims"] or {}  # an entity without claims has an empty list
    for key in dict.fromkeys(MAIN):
        claims = [
            claim
            for claim in stated.get(key, ())
            if claim["rank"] != "deprecated" and claim["mainsnak"]["snaktype"] == "value"
        ]
        if claims:
            yield key, sorted(claims, key=claim_order)


def claim_order(claim: Claim) -> tuple[bool, float]:
    """Put preferred claims before others, and newer before older ones."""
    at = point_in_time(claim)
    return claim["rank"] != "preferred", -(at.timestamp() if at else float("-inf"))


def value_words(claim: Claim, names: Names) -> str:
    """Say a value: an entity by its name, a quantity with its unit and when it was so, a date as precise as it is."""
    kind, value = claim["mainsnak"]["datavalue"]["type"], claim["mainsnak"]["datavalue"]["value"]
    at = point_in_time(claim)
    if kind == "wikibase-entityid":
        return names.get(value["id"], "")
    if kind == "quantity":
        amount = f"{float(value['amount']):,.10g} {unit_name(value, names)}".strip()
        return f"{amount} ({at:%Y})" if at else amount
    if kind == "time":
        return time_words(value)
    return str(value["text"] if kind == "monolingualtext" else value) if kind in {"string", "monolingualtext"} else ""


def unit_name(value: Mapping[str, Any], names: Names) -> str:
    """Name a unit, "" for a plain number."""
    found = ENTITY.search(value["unit"])
    return names.get(found[0], "") if found else ""


def time_words(value: Mapping[str, Any]) -> str:
    """Write a time down to its day, month or year, whichever is known."""
    found = DATE.match(value["time"])
    if not found or value["precision"] < YEAR:
        return ""
    year, month, day = found.groups()
    plain = f"{-int(year)} BC" if year.startswith("-") else f"{int(year):04d}"
    parts = {DAY: [plain, month, day], MONTH: [plain, month]}.get(min(value["precision"], DAY), [plain])
    return "-".join(parts)


def point_in_time(claim: Claim) -> datetime | None:
    """Return when a claim was so (its qualifier P585), None where it does not say."""
    for snak in claim.get("qualifiers", {}).get("P585", ()):
        if snak["snaktype"] == "value" and (found := DATE.match(snak["datavalue"]["value"]["time"])):
            year, month, day = (int(part) for part in found.groups())
            if year > 0:
                return datetime(year, month or 1, day or 1, tzinfo=UTC)
    return None


def name_in(terms: Mapping[str, Any], language: str) -> str:
    """Choose a label or description: in the language, in English, in what holds for all, else in any."""
    given = terms or {}  # an entity without any has an empty list
    order = [language, "en", "mul", *given]
    return next((given[code]["value"] for code in order if code in given), "")
