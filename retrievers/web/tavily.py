"""Tavily, a search made for language models, through its API (https://docs.tavily.com/documentation/api-reference)."""

from collections.abc import Iterator

import httpx

from retrievers import RateLimit, SearchHit, SearchQuery
from retrievers.keyed import KeyedRetriever
from retrievers.plain_text import one_line


class Tavily(KeyedRetriever):
    """Search the general web with a key of one's own; takes no language."""

    name = provider = "tavily"
    focus = "web"
    needs = ("TAVILY_API_KEY",)
    limit = RateLimit(requests=100, seconds=60.0)  # development keys: 100 a minute
    quota_statuses = frozenset({402, 432, 433})  # 432: the plan, 433: pay as you go
    receives = "the words of the query"

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask for pages and excerpts, without an answer of Tavily's own."""
        asked = {"query": query.text, "max_results": min(query.limit, 20), "search_depth": "basic"}
        if query.freshness:
            asked["time_range"] = query.freshness
        headers = {"Authorization": f"Bearer {self.key}"}
        return httpx.Request("POST", "https://api.tavily.com/search", json=asked, headers=headers)

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read the pages with their excerpts, which are plain text."""
        for row in response.json()["results"]:
            yield SearchHit(
                url=row["url"], title=one_line(row["title"] or row["url"]), snippet=one_line(row["content"] or "")
            )
