"""The event service of the USGS: what it is asked for, and each of its earthquakes made a hit.

Knows its parameters and its GeoJSON (https://earthquake.usgs.gov/fdsnws/event/1/). Leaves questions to
`earthquake_question.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from retrievers.contract import Measurement, SearchHit
from retrievers.data.earthquake_question import EarthquakeQuestion
from retrievers.data.places import Spot
from retrievers.data.wording import in_language, moment, number
from retrievers.plain_text import one_line

__all__ = ["earthquake_hits", "events_request"]

EVENTS = "https://earthquake.usgs.gov/fdsnws/event/1/query"
MOST = 100
AROUND_KM = {"PCL": 1000, "ADM1": 400}
"""How far around the middle of a country or a region its earthquakes lie, by the beginning of its GeoNames code."""
AROUND_A_CITY_KM = 250


def events_request(question: EarthquakeQuestion, spot: Spot | None, limit: int) -> httpx.Request:
    """Ask for earthquakes, the latest or the strongest first."""
    asked = {
        "format": "geojson",
        "eventtype": "earthquake",
        "starttime": str(question.period.first),
        "endtime": str(question.period.last + timedelta(days=1)),
        "minmagnitude": str(question.least_magnitude),
        "orderby": "magnitude" if question.strongest_first else "time",
        "limit": str(min(limit, MOST)),
    }
    if spot:
        around = next((km for kind, km in AROUND_KM.items() if spot.kind.startswith(kind)), AROUND_A_CITY_KM)
        asked |= {"latitude": str(spot.latitude), "longitude": str(spot.longitude), "maxradiuskm": str(around)}
    return httpx.Request("GET", EVENTS, params=asked)


def earthquake_hits(answer: Mapping[str, Any], language: str) -> Iterator[SearchHit]:
    """Read the earthquakes; one whose magnitude is not known yet is left out."""
    for feature in answer["features"]:
        event = feature["properties"]
        if event["mag"] is None:
            continue
        when, depth = datetime.fromtimestamp(event["time"] / 1000, UTC), feature["geometry"]["coordinates"][2]
        told = sentence(event, when, depth, language)
        yield SearchHit(
            url=event["url"],
            title=one_line(event["title"]),
            snippet=told,
            published=when,
            text=told,
            values=tuple(
                Measurement(name=name, value=float(value), unit=unit, at=when, source_url=event["url"])
                for name, value, unit in (
                    ("magnitude", event["mag"], event.get("magType") or "magnitude"),
                    ("depth", depth, "km"),
                )
                if value is not None
            ),
        )


def sentence(event: Mapping[str, Any], when: datetime, depth: float | None, language: str) -> str:
    """Say where, when, how strong and how deep."""
    size, scale = number(float(event["mag"]), language, 3), event.get("magType") or "?"
    place = one_line(event["place"] or in_language(language, "at an unnamed place", "en un lieu sans nom"))
    deep = "" if depth is None else number(float(depth), language, 4)
    return in_language(
        language,
        f"An earthquake of magnitude {size} ({scale}) occurred on {moment(when, 'en')} UTC, {place}"
        + (f", at a depth of {deep} km" if deep else "")
        + ", according to the United States Geological Survey.",
        f"Un séisme de magnitude {size} ({scale}) s'est produit le {moment(when, 'fr')} UTC, {place}"
        + (f", à une profondeur de {deep} km" if deep else "")
        + ", selon l'Institut d'études géologiques des États-Unis (USGS).",
    )
