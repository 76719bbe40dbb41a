"""Evidence made of recordings of our own the way a turn makes it: source, candidate, page, passages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache, partial
from pathlib import Path

import httpx

from assistant.evidence import Candidate, Page, Passage
from assistant.ranking.passages import split
from assistant.reading.page_reader import given_page
from retrievers import SearchHit, SearchQuery
from retrievers.data.coin_prices import coin_hits
from retrievers.data.coin_question import CoinQuestion
from retrievers.data.earthquakes import earthquake_hits
from retrievers.data.ecb import Ecb
from retrievers.data.periods import Period
from retrievers.data.places import Place
from retrievers.data.weather_question import WeatherQuestion
from retrievers.data.weather_report import weather_hit

FOLDER = Path(__file__).parent / "recorded_series"
MARCH = "March 2025"


def response(name: str) -> httpx.Response:
    request = httpx.Request("GET", f"https://recorded.test/{name}")
    return httpx.Response(200, text=(FOLDER / name).read_text(encoding="utf-8"), request=request)


def rates(words: str, language: str) -> Iterator[SearchHit]:
    return Ecb().hits(SearchQuery(text=f"{words} exchange rate in {MARCH}", language=language), response("rates.csv"))


def period(first: str, last: str) -> Period:
    return Period(first=date.fromisoformat(first), last=date.fromisoformat(last))


def weather(place: str, language: str) -> Iterator[SearchHit]:
    question = WeatherQuestion(place=Place(name=place), period=period("2025-06-02", "2025-06-08"))
    yield weather_hit(question, place, response(f"weather_{place.lower()}.json"), language)


def quakes(language: str) -> Iterator[SearchHit]:
    return earthquake_hits(response("quakes.json").json(), language)


def coin(name: str, language: str) -> Iterator[SearchHit]:
    asked = CoinQuestion(
        name=name, coin_id=name.lower(), currencies=("USD",), period=period("2025-03-10", "2025-03-23")
    )
    return coin_hits(asked, language, response(f"{name.lower()}.json"))


SOURCES = {
    "rates_usd": partial(rates, "euro dollar"),
    "rates_gbp": partial(rates, "euro pound sterling"),
    "rates_jpy": partial(rates, "euro yen"),
    "weather_lisbon": partial(weather, "Lisbon"),
    "weather_porto": partial(weather, "Porto"),
    "quakes": quakes,
    "bitcoin": partial(coin, "Bitcoin"),
    "ethereum": partial(coin, "Ethereum"),
}


@cache
def pages() -> dict[str, dict[str, str]]:
    return {page["name"]: page for page in json.loads((FOLDER / "pages.json").read_text(encoding="utf-8"))}


def candidates(name: str, language: str) -> Iterator[Candidate]:
    if name in SOURCES:
        for hit in SOURCES[name](language):
            yield Candidate(url=hit.url, title=hit.title, text=hit.text, values=hit.values, published=hit.published)
    else:
        page = pages()[name]
        yield Candidate(url=page["url"], title=page["title"], text=page["text"])


def recorded_pages(names: Iterable[str], language: str) -> list[Page]:
    return [given_page(candidate) for name in names for candidate in candidates(name, language)]


def recorded_evidence(names: Iterable[str], language: str) -> list[Passage]:
    return [passage for page in recorded_pages(names, language) for passage in split(page)]
