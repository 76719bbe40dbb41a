"""Sources that search lists which a user names: each list is fetched whole, and matched here.

Knows how several lists become one list of hits, and what becomes of broken ones. Leaves what a list says to the
sources.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Self
from urllib.parse import urlsplit

import httpx

from retrievers.contract import HitList, RateLimit, SearchHit, SearchQuery, UpstreamReport
from retrievers.errors import ProviderUnavailable, RetrieverError
from retrievers.freshness import first_day
from retrievers.http import TokenRetriever
from retrievers.loosening import plain_words
from retrievers.matching import best
from retrievers.session import Session

__all__ = ["NamedLists", "shown"]

AT_ONCE = 8
"""Lists fetched at the same time."""
LIST_S = 3.0
"""How long one list may take: less than the shortest search may, so that a slow list cannot cost the others."""
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class NamedLists(TokenRetriever):
    """Search the lists at the addresses that the first name of `needs` holds, with commas between them."""

    urls: tuple[str, ...]
    list_s: float = LIST_S
    limit = RateLimit(requests=5, seconds=1.0)  # several requests each, to servers of the user's choice

    @classmethod
    def configured(cls, env: Mapping[str, str]) -> Self:
        """Build one for the configured addresses."""
        return cls(tuple(url.strip() for url in env[cls.needs[0]].split(",") if url.strip()))

    def request(self, query: SearchQuery) -> httpx.Request:  # noqa: ARG002 - nothing of the query is sent
        """Ask for the first list; the others are asked for in the same way."""
        return httpx.Request("GET", self.urls[0])

    @abstractmethod
    async def listed(
        self, url: str, query: SearchQuery, client: httpx.AsyncClient, session: Session
    ) -> Sequence[SearchHit]:
        """Fetch one list and return all that it names."""

    async def search_in_session(self, query: SearchQuery, client: httpx.AsyncClient, session: Session) -> HitList:
        """Return what matches, best and newest first; broken lists are reported beside it, unless all are broken."""
        gate, errors = asyncio.Semaphore(AT_ONCE), dict[str, RetrieverError]()

        async def fetch(url: str) -> Sequence[SearchHit]:
            try:
                async with gate, asyncio.timeout(self.list_s):
                    return await self.listed(url, query, client, session)
            except TimeoutError:
                message = f"{self.name}: no answer in {self.list_s:g} s ({shown(url)})"
                errors[url] = ProviderUnavailable(message, reason="timeout")
            except RetrieverError as error:
                error.args = (f"{error} ({shown(url)})",)
                errors[url] = error
            return ()

        lists = await asyncio.gather(*map(fetch, self.urls))
        if len(errors) == len(self.urls):
            raise next(iter(errors.values()))
        reports = [UpstreamReport(provider=shown(url), error=str(error)) for url, error in errors.items()]
        reports += [report for hits in lists if isinstance(hits, HitList) for report in hits.upstream]
        return HitList.of(matching([hit for hits in lists for hit in hits], query)[: query.limit], reports)


def matching(hits: Sequence[SearchHit], query: SearchQuery) -> list[SearchHit]:
    """Keep what has at least half of the words and is as recent as wanted, each address once."""
    newest = sorted(hits, key=lambda hit: hit.published or LONG_AGO, reverse=True)
    if query.freshness:
        first = datetime.combine(first_day(query.freshness), time(), UTC)
        newest = [hit for hit in newest if hit.published and hit.published >= first]
    once = list({hit.url: hit for hit in reversed(newest)}.values())[::-1]
    return [once[place] for place in best(plain_words(query), [f"{hit.title} {hit.snippet}" for hit in once])]


def shown(url: str) -> str:
    """Name a list without what its address may hold in secret."""
    address = urlsplit(url)
    return f"{address.hostname or ''}{address.path}" or "no address"
