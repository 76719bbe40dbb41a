"""Weather in words: what it is now, what a day brings, what the next hours bring.

Knows the WMO's codes and how English and French say such figures. Leaves asking for them to `open_meteo.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from retrievers.contract import Measurement
from retrievers.data.wording import day, in_language, moment, number

__all__ = ["measurements", "of_day", "of_hour", "of_now", "rows_of", "zone_of"]

Row = Mapping[str, Any]
SKIES = {
    0: ("clear sky", "ciel clair"),
    1: ("mainly clear", "plutôt dégagé"),
    2: ("partly cloudy", "partiellement nuageux"),
    3: ("overcast", "couvert"),
    45: ("fog", "brouillard"),
    48: ("freezing fog", "brouillard givrant"),
    51: ("light drizzle", "bruine légère"),
    53: ("drizzle", "bruine"),
    55: ("dense drizzle", "bruine dense"),
    56: ("light freezing drizzle", "bruine verglaçante légère"),
    57: ("freezing drizzle", "bruine verglaçante"),
    61: ("light rain", "pluie faible"),
    63: ("rain", "pluie"),
    65: ("heavy rain", "forte pluie"),
    66: ("light freezing rain", "pluie verglaçante faible"),
    67: ("freezing rain", "pluie verglaçante"),
    71: ("light snow", "neige faible"),
    73: ("snow", "neige"),
    75: ("heavy snow", "forte neige"),
    77: ("snow grains", "neige en grains"),
    80: ("light showers", "averses faibles"),
    81: ("showers", "averses"),
    82: ("violent showers", "averses violentes"),
    85: ("light snow showers", "averses de neige faibles"),
    86: ("snow showers", "averses de neige"),
    95: ("thunderstorm", "orage"),
    96: ("thunderstorm with hail", "orage avec grêle"),
    99: ("thunderstorm with heavy hail", "orage avec forte grêle"),
}
"""Code of the WMO → what the sky does (https://open-meteo.com/en/docs, WMO weather interpretation codes)."""
NAMES = {
    "temperature_2m": "temperature",
    "apparent_temperature": "apparent temperature",
    "relative_humidity_2m": "relative humidity",
    "precipitation": "precipitation",
    "wind_speed_10m": "wind speed",
    "temperature_2m_max": "highest temperature of the day",
    "temperature_2m_min": "lowest temperature of the day",
    "precipitation_sum": "precipitation of the day",
    "precipitation_probability": "probability of precipitation",
    "precipitation_probability_max": "highest probability of precipitation of the day",
    "wind_speed_10m_max": "highest wind speed of the day",
}
"""What is measured, by the name that the API gives it."""


def zone_of(answer: Row) -> timezone:
    """Return the zone in which the times of an answer are told."""
    return timezone(timedelta(seconds=answer["utc_offset_seconds"]))


def rows_of(table: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    """Turn columns into rows."""
    for values in zip(*table.values(), strict=True):
        yield dict(zip(table, values, strict=True))


def measurements(row: Row, units: Mapping[str, str], zone: timezone, source_url: str) -> Iterator[Measurement]:
    """Give each figure of a row with its unit and time; a figure that is missing is none."""
    at = datetime.fromisoformat(row["time"]).replace(tzinfo=zone)
    for key, name in NAMES.items():
        if row.get(key) is not None:
            yield Measurement(name=name, value=float(row[key]), unit=units[key], at=at, source_url=source_url)


def of_now(row: Row, units: Mapping[str, str], place: str, language: str) -> str:
    """Say what the weather is."""
    when = moment(datetime.fromisoformat(row["time"]), language)
    figures = {key: figure(row, units, key, language) for key in NAMES}
    return in_language(
        language,
        f"Weather in {place} on {when} local time: {sky(row, 'en')}, {figures['temperature_2m']} (feels like "
        f"{figures['apparent_temperature']}), relative humidity {figures['relative_humidity_2m']}, precipitation "
        f"{figures['precipitation']}, wind {figures['wind_speed_10m']}.",
        f"Météo à {place} le {when} (heure locale) : {sky(row, 'fr')}, {figures['temperature_2m']} (ressenti "
        f"{figures['apparent_temperature']}), humidité relative {figures['relative_humidity_2m']}, précipitations "
        f"{figures['precipitation']}, vent {figures['wind_speed_10m']}.",
    )


def of_day(row: Row, units: Mapping[str, str], place: str, language: str) -> str:
    """Say what a day brings, or brought."""
    when = day(datetime.fromisoformat(row["time"]), language)
    low, high, rain, chance, wind = (
        figure(row, units, key, language)
        for key in (
            "temperature_2m_min",
            "temperature_2m_max",
            "precipitation_sum",
            "precipitation_probability_max",
            "wind_speed_10m_max",
        )
    )
    return in_language(
        language,
        f"{place} on {when}: {sky(row, 'en')}, between {low} and {high}, precipitation {rain} (probability {chance}), "
        f"wind up to {wind}.",
        f"{place} le {when} : {sky(row, 'fr')}, entre {low} et {high}, précipitations {rain} (probabilité {chance}), "
        f"vent jusqu'à {wind}.",
    )


def of_hour(row: Row, units: Mapping[str, str], place: str, language: str) -> str:
    """Say what one of the next hours brings."""
    when = moment(datetime.fromisoformat(row["time"]), language)
    warmth, chance = (figure(row, units, key, language) for key in ("temperature_2m", "precipitation_probability"))
    return in_language(
        language,
        f"{place} on {when}: {warmth}, probability of precipitation {chance}.",
        f"{place} le {when} : {warmth}, probabilité de précipitations {chance}.",
    )


def figure(row: Row, units: Mapping[str, str], key: str, language: str) -> str:
    """Write one figure with its unit; "unknown" where it is missing."""
    if row.get(key) is None:
        return in_language(language, "unknown", "inconnu")
    return f"{number(float(row[key]), language, 4)} {units[key]}"


def sky(row: Row, language: str) -> str:
    """Say what the sky does; an unknown code is told as it is."""
    code = row["weather_code"]
    english, french = SKIES.get(code, (f"weather code {code}", f"code météo {code}"))
    return in_language(language, english, french)
