"""Feeds that the user names: RSS, Atom (RFC 4287) and JSON Feed (https://www.jsonfeed.org/version/1.1/)."""

import asyncio
from collections.abc import Iterator, Sequence

import httpx

from retrievers import SearchHit, SearchQuery, Session
from retrievers.news.feeds import entries
from retrievers.news.named_lists import NamedLists
from retrievers.unchanged import ask_if_changed

MAX_ENTRIES = 1_000


class Rss(NamedLists):
    """Search the entries of the feeds of `FOOTNOTE_FEEDS` for the question's words."""

    name = provider = "rss"
    focus, expects = "news", "xml"
    needs = ("FOOTNOTE_FEEDS",)
    receives = "nothing of the query: the feeds are fetched whole and searched here"
    denied_hint = "the publisher refuses to give us the feed"
    unreachable_hint = "correct its address in FOOTNOTE_FEEDS"

    async def listed(
        self,
        url: str,
        query: SearchQuery,  # noqa: ARG002 - a feed is short enough to be read whole
        client: httpx.AsyncClient,
        session: Session,
    ) -> Sequence[SearchHit]:
        """Fetch a feed, if it has changed, and read it beside the event loop: that takes up to 100 ms."""
        response = await ask_if_changed(self, httpx.Request("GET", url), client, session)
        return await asyncio.to_thread(self.read, response, MAX_ENTRIES)

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read the entries of one feed."""
        return entries(response)
