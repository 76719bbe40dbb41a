"""Which earthquakes a question asks for: where, when, how strong, and which of them first.

Knows questions in English and French. Leaves the earthquakes to `usgs.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from retrievers.contract import SearchQuery
from retrievers.data.periods import MOST_CHARACTERS, Period, period, timeless
from retrievers.data.places import Place, place_in
from retrievers.freshness import first_day

__all__ = ["EarthquakeQuestion", "earthquake_question"]

TOPIC = re.compile(
    r"\b(?:earthquakes?|quakes?|seismic (?:activity|events?)|aftershocks?|séismes?|seismes?|tremblements? de terre"
    r"|secousses? sismiques?|activité sismique)\b",
    re.IGNORECASE,
)
CUE = re.compile(
    r"\b(?:latest|recent(?:ly)?|last|newest|just now|today|strongest|biggest|largest|(?:most )?powerful|happened"
    r"|(?:was|were|is) there|how many|list of|ever|on record|recorded|in history|jamais|enregistrée?s?|de l'histoire"
    r"|hit|struck|strike|derni[eè]re?s?|récente?s?|y a-t-il eu"
    r"|(?:les? |la )?plus (?:forte?|gros|grosse|puissante?|grand)s?|a eu lieu|combien de)\b",
    re.IGNORECASE,
)
STRONGEST = re.compile(
    r"\b(?:strongest|biggest|largest|powerful|plus (?:forte?|gros|grosse|puissante?|grand)s?)\b", re.IGNORECASE
)
MAGNITUDE = re.compile(
    r"(?<!\w)(?:(?:of|de|with|a|d'une)\s+)*(?:magnitudes?|mag\.?|M(?=\s?\d))\s*(?:of|de|above|over|greater than"
    r"|at least|supérieure? à|d'au moins|plus de|>=?|≥)?\s*(\d(?:[.,]\d)?)(?!\d)\+?"
    r"(?:\s*(?:or (?:more|above|greater)|ou plus))?"
    r"|\b(?:above|over|stronger than|supérieure? à|plus de)\s+(\d(?:[.,]\d)?)(?!\d)",
    re.IGNORECASE,
)
EXPLANATION = re.compile(
    r"\b(?:caus\w+|why|how (?:do|does|are|to|is)|predict\w*|insur\w*|build\w*|proof|resistant|safety|prepar\w+|defin\w+"
    r"|what (?:is|are) (?:an? )?(?:earthquakes?|quakes?)|pourquoi|comment|prévoir|assurance|parasismique|qu'est-ce)\b",
    re.IGNORECASE,
)
"""Questions about what earthquakes are, not about which there were."""
EVER = re.compile(r"\b(?:ever|in history|on record|de l'histoire|jamais)\b", re.IGNORECASE)
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
FELT, FELT_FAR = 2.5, 4.5
"""Magnitudes from which the USGS's own lists begin: felt nearby, and felt widely."""
GREAT = 8.0
"""A magnitude that fewer than a hundred earthquakes have had since 1900."""
RECENT = timedelta(days=30)


@dataclass(frozen=True, kw_only=True, slots=True)
class EarthquakeQuestion:
    """Ask for earthquakes of at least a magnitude, in a time, around a place or anywhere."""

    period: Period
    least_magnitude: float
    place: Place | None = None
    strongest_first: bool = False


def earthquake_question(query: SearchQuery, today: date) -> EarthquakeQuestion | None:
    """Read which earthquakes a question asks for; None for any other question, and for one about what they are."""
    text = query.text.replace("\u2019", "'")
    if len(text) > MOST_CHARACTERS or not TOPIC.search(text) or EXPLANATION.search(text):
        return None
    asked, place, strength = asked_period(query, today), asked_place(text), MAGNITUDE.search(text)
    if not (asked or place or strength or CUE.search(text)):
        return None
    named = next(filter(None, strength.groups()), None) if strength else None
    return EarthquakeQuestion(
        period=asked or Period(first=today - RECENT, last=today),
        least_magnitude=float(named.replace(",", ".")) if named else usual_magnitude(text, place),
        place=place,
        strongest_first=bool(STRONGEST.search(text)),
    )


def usual_magnitude(text: str, place: Place | None) -> float:
    """Choose from which magnitude on earthquakes count where the question does not say it."""
    if place:
        return FELT
    return GREAT if EVER.search(text) else FELT_FAR


def asked_period(query: SearchQuery, today: date) -> Period | None:
    """Read the time that the question names, a year that stands alone, all times, or the time chosen with it."""
    if named := period(query.text, today):
        return named
    if year := YEAR.search(query.text):
        return Period(first=date(int(year[0]), 1, 1), last=date(int(year[0]), 12, 31))
    if EVER.search(query.text):
        return Period(first=date(1900, 1, 1), last=today)
    return Period(first=first_day(query.freshness, today), last=today) if query.freshness else None


def asked_place(text: str) -> Place | None:
    """Read the place, which is not how strong, how recent or in which year."""
    return place_in(YEAR.sub(" ", CUE.sub(" ", MAGNITUDE.sub(" ", timeless(text)))), TOPIC)
