"""Google News, through the RSS of its search (https://news.google.com/rss/search); for personal use, say its terms."""

import base64
import re
from collections.abc import Iterator
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import httpx
from bs4 import BeautifulSoup

from retrievers import HttpRetriever, SearchHit, SearchQuery
from retrievers.freshness import DAYS
from retrievers.loosening import plain_words
from retrievers.news.feeds import mail_date
from retrievers.news.markets import COUNTRIES
from retrievers.plain_text import one_line
from retrievers.xml_tree import text_of, xml_root

EDITIONS = {"en": ("en-US", "US:en"), "pt": ("pt-BR", "BR:pt-419"), "zh": ("zh-CN", "CN:zh-Hans")}


class GoogleNews(HttpRetriever):
    """Search headlines; where an address is Google's redirect, the headline and its publisher are what is known."""

    name, provider = "google_news", "google"
    focus, expects = "news", "xml"
    on_by_default = has_editions = True

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask in the edition of the question's language; all three of `hl`, `gl` and `ceid` are needed."""
        language = query.language if query.language in COUNTRIES else "en"
        country = COUNTRIES[language]
        edition, market = EDITIONS.get(language, (language, f"{country}:{language}"))
        words = [*plain_words(query), *([f"when:{DAYS[query.freshness]}d"] if query.freshness else [])]
        asked = {"q": " ".join(words), "hl": edition, "gl": country, "ceid": market}
        return httpx.Request("GET", "https://news.google.com/rss/search", params=asked)

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read a hit from each headline, with what other papers wrote about the same."""
        channel = xml_root(response.content, "rss")[0]
        for item in channel.findall("item"):
            publisher = text_of(item.find("source"))
            about = BeautifulSoup(text_of(item.find("description")), "lxml")
            others = "; ".join(one_line(row.get_text(" ")) for row in about("li")[1:])
            yield SearchHit(
                url=article_url(item),
                title=text_of(item.find("title")).removesuffix(f" - {publisher}"),
                snippet=" · ".join(part for part in (publisher, others) if part),
                published=mail_date(text_of(item.find("pubDate"))),
            )


def article_url(item: Element) -> str:
    """Return the article's own address where an older link carries it, else Google's redirect to it."""
    link = text_of(item.find("link"))
    code = re.sub(r"[^\w-]", "", urlsplit(link).path.rpartition("/")[2], flags=re.ASCII)
    carried = re.search(rb"https?://[\x21-\x7e]+", base64.urlsafe_b64decode(code[: len(code) // 4 * 4]))
    return carried[0].decode() if carried else link
