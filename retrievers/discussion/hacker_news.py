"""Hacker News, through the search API of Algolia (https://hn.algolia.com/api)."""

from collections.abc import Iterator
from datetime import UTC, datetime, time

import httpx

from retrievers import RateLimit, SearchHit, SearchQuery
from retrievers.excerpt import excerpt
from retrievers.freshness import first_day
from retrievers.loosening import LooseRetriever
from retrievers.plain_text import one_line, plain_text

ITEM = "https://news.ycombinator.com/item?id="
MAX_PAGE = 1_000


class HackerNews(LooseRetriever):
    """Search stories: the pages that were submitted, and what people asked or showed."""

    name = provider = "hacker_news"
    focus, receives = "discussion", "the words of the query"
    languages = ("en",)
    on_by_default = True
    attempts = 3
    limit = RateLimit(requests=50, seconds=60.0)  # 10,000 requests an hour from one address, three to a search

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask for stories with the words, the most relevant first."""
        asked = {"query": query.text, "tags": "story", "hitsPerPage": str(min(query.limit, MAX_PAGE))}
        if query.freshness:
            first = datetime.combine(first_day(query.freshness), time(), UTC)
            asked["numericFilters"] = f"created_at_i>={first.timestamp():.0f}"
        return httpx.Request("GET", "https://hn.algolia.com/api/v1/search", params=asked)

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read a hit from each story: the page it names, or its own text, which has no page elsewhere."""
        for row in response.json()["hits"]:
            discussion, text = ITEM + row["objectID"], row.get("story_text")
            said = f"{row['points'] or 0} points, {row['num_comments'] or 0} comments on Hacker News: {discussion}"
            yield SearchHit(
                url=row.get("url") or discussion,
                title=one_line(row["title"]),
                snippet=" · ".join(part for part in (excerpt(text), said) if part),
                published=datetime.fromtimestamp(row["created_at_i"], UTC),
                text=plain_text(text) if text and not row.get("url") else None,
            )
