"""The action API of Wikibase: how entities are found, fetched and named, and how it fails with HTTP 200.

Knows https://www.mediawiki.org/wiki/Wikibase/API. Leaves what is made of an entity to the source.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

import httpx

from retrievers.errors import MalformedResponse, ProviderUnavailable, RateLimited
from retrievers.http import HttpRetriever
from retrievers.reference.statements import name_in

__all__ = ["MAX_IDS", "WikibaseRetriever", "rows"]

API = "https://www.wikidata.org/w/api.php"
MAX_IDS = 50
"""Of one request; more is for bots."""
NAME_REQUESTS = 3
"""As many as Wikimedia allows at once."""
BUSY = frozenset({"ratelimited", "maxlag"})


class WikibaseRetriever(HttpRetriever):
    """Ask Wikidata in several steps."""

    def check_status(self, response: httpx.Response) -> None:
        """Raise the errors of HTTP too that come with status 200."""
        super().check_status(response)
        try:
            error = response.json().get("error")
        except (AttributeError, ValueError):
            return  # whatever it is, it is told apart where it is read
        if error:
            kind = RateLimited if error.get("code") in BUSY else ProviderUnavailable
            message = f"{self.name}: {error.get('code')}: {error.get('info')}"
            raise kind(message, reason=None if kind is RateLimited else "outage")

    def search_request(self, words: str, limit: int) -> httpx.Request:
        """Ask for the ids of items that have all words."""
        return api_request(action="query", list="search", srsearch=words, srlimit=str(limit))

    def entities_request(self, ids: Iterable[str], props: str, language: str) -> httpx.Request:
        """Ask for entities by id, with their names in a language and in English."""
        languages = "|".join(dict.fromkeys((language, "en", "mul")))
        return api_request(action="wbgetentities", props=props, ids="|".join(ids), languages=languages)

    async def found(self, request: httpx.Request, client: httpx.AsyncClient) -> list[str]:
        """Return the ids that a search finds, best first."""
        answer = await self.data(request, client)
        try:
            return [str(row["title"]) for row in answer["query"]["search"]]
        except (LookupError, TypeError) as error:
            raise self.drift(error) from error

    async def names(self, ids: Iterable[str], language: str, client: httpx.AsyncClient) -> dict[str, str]:
        """Return what entities are called; of very many, the first."""
        wanted = list(dict.fromkeys(ids))[: MAX_IDS * NAME_REQUESTS]
        requests = [
            self.entities_request(wanted[start : start + MAX_IDS], "labels", language)
            for start in range(0, len(wanted), MAX_IDS)
        ]
        answers = await asyncio.gather(*(self.data(request, client) for request in requests))
        try:
            named = [pair for answer in answers for pair in answer["entities"].items()]
            return {key: name_in(row.get("labels", {}), language) for key, row in named}
        except (LookupError, TypeError, AttributeError) as error:
            raise self.drift(error) from error

    async def data(self, request: httpx.Request, client: httpx.AsyncClient) -> Mapping[str, Any]:
        """Make one exchange and return the object that it answers."""
        response = await self.ask(request, client)
        self.check_shape(response)
        try:
            answer: Mapping[str, Any] = response.json()
        except ValueError as error:
            raise self.drift(error) from error
        return answer

    def drift(self, error: Exception) -> MalformedResponse:
        """Say that an answer is not as documented."""
        what = f"{type(error).__name__}: {error}".splitlines()[0]
        return MalformedResponse(f"{self.name}: the answer is not as documented ({what}); its retriever needs work")


def api_request(**asked: str) -> httpx.Request:
    """Build a request to the API."""
    return httpx.Request("GET", API, params={"format": "json", "formatversion": "2", **asked})


def rows(response: httpx.Response) -> list[Mapping[str, Any]]:
    """Return the entities in the order in which they were asked for, which is that of the search."""
    entities, order = response.json()["entities"], response.request.url.params["ids"].split("|")
    return [entities[key] for key in order if key in entities and "missing" not in entities[key]]
