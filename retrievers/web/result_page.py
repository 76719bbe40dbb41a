"""Search engines without an API: how the page of results that they show to people is asked for and read.

Knows what such pages have in common, and one browser's headers. Leaves addresses and selectors to each engine's file,
and what blocks and changed layouts are called to `http.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import urljoin

import httpx
from bs4 import BeautifulSoup, Tag

from retrievers.contract import RateLimit, SearchHit, SearchQuery
from retrievers.errors import AccessDenied
from retrievers.http import HttpRetriever
from retrievers.plain_text import one_line

__all__ = ["BROWSER", "ResultPage"]

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
"""The User-Agent of the engines that inherit this, and of nothing else: they answer programs with a check for humans.
It never varies, since an engine ties its tokens to it; the version is Firefox's long-term one."""


class ResultPage(HttpRetriever):
    """Read an engine's page of results: name its selectors and say how to ask; the rest is inherited."""

    focus = "web"
    expects = "html"
    best_effort = True
    limit = RateLimit(requests=1, seconds=2.0, at_once=1)  # no engine documents one: the pace of somebody reading
    denied_hint = "the engine refuses programs; connect a SearXNG instead: set FOOTNOTE_SEARXNG_URL"
    items: ClassVar[str]
    """CSS selector of one result."""
    link: ClassVar[str]
    """CSS selector of the result's address, within it."""
    title: ClassVar[str]
    snippet: ClassVar[str]
    challenges: ClassVar[tuple[str, ...]] = ()
    """What a page without results says that checks for humans, beside what `http.py` knows."""

    def headers(self, query: SearchQuery) -> dict[str, str]:
        """Speak as a browser set to the query's language does."""
        languages = query.language if query.language == "en" else f"{query.language},en;q=0.5"
        return {"User-Agent": BROWSER, "Accept": "text/html,application/xhtml+xml", "Accept-Language": languages}

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read every result that has an address and a title."""
        for item in BeautifulSoup(response.text, "lxml").select(self.items):
            link, title = item.select_one(self.link), item.select_one(self.title)
            address = self.address(urljoin(str(response.url), str(link["href"]))) if link else ""
            if address and title:
                yield SearchHit(
                    url=address, title=text_of(title) or address, snippet=text_of(item.select_one(self.snippet))
                )

    def address(self, href: str) -> str:
        """Unwrap the address of a result, for engines that count clicks; "" for what is none, like an advertisement."""
        return href

    def check_emptiness(self, response: httpx.Response) -> None:
        """Tell this engine's own check for humans from a new layout."""
        if any(mark in response.text for mark in self.challenges):
            message = f"{self.name}: a check for humans instead of results; use another source for now"
            raise AccessDenied(message, reason="captcha")
        super().check_emptiness(response)


def text_of(tag: Tag | None) -> str:
    """Return what a tag shows, on one line; "" where there is none."""
    return one_line(tag.get_text()) if tag else ""
