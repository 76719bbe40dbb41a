"""A search that is answered with a recorded body, whatever it asks, and judged by what the index says of that body."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import httpx

from retrievers import HitList, HttpRetriever, RetrieverError, SearchQuery
from tests.retrievers.shared_fixtures import Row, response

__all__ = ["judge", "replay"]


def replay(retriever: HttpRetriever, *rows: Row, text: str = "attention mechanism", limit: int = 50) -> HitList:
    """Search with one body as the answer to every request, or with several, each to one request."""
    bodies = list(rows)

    def answer(_: httpx.Request) -> httpx.Response:
        return response(bodies.pop(0) if len(bodies) > 1 else bodies[0])

    async def search() -> HitList:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
            return await retriever.search(SearchQuery(text=text, limit=limit), client)

    return asyncio.run(search())


def judge(retriever: HttpRetriever, row: Row, text: str = "attention mechanism") -> HitList:
    """Check that a search makes of a body what the index says: enough hits, none, or a named error."""
    try:
        hits = replay(retriever, row, text=text)
    except RetrieverError:
        assert row.case in {"error", "blocked"}, row.what
        return HitList()
    assert row.case not in {"error", "blocked"}, row.what
    assert len(hits) >= row.min_hits, row.what
    assert row.case == "hits" or not hits, row.what
    assert all(urlsplit(hit.url).scheme in {"http", "https"} and urlsplit(hit.url).netloc for hit in hits), row.what
    assert all(hit.title for hit in hits), row.what
    return hits
