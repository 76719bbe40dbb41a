"""Weather now and in the days around, through Open-Meteo (https://open-meteo.com/en/docs)."""

from collections.abc import Iterator
from functools import partial

import httpx

from retrievers import HitList, RateLimit, SearchHit, SearchQuery
from retrievers.data.data_source import DataRetriever, today
from retrievers.data.places import Place, Spot, best_spot, geocoding_request, read_spots
from retrievers.data.weather_question import weather_question
from retrievers.data.weather_report import forecast_request, weather_hit


class OpenMeteo(DataRetriever):
    """Answer questions about the weather of a place: now, by the hour, by the day, and in the last three months."""

    name = provider = "open_meteo"
    on_by_default = True
    limit = RateLimit(requests=5, seconds=1.0)  # its terms: 600 a minute and 10,000 a day, without commerce
    receives = "the name of the place in the question, its language and the number of days"
    example = "weather in Lisbon"

    def suits(self, query: SearchQuery) -> bool:
        """Tell a question about the weather of a place."""
        return weather_question(query, today()) is not None

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask where the place lies."""
        question = weather_question(query, today())
        return geocoding_request(question.place if question else Place(name=query.text), query.language)

    async def answer(self, query: SearchQuery, client: httpx.AsyncClient) -> HitList:
        """Find the place, then its weather."""
        found, question = await self.ask(self.request(query), client), weather_question(query, today())
        spot = best_spot(self.understand(found, read_spots), question.place) if question else None
        if question is None or spot is None:
            return HitList()
        response = await self.ask(forecast_request(question, spot, today()), client)
        return self.read_by(partial(self.hits, query, spot=spot), response, query.limit)

    def hits(self, query: SearchQuery, response: httpx.Response, spot: Spot | None = None) -> Iterator[SearchHit]:
        """Give one hit that says the weather; without a spot the place is called as in the question."""
        question = weather_question(query, today())
        if question:
            yield weather_hit(question, spot.title if spot else question.place.name, response, query.language)
