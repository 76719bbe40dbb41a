"""Linkup, a search made for language models, through its API (https://docs.linkup.so)."""

from collections.abc import Iterator

import httpx

from retrievers import RateLimit, SearchHit, SearchQuery
from retrievers.freshness import first_day
from retrievers.keyed import KeyedRetriever
from retrievers.plain_text import one_line


class Linkup(KeyedRetriever):
    """Search the general web with a key of one's own; takes no language."""

    name = provider = "linkup"
    focus = "web"
    needs = ("LINKUP_API_KEY",)
    limit = RateLimit(requests=10, seconds=1.0)  # "Rate Limits" in its documentation
    quota_marks = ("INSUFFICIENT_FUNDS_CREDITS",)  # comes with HTTP 429
    no_results = ("SEARCH_QUERY_NO_RESULT",)  # comes with HTTP 400
    receives = "the words of the query"

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask for pages and excerpts, without an answer of Linkup's own."""
        asked = {"q": query.text, "depth": "standard", "outputType": "searchResults", "maxResults": query.limit}
        if query.freshness:
            asked["fromDate"] = first_day(query.freshness).isoformat()
        headers = {"Authorization": f"Bearer {self.key}"}
        return httpx.Request("POST", "https://api.linkup.so/v1/search", json=asked, headers=headers)

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read the pages; images among them are none."""
        for row in response.json()["results"]:
            if row["type"] == "text":
                yield SearchHit(
                    url=row["url"], title=one_line(row["name"] or row["url"]), snippet=one_line(row["content"])
                )
