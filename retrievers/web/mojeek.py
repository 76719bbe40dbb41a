"""Mojeek's own index, through its page of results (https://www.mojeek.com)."""

import httpx

from retrievers import SearchQuery
from retrievers.freshness import first_day
from retrievers.web.regions import EVERYWHERE, region_of
from retrievers.web.result_page import ResultPage


class Mojeek(ResultPage):
    """Search the general web in an index that is no copy of Google's or Bing's."""

    name = provider = "mojeek"
    items = "ul.results-standard > li"
    link = title = "h2 a[href]"
    snippet = "p.s"
    no_results = ("No pages found matching",)
    challenges = ("automated queries",)

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask for the first page, without `s`: s=0 is taken for a program's."""
        asked = {"q": query.text}
        if query.freshness:
            asked["since"] = f"{first_day(query.freshness):%Y%m%d}"
        headers = self.headers(query)
        if (region := region_of(query.language)) != EVERYWHERE:
            headers["Cookie"] = f"lb={query.language}; arc={region[:2]}"
        return httpx.Request("GET", "https://www.mojeek.com/search", params=asked, headers=headers)
