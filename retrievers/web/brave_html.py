"""Brave's own index, through its page of results (https://search.brave.com)."""

import httpx

from retrievers import SearchQuery
from retrievers.freshness import letter
from retrievers.web.regions import EVERYWHERE, region_of
from retrievers.web.result_page import ResultPage


class BraveHtml(ResultPage):
    """Search the general web without a key; Brave may answer with a check for humans instead."""

    name = "brave_html"
    provider = "brave"
    items = 'div.snippet[data-type="web"]'
    link = "a[href]:has(.title)"
    title = "a[href] .title"
    snippet = ".generic-snippet .content"
    no_results = ("Not many great matches came back",)
    challenges = ("/search/captcha", "flagged as being suspicious")

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask for pages, without a summary of Brave's own."""
        asked = {"q": query.text, "source": "web"}
        if query.freshness:
            asked["tf"] = f"p{letter(query.freshness)}"
        country = "all" if (region := region_of(query.language)) == EVERYWHERE else region[:2]
        headers = self.headers(query) | {
            "Accept-Encoding": "gzip, deflate",  # all that SearXNG asks Brave for
            # The page is asked for in English, whose words `no_results` knows.
            "Cookie": f"country={country}; useLocation=0; summarizer=0; ui_lang=en-us",
        }
        return httpx.Request("GET", "https://search.brave.com/search", params=asked, headers=headers)
