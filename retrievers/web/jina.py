"""Google's results, which are Jina's default provider, through its search API (https://s.jina.ai/docs)."""

from collections.abc import Iterator

import httpx

from retrievers import SearchHit, SearchQuery
from retrievers.keyed import KeyedRetriever
from retrievers.plain_text import one_line
from retrievers.shown_dates import shown_date


class Jina(KeyedRetriever):
    """Search the general web with a key of one's own; takes no time range."""

    name = "jina"
    provider = "google"
    focus = "web"
    needs = ("JINA_API_KEY",)
    no_results = ("No search results available for query",)  # comes with HTTP 422

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask for the list only: with contents one search takes 10,000 tokens of the account."""
        asked = {"q": query.text, "hl": query.language, "num": str(min(query.limit, 10))}
        headers = {"Authorization": f"Bearer {self.key}", "Accept": "application/json"}
        return httpx.Request(
            "GET", "https://s.jina.ai/", params=asked, headers=headers | {"X-Respond-With": "no-content"}
        )

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read the pages."""
        for row in response.json()["data"]:
            yield SearchHit(
                url=row["url"],
                title=one_line(row["title"] or row["url"]),
                snippet=one_line(row.get("description") or ""),
                published=shown_date(row.get("date")),
            )
