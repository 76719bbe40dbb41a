"""Biomedical papers of Europe PMC, through its REST API (https://europepmc.org/RestfulWebService)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import httpx

from retrievers import HitList, HttpRetriever, RateLimit, SearchHit, SearchQuery
from retrievers.dates import iso_date
from retrievers.freshness import first_day
from retrievers.keywords import loosened
from retrievers.plain_text import plain_text
from retrievers.science.paper import abstract_text, doi_address, paper_hit, search_words

MOST = 100


class EuropePmc(HttpRetriever):
    """Search abstracts and full texts of the life sciences, and quote the abstracts."""

    name = provider = "europe_pmc"
    focus = "science"
    on_by_default = True
    limit = RateLimit(requests=5, seconds=1.0)  # it publishes none; this is half of what the contract assumes
    receives = "the words of the query"
    example = "protein folding"

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> HitList:
        """Ask with ever fewer words until there are hits: it finds only papers that have every word."""
        hits = HitList()
        for words in loosened(search_words(query)):
            if hits := await super().search(replace(query, text=" ".join(words)), client):
                break
        return hits

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask for whole records; the words carry no character that its query language gives a meaning to."""
        asked = " ".join(search_words(query))
        if query.freshness:
            today = datetime.now(UTC).date()
            asked = f"({asked}) AND (FIRST_PDATE:[{first_day(query.freshness, today)} TO {today}])"
        params = {"query": asked, "format": "json", "resultType": "core", "pageSize": str(min(query.limit, MOST))}
        return httpx.Request("GET", "https://www.ebi.ac.uk/europepmc/webservices/rest/search", params=params)

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read the records; one without title cannot be shown."""
        for paper in response.json()["resultList"]["result"]:
            own = f"https://europepmc.org/article/{paper['source']}/{paper['id']}"
            url = doi_address(paper["doi"]) if paper.get("doi") else own
            abstract, published = abstract_text(paper.get("abstractText")), iso_date(paper.get("firstPublicationDate"))
            if title := plain_text(paper.get("title") or ""):
                byline = paper.get("authorString") or ""
                yield paper_hit(url=url, title=title, abstract=abstract, published=published, byline=byline)
