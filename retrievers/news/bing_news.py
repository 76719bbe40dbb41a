"""Bing News, through the RSS of its search (https://www.bing.com/news/search?format=rss)."""

from collections.abc import Iterator

import httpx

from retrievers import HttpRetriever, SearchHit, SearchQuery
from retrievers.loosening import plain_words
from retrievers.news.feeds import mail_date
from retrievers.news.markets import COUNTRIES
from retrievers.plain_text import plain_text
from retrievers.xml_tree import text_of, xml_root

INTERVALS = {"day": "4", "week": "7", "month": "9"}
"""What its page of results puts into its address for these."""
SOURCE = "{*}Source"
"""`News:Source`, whose namespace is the address that was asked."""


class BingNews(HttpRetriever):
    """Search news articles, with their beginnings and publishers."""

    name, provider = "bing_news", "bing"
    focus, expects = "news", "xml"
    on_by_default = has_editions = True

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask in the question's language, for the country where most read it."""
        language = query.language if query.language in COUNTRIES else "en"
        asked = {"q": " ".join(plain_words(query)), "format": "rss", "setlang": language, "cc": COUNTRIES[language]}
        if query.freshness in INTERVALS:
            asked["qft"] = f'interval="{INTERVALS[query.freshness]}"'
        return httpx.Request("GET", "https://www.bing.com/news/search", params=asked)

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read a hit from each article, at its publisher's own address."""
        for item in xml_root(response.content, "rss")[0].findall("item"):
            link, publisher = httpx.URL(text_of(item.find("link"))), text_of(item.find(SOURCE))
            about = plain_text(text_of(item.find("description")))
            yield SearchHit(
                url=link.params.get("url", str(link)),
                title=plain_text(text_of(item.find("title"))),
                snippet=" · ".join(part for part in (about, publisher) if part),
                published=mail_date(text_of(item.find("pubDate"))),
            )
