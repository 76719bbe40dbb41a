"""You.com's own index, through its Web Search API (https://you.com/docs/guides/search)."""

from collections.abc import Iterator

import httpx

from retrievers import RateLimit, SearchHit, SearchQuery
from retrievers.dates import iso_date
from retrievers.keyed import KeyedRetriever
from retrievers.plain_text import plain_text


class You(KeyedRetriever):
    """Search the general web, and news where the question is about them, with a key of one's own."""

    name = provider = "you"
    focus = "web"
    needs = ("YDC_API_KEY",)
    limit = RateLimit(requests=10, seconds=1.0)  # self-serve accounts: ten a second

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask for pages and news, a hundred of each at most."""
        asked = {"query": query.text, "count": min(query.limit, 100), "language": query.language.upper()}
        if query.freshness:
            asked["freshness"] = query.freshness
        return httpx.Request("POST", "https://ydc-index.io/v1/search", json=asked, headers={"X-API-Key": self.key})

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read pages, then news; a section that found nothing may be left out."""
        sections = response.json()["results"]
        for row in [*sections.get("web", ()), *sections.get("news", ())]:
            yield SearchHit(
                url=row["url"],
                title=plain_text(row["title"] or "") or row["url"],
                snippet=plain_text(" ".join(row.get("snippets") or ()) or row.get("description") or ""),
                published=iso_date(row.get("page_age")),
            )
