"""Sources of figures: they answer only questions about what they measure, and read each answer beside its question.

Knows when nobody is asked at all. Leaves the rule of which questions are its own to each source.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import partial
from typing import ClassVar

import httpx

from retrievers.contract import HitList, SearchHit, SearchQuery
from retrievers.http import HttpRetriever

__all__ = ["DataRetriever", "today"]


class DataRetriever(HttpRetriever):
    """Ask for figures where the question is about them; any other question is answered with nothing, unasked."""

    focus = "data"
    example: ClassVar[str]

    @abstractmethod
    def suits(self, query: SearchQuery) -> bool:
        """Tell without a request whether the question is about these figures."""

    @abstractmethod
    def hits(self, query: SearchQuery, response: httpx.Response) -> Iterable[SearchHit]:
        """Read what an answer says of the question."""

    def parse(self, response: httpx.Response) -> Iterable[SearchHit]:
        """Read an answer to the example question."""
        return self.hits(SearchQuery(text=self.example), response)

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> HitList:
        """Return the figures, or nothing for a question about something else."""
        return await self.answer(query, client) if self.suits(query) else HitList()

    async def answer(self, query: SearchQuery, client: httpx.AsyncClient) -> HitList:
        """Ask for the figures; a source that asks twice overrides this."""
        response = await self.ask(self.request(query), client)
        return self.read_by(partial(self.hits, query), response, query.limit)


def today() -> date:
    """Return the day it is, in UTC."""
    return datetime.now(UTC).date()
