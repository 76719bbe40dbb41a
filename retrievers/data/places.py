"""The place that a question is about, and where on Earth it lies.

Knows how English and French name a place in a question, and Open-Meteo's geocoding API
(https://open-meteo.com/en/docs/geocoding-api). Leaves what happens there to the sources.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import httpx

from retrievers.data.periods import timeless
from retrievers.keywords import keywords
from retrievers.plain_text import one_line

__all__ = ["Place", "Spot", "best_spot", "geocoding_request", "place_in", "read_spots"]

GEOCODING = "https://geocoding-api.open-meteo.com/v1/search"
MOST_CHARACTERS = 80
"""The longest name of a place is no longer; what is, is no name."""
MOST_WORDS = 4
PREPOSITION = re.compile(
    r"(?<!\w)(?:in|at|for|near|around|close to|off|à|a|au|aux|en|dans|pour|sur|près d[eu]|autour de|vers|de|du"
    r"|d'(?=\w))\s*(?<=[\s'])(?=\S)",
    re.IGNORECASE,
)
ARTICLE = re.compile(
    r"^(?:the\s+)?(?:city|town|area|region)\s+of\s+|^the\s+|^la\s+(?:ville|région)\s+d(?:e\s+|')", re.IGNORECASE
)
QUALIFIED = re.compile(r"^(.{2,}?)(?:\s*,\s*|\s+(?:in|en|au|aux)\s+|\s*\()(.{2,}?)\)?$", re.IGNORECASE)
EDGES = " \t\"'«»“”?!.,;:()-"
NOWHERE = frozenset(
    {
        "here",
        "there",
        "me",
        "home",
        "ici",
        "là",
        "moi",
        "general",
        "space",
        "business",
        "school",
        "world",
        "monde",
        "work",
    }
    | {"winter", "summer", "spring", "autumn", "hiver", "été", "printemps", "automne", "climate", "history", "news"}
    | {"api", "app", "apps", "widget", "radar", "channel", "station", "data", "model", "models", "software"}
)
"""What stands where a place would and is none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Name a place as a question does, with the country or region beside it, "" where there is none."""

    name: str
    within: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """Say where a place lies, what it is called in full, and what kind of place it is (a code of GeoNames)."""

    name: str
    latitude: float
    longitude: float
    kind: str = ""
    around: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Name it with its country."""
        return ", ".join(dict.fromkeys((self.name, *self.around[:1])))


def place_in(text: str, topic: re.Pattern[str]) -> Place | None:
    """Find the place in a question about `topic`: what follows a preposition, else what is left of a short question."""
    text = one_line(timeless(text)).strip(EDGES)
    topics = list(topic.finditer(text))
    if not topics:
        return None
    behind, before = text[topics[-1].end() :], text[: topics[0].start()].partition(",")[0]
    for part in (behind, before):
        if found := PREPOSITION.search(part):
            return named(part[found.end() :].split(";")[0])
    return named(" ".join(left_over(topic.sub(" ", text))))


def left_over(text: str) -> tuple[str, ...]:
    """Return the few words beside the topic ("Paris weather"), none where they form a sentence."""
    words = text.split()
    kept = [word.strip(EDGES) for word in words if is_telling(word.strip(EDGES))]
    is_short = len(kept) == len(words) or any(word[:1].isupper() for word in kept)
    return tuple(kept) if is_short and len(kept) <= MOST_WORDS else ()


def is_telling(word: str) -> bool:
    """Tell a word of content from one that only holds a sentence together, in either language."""
    return bool(word) and all(word in keywords(f"{word} Xyz", language) for language in ("en", "fr"))


def named(text: str) -> Place | None:
    """Read a name, with what it lies in; None for what is no place, or none that anybody else could find."""
    whole = ARTICLE.sub("", text.strip(EDGES)).strip(EDGES)
    found = QUALIFIED.match(whole)
    name, within = (found[1].strip(EDGES), found[2].strip(EDGES)) if found else (whole, "")
    is_name = re.search(r"[^\W\d]{2}", name) and len(whole) <= MOST_CHARACTERS
    if not is_name or name.casefold() in NOWHERE or re.match(r"(?:my|our|ma|mon|notre)\s", name, re.IGNORECASE):
        return None
    return Place(name=name, within=within)


def geocoding_request(place: Place, language: str) -> httpx.Request:
    """Ask where places of this name lie, the best known first."""
    asked = {"name": place.name, "count": "10", "language": language, "format": "json"}
    return httpx.Request("GET", GEOCODING, params=asked)


def read_spots(response: httpx.Response) -> tuple[Spot, ...]:
    """Read where they lie; an answer that found none has no list of them."""
    answer = response.json()
    if "results" not in answer and answer["generationtime_ms"] >= 0:
        return ()
    return tuple(
        Spot(
            name=row["name"],
            latitude=row["latitude"],
            longitude=row["longitude"],
            kind=row.get("feature_code", ""),
            around=tuple(row[key] for key in ("country", "country_code", "admin1", "admin2") if row.get(key)),
        )
        for row in answer["results"]
    )


def best_spot(spots: Sequence[Spot], place: Place) -> Spot | None:
    """Choose the best known, or the first that lies where the question says."""
    within = place.within.casefold()
    inside = [spot for spot in spots if within in {name.casefold() for name in spot.around}]
    return next(iter([*inside, *spots]), None)
