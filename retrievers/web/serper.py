"""Google's results, through the API of Serper (https://serper.dev)."""

from collections.abc import Iterator

import httpx

from retrievers import SearchHit, SearchQuery
from retrievers.freshness import letter
from retrievers.keyed import KeyedRetriever
from retrievers.plain_text import one_line
from retrievers.shown_dates import shown_date

GOOGLES = {"zh": "zh-cn"}  # languages whose code at Google is another


class Serper(KeyedRetriever):
    """Search the general web with a key of one's own."""

    name = "serper"
    provider = "google"
    focus = "web"
    needs = ("SERPER_API_KEY",)
    key_marks = ("Unauthorized",)  # comes with HTTP 403
    quota_marks = ("Not enough credits",)  # comes with HTTP 400

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask for one page of results: more than ten cost twice."""
        asked = {"q": query.text, "num": min(query.limit, 10), "hl": GOOGLES.get(query.language, query.language)}
        if query.freshness:
            asked["tbs"] = f"qdr:{letter(query.freshness)}"
        return httpx.Request("POST", "https://google.serper.dev/search", json=asked, headers={"X-API-KEY": self.key})

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read the organic results."""
        for row in response.json()["organic"]:
            yield SearchHit(
                url=row["link"],
                title=one_line(row["title"]) or row["link"],
                snippet=one_line(row.get("snippet") or ""),
                published=shown_date(row.get("date")),
            )
