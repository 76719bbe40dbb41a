"""Exa, an index searched by meaning, through its API (https://docs.exa.ai/reference/search)."""

from collections.abc import Iterator

import httpx

from retrievers import RateLimit, SearchHit, SearchQuery
from retrievers.dates import iso_date
from retrievers.freshness import first_day
from retrievers.keyed import KeyedRetriever
from retrievers.plain_text import one_line


class Exa(KeyedRetriever):
    """Search the general web with a key of one's own; takes no language."""

    name = provider = "exa"
    focus = "web"
    needs = ("EXA_API_KEY",)
    limit = RateLimit(requests=5, seconds=1.0)  # https://docs.exa.ai/reference/rate-limits, of the smallest plan
    receives = "the words of the query"

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask for pages with the sentences that fit the query."""
        asked = {"query": query.text, "numResults": min(query.limit, 100), "contents": {"highlights": True}}
        if query.freshness:
            asked["startPublishedDate"] = f"{first_day(query.freshness)}T00:00:00.000Z"
        headers = {"x-api-key": self.key}
        return httpx.Request("POST", "https://api.exa.ai/search", json=asked, headers=headers)

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read the pages; some have neither title nor date."""
        for row in response.json()["results"]:
            yield SearchHit(
                url=row["url"],
                title=one_line(row.get("title") or row["url"]),
                snippet=one_line(" … ".join(row.get("highlights") or ())),
                published=iso_date(row.get("publishedDate")),
            )
