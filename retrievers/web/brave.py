"""Brave's own index, through its Search API (https://api-dashboard.search.brave.com/app/documentation)."""

from collections.abc import Iterator

import httpx

from retrievers import RateLimit, SearchHit, SearchQuery
from retrievers.dates import iso_date
from retrievers.freshness import letter
from retrievers.keyed import KeyedRetriever
from retrievers.plain_text import plain_text

MOST_WORDS = 50  # of a query, by the documentation of `q`
CODES = {"ja": "jp", "no": "nb", "pt": "pt-pt", "zh": "zh-hans"}
LANGUAGES = (
    "ar bg bn ca cs da de en es et eu fi fr gl gu he hi hr hu is it jp kn ko lt lv ml mr ms nb nl pa pl "
    "pt-pt ro ru sk sl sr sv ta te th tr uk vi zh-hans"
)
"""What `search_lang` takes: another value is refused with HTTP 422."""


class Brave(KeyedRetriever):
    """Search the general web with a key of one's own."""

    name = provider = "brave"
    focus = "web"
    needs = ("BRAVE_API_KEY",)
    limit = RateLimit(requests=1, seconds=1.0, at_once=1)  # the smallest plan: X-RateLimit-Limit begins with 1
    key_marks = ("SUBSCRIPTION_TOKEN_INVALID",)  # comes with HTTP 422

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask for pages only, twenty at most."""
        asked = {
            "q": " ".join(query.text.split()[:MOST_WORDS]),
            "count": str(min(query.limit, 20)),
            "result_filter": "web",
            "text_decorations": "false",
        }
        if (language := CODES.get(query.language, query.language)) in LANGUAGES.split():
            asked["search_lang"] = language
        if query.freshness:
            asked["freshness"] = f"p{letter(query.freshness)}"
        headers = {"X-Subscription-Token": self.key, "Accept": "application/json"}
        return httpx.Request("GET", "https://api.search.brave.com/res/v1/web/search", params=asked, headers=headers)

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read the pages; an answer without `web` echoes the query and found none."""
        answer = response.json()
        found = answer["web"]["results"] if "web" in answer or "query" not in answer else ()
        for row in found:
            yield SearchHit(
                url=row["url"],
                title=plain_text(row["title"]) or row["url"],
                snippet=plain_text(row.get("description") or ""),
                published=iso_date(row.get("page_age")),
            )
