"""Preprints of arXiv, through its query API (https://info.arxiv.org/help/api/user-manual.html)."""

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx

from retrievers import HttpRetriever, ProviderUnavailable, RateLimit, SearchHit, SearchQuery
from retrievers.dates import iso_date
from retrievers.freshness import first_day
from retrievers.science.paper import paper_hit, search_words
from retrievers.xml_tree import text_of, xml_root

ATOM = "{http://www.w3.org/2005/Atom}"
TOTAL = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"
MOST = 100


class Arxiv(HttpRetriever):
    """Search titles, authors and abstracts of preprints, and quote the abstracts."""

    name = provider = "arxiv"
    focus = "science"
    expects = "xml"
    on_by_default = True
    limit = RateLimit(requests=1, seconds=3.0, at_once=1)  # its terms of use: one request every three seconds
    receives = "the words of the query"
    example = "protein folding"

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask for papers with any of the words, those with the most of them first; a quoted word is no operator."""
        asked = " OR ".join(f'all:"{word}"' for word in search_words(query))
        if query.freshness:
            today = datetime.now(UTC).date()
            first = first_day(query.freshness, today)
            asked = f"({asked}) AND submittedDate:[{first:%Y%m%d}0000 TO {today:%Y%m%d}2359]"
        params = {"search_query": asked, "max_results": str(min(query.limit, MOST)), "sortBy": "relevance"}
        return httpx.Request("GET", "https://export.arxiv.org/api/query", params=params)

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read the entries; an error is an entry too, and a page without the entries it counts is a known fault."""
        feed = xml_root(response.content, f"{ATOM}feed")
        entries = feed.findall(f"{ATOM}entry")
        if int(text_of(feed.find(TOTAL))) and not entries:
            raise ProviderUnavailable("arxiv: counts papers but lists none; ask again later", reason="outage")
        for entry in entries:
            address, summary = text_of(entry.find(f"{ATOM}id")), text_of(entry.find(f"{ATOM}summary"))
            if "/api/errors" in address:
                raise ValueError(summary)
            yield paper_hit(
                url=address.replace("http://", "https://", 1),
                title=text_of(entry.find(f"{ATOM}title")),
                abstract=summary,
                published=iso_date(text_of(entry.find(f"{ATOM}published"))),
            )
