"""Google's results, through the API of SerpApi (https://serpapi.com/search-api, https://serpapi.com/search-errors)."""

from collections.abc import Iterator

import httpx

from retrievers import ProviderUnavailable, SearchHit, SearchQuery
from retrievers.freshness import letter
from retrievers.keyed import KeyedRetriever
from retrievers.plain_text import one_line
from retrievers.shown_dates import shown_date

FOUND_NOTHING = "hasn't returned any results"
GOOGLES = {"zh": "zh-cn"}  # languages whose code at Google is another


class SerpApi(KeyedRetriever):
    """Search the general web with a key of one's own."""

    name = "serpapi"
    provider = "google"
    focus = "web"
    needs = ("SERPAPI_API_KEY",)
    quota_marks = ("run out of searches",)  # comes with HTTP 429

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask Google; the key travels in the address, since SerpApi takes it nowhere else."""
        asked = {"engine": "google", "q": query.text, "num": str(min(query.limit, 10)), "api_key": self.key}
        asked["hl"] = GOOGLES.get(query.language, query.language)
        if query.freshness:
            asked["tbs"] = f"qdr:{letter(query.freshness)}"
        return httpx.Request("GET", "https://serpapi.com/search.json", params=asked)

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read the organic results; failures, and finding nothing, come with HTTP 200."""
        answer = response.json()
        error = answer.get("error", "")
        if error and FOUND_NOTHING not in error:
            message = f"serpapi: {one_line(error)}"
            raise ProviderUnavailable(message, reason="outage")
        for row in () if error else answer["organic_results"]:
            yield SearchHit(
                url=row["link"],
                title=one_line(row["title"]) or row["link"],
                snippet=one_line(row.get("snippet") or ""),
                published=shown_date(row.get("date")),
            )
