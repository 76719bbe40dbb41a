"""Sitemaps that the user names (https://www.sitemaps.org/protocol.html), searched by the words of their addresses."""

import asyncio
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx

from retrievers import HitList, RetrieverError, SearchHit, SearchQuery, Session, UpstreamReport
from retrievers.loosening import plain_words
from retrievers.matching import matched
from retrievers.news.named_lists import NamedLists, shown
from retrievers.news.sitemap_tree import further, pages, sitemap_root
from retrievers.unchanged import ask_if_changed

MAX_REQUESTS = 8
"""Of one site for one question; an index may name thousands of sitemaps."""
MAX_PAGES = 50_000
"""The protocol's limit on one sitemap."""


class Sitemap(NamedLists):
    """Search the pages that the sitemaps of `FOOTNOTE_SITEMAPS` name."""

    name = provider = "sitemap"
    focus, expects = "news", "xml"
    needs = ("FOOTNOTE_SITEMAPS",)
    receives = "nothing of the query: the sitemaps are fetched whole and searched here"
    unreachable_hint = "correct its address in FOOTNOTE_SITEMAPS"

    async def listed(self, url: str, query: SearchQuery, client: httpx.AsyncClient, session: Session) -> HitList:
        """Read a sitemap and the further ones it names on its own host: those first that are named for the question."""
        asked, waiting, found, reports = set[str](), [url], list[SearchHit](), list[UpstreamReport]()
        while waiting and len(asked) < MAX_REQUESTS:
            asked.add(here := waiting.pop(0))
            try:
                response = await ask_if_changed(self, httpx.Request("GET", here), client, session)
                found += await asyncio.to_thread(self.read, response, MAX_PAGES)
                waiting += await asyncio.to_thread(self.further, response, query)
            except RetrieverError as error:
                if here == url:
                    raise
                reports.append(UpstreamReport(provider=shown(here), error=f"{error} ({shown(here)})"))
            waiting = [one for one in dict.fromkeys(waiting) if one not in asked]
        return HitList.of(found, reports)

    def further(self, response: httpx.Response, query: SearchQuery) -> list[str]:
        """Order the further sitemaps by the question's words in their names, then by how new they are."""
        words, host = plain_words(query), urlsplit(str(response.request.url)).netloc
        named = [one for one in further(sitemap_root(response.content)) if urlsplit(one[0]).netloc == host]
        newest = sorted(named, key=lambda one: one[1].timestamp() if one[1] else 0.0, reverse=True)
        return [url for url, _ in sorted(newest, key=lambda one: -matched(words, one[0]))]

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read the pages of one sitemap."""
        return pages(sitemap_root(response.content))
