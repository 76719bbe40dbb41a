"""Earthquakes of the USGS, through its event service (https://earthquake.usgs.gov/fdsnws/event/1/)."""

from collections.abc import Iterator
from functools import partial

import httpx

from retrievers import HitList, RateLimit, SearchHit, SearchQuery
from retrievers.data.data_source import DataRetriever, today
from retrievers.data.earthquake_question import earthquake_question
from retrievers.data.earthquakes import earthquake_hits, events_request
from retrievers.data.places import best_spot, geocoding_request, read_spots

NO_CONTENT = 204
"""The status with which it says that there was no such earthquake."""


class Usgs(DataRetriever):
    """Answer questions about earthquakes that happened: where, when, how strong, how deep."""

    name = provider = "usgs"
    on_by_default = True
    limit = RateLimit(requests=5, seconds=1.0)  # it publishes none
    receives = "dates, magnitude and position; the name of the place goes to Open-Meteo, which knows its position"
    example = "latest earthquakes in Japan"

    def suits(self, query: SearchQuery) -> bool:
        """Tell a question about earthquakes that happened."""
        return earthquake_question(query, today()) is not None

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask where the place lies, or, where none is named, for earthquakes anywhere."""
        question = earthquake_question(query, today())
        if question is None:
            raise ValueError(f"usgs: no earthquake in {query.text!r}; ask only what suits")
        place = question.place
        return geocoding_request(place, query.language) if place else events_request(question, None, query.limit)

    async def answer(self, query: SearchQuery, client: httpx.AsyncClient) -> HitList:
        """Find the place, where one is named, then the earthquakes around it."""
        question = earthquake_question(query, today())
        response = await self.ask(self.request(query), client)
        if question and question.place:
            spot = best_spot(self.understand(response, read_spots), question.place)
            if spot is None:
                return HitList()
            response = await self.ask(events_request(question, spot, query.limit), client)
        return (
            HitList()
            if response.status_code == NO_CONTENT
            else self.read_by(partial(self.hits, query), response, query.limit)
        )

    def hits(self, query: SearchQuery, response: httpx.Response) -> Iterator[SearchHit]:
        """Give one hit for each earthquake."""
        return earthquake_hits(response.json(), query.language)
