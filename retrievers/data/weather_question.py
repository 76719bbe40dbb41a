"""Which weather a question asks for: where, and on which days.

Knows questions in English and French. Leaves the weather to `open_meteo.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from retrievers.contract import SearchQuery
from retrievers.data.periods import MOST_CHARACTERS, Period, period, timeless
from retrievers.data.places import Place, place_in

__all__ = ["FORECAST_DAYS", "PAST_DAYS", "WeatherQuestion", "weather_question"]

FORECAST_DAYS = 16
PAST_DAYS = 92
"""How far its forecast API reaches either way (https://open-meteo.com/en/docs)."""
SURE = (
    r"(?<!under the )\bweather(?!\s+(?:the|a|an|this|these|any)\b)(?:\s+forecasts?)?|(?:prévisions?\s+)?météo\w*"
    r"|\bquel temps(?:\s+(?:fait|fera|il fait|il fera)(?:-t)?(?:-il)?)?|\btemps qu'il (?:fait|fera)"
)
LIKELY = (
    r"\b(?:(?:air\s+)?temperatures?|rain(?:y|s|ing|fall)?|snow(?:y|s|ing|fall)?|wind(?:y|s)?|sunny|cloudy|humidity"
    r"|(?:thunder)?storms?|umbrella|how (?:hot|cold|warm)|is it (?:hot|cold|warm)|températures?|pluie|pleuvoir|pleut"
    r"|pleuvra|neige(?:r|ra)?|vent|soleil|ensoleillé|orages?|parapluie|(?:fait|fera-t)-il (?:chaud|froid))\b"
    r"(?:\s+forecasts?)?"
)
SURELY, TOPIC = re.compile(SURE, re.IGNORECASE), re.compile(rf"{SURE}|{LIKELY}", re.IGNORECASE)
NOW = re.compile(
    r"\b(?:will it|is it|going to|what is the|what's the|current|va-t-il|fait-il|il pleut|il neige|quelle est la)\b",
    re.IGNORECASE,
)
OTHER_THAN_AIR = re.compile(
    r"\b(?:water|sea|ocean|oven|body|core|cpu|gpu|boiling|melting|surface|planet|eau|mer|océan|four|corps|planète)\b",
    re.IGNORECASE,
)
"""Temperatures that no forecast has."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WeatherQuestion:
    """Ask for the weather of a place, now and in the days around, or on the days that are named."""

    place: Place
    period: Period | None = None


def weather_question(query: SearchQuery, today: date) -> WeatherQuestion | None:
    """Read what a question about the weather asks for; None for any other, one without a place, or of other times."""
    if len(query.text) > MOST_CHARACTERS:
        return None
    text = query.text.replace("\u2019", "'")
    is_timed = timeless(text) != " ".join(text.split()) or NOW.search(text)
    is_asked = SURELY.search(text) or (TOPIC.search(text) and is_timed and not OTHER_THAN_AIR.search(text))
    place = place_in(text, TOPIC) if is_asked else None
    asked = period(text, today)
    if place is None or (asked and not is_reached(asked, today)):
        return None
    return WeatherQuestion(place=place, period=asked)


def is_reached(asked: Period, today: date) -> bool:
    """Tell whether the forecast has the days asked for."""
    return asked.first >= today - timedelta(days=PAST_DAYS) and asked.first < today + timedelta(days=FORECAST_DAYS)
