"""Kagi, a paid search without advertisements, through version 1 of its API (https://kagi.com/api/docs/openapi)."""

from collections.abc import Iterator

import httpx

from retrievers import SearchHit, SearchQuery
from retrievers.dates import iso_date
from retrievers.freshness import first_day
from retrievers.keyed import KeyedRetriever
from retrievers.plain_text import plain_text


class Kagi(KeyedRetriever):
    """Search the general web with a key of one's own; takes no language."""

    name = provider = "kagi"
    focus = "web"
    needs = ("KAGI_API_KEY",)
    receives = "the words of the query"

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask for the first page of results, of any region."""
        filters = {"region": "no_region"}
        if query.freshness:
            filters["after"] = first_day(query.freshness).isoformat()
        asked = {"query": query.text, "page": 1, "workflow": "search", "filters": filters}
        headers = {"Authorization": f"Bearer {self.key}"}
        return httpx.Request("POST", "https://kagi.com/api/v1/search", json=asked, headers=headers)

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read the pages; `data` without `search` found none."""
        for row in response.json()["data"].get("search", ()):
            yield SearchHit(
                url=row["url"],
                title=plain_text(row.get("title") or "") or row["url"],
                snippet=plain_text(row.get("snippet") or ""),
                published=iso_date(row.get("time")),
            )
