"""The forecast API of Open-Meteo: what it is asked for, and its answer made a hit that says it.

Knows the API's parameters and columns (https://open-meteo.com/en/docs). Leaves the sentences to `weather_words.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import httpx

from retrievers.contract import SearchHit
from retrievers.data.periods import Period
from retrievers.data.places import Spot
from retrievers.data.weather_question import FORECAST_DAYS, PAST_DAYS, WeatherQuestion
from retrievers.data.weather_words import measurements, of_day, of_hour, of_now, rows_of, zone_of
from retrievers.data.wording import in_language, some_of

__all__ = ["forecast_request", "weather_hit"]

FORECAST = "https://api.open-meteo.com/v1/forecast"
ASKED = {
    "current": "temperature_2m,apparent_temperature,relative_humidity_2m,precipitation,weather_code,wind_speed_10m",
    "hourly": "temperature_2m,precipitation_probability",
    "daily": "weather_code,temperature_2m_max,temperature_2m_min,precipitation_sum,precipitation_probability_max"
    ",wind_speed_10m_max",
    "timezone": "auto",
    "forecast_hours": "48",
}
USUAL_DAYS = 7

HOURS_BETWEEN = 3
"""How far apart the hours lie that a text tells: all of the day's changes, in a few lines."""


def forecast_request(question: WeatherQuestion, spot: Spot, today: date) -> httpx.Request:
    """Ask for the weather of a place: a week ahead, or as far either way as the days in the question reach."""
    asked = question.period or Period(first=today, last=today)
    ahead, back = (asked.last - today).days + 1, (today - asked.first).days
    days = {
        "forecast_days": str(min(max(ahead, USUAL_DAYS), FORECAST_DAYS)),
        "past_days": str(min(max(back, 0), PAST_DAYS)),
    }
    where = {"latitude": str(spot.latitude), "longitude": str(spot.longitude)}
    return httpx.Request("GET", FORECAST, params=where | ASKED | days)


def weather_hit(question: WeatherQuestion, place: str, response: httpx.Response, language: str) -> SearchHit:
    """Make one hit of an answer; the days asked for come first."""
    answer, url = response.json(), str(response.url)
    now, zone = answer["current"], zone_of(answer)
    tables = [(rows_of(answer[kind]), answer[f"{kind}_units"]) for kind in ("hourly", "daily")]
    rows = [(now, answer["current_units"]), *((row, units) for table, units in tables for row in table)]
    told = [of_now(now, answer["current_units"], place, language)]
    days = [of_day(row, answer["daily_units"], place, language) for row in days_of(answer, question)]
    told = [*days, *told] if question.period else [*told, *days]
    hours = list(rows_of(answer["hourly"]))[::HOURS_BETWEEN]
    told += [of_hour(row, answer["hourly_units"], place, language) for row in hours]
    return SearchHit(
        url=url,
        title=in_language(language, f"Weather in {place}", f"Météo à {place}"),
        snippet=told[0],
        published=datetime.fromisoformat(now["time"]).replace(tzinfo=zone).astimezone(UTC),
        text=" ".join(told),
        values=tuple(value for row, units in rows for value in measurements(row, units, zone, url)),
    )


def days_of(answer: Mapping[str, Any], question: WeatherQuestion) -> list[dict[str, Any]]:
    """Choose the days to tell: those asked for, else all of the coming ones."""
    rows, asked = list(rows_of(answer["daily"])), question.period
    today = answer["current"]["time"][:10]
    inside = [row for row in rows if asked and asked.first <= date.fromisoformat(row["time"]) <= asked.last]
    return some_of(inside or [row for row in rows if row["time"] >= today])
