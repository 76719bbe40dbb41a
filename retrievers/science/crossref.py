"""Works registered with Crossref, through its REST API (https://api.crossref.org/swagger-ui/index.html)."""

from collections.abc import Iterator

import httpx

from retrievers import HttpRetriever, RateLimit, SearchHit, SearchQuery
from retrievers.freshness import first_day
from retrievers.plain_text import plain_text
from retrievers.science.paper import abstract_text, doi_address, paper_hit, partial_date, search_words

FIELDS = "DOI,title,abstract,published,container-title"
MOST = 100


class Crossref(HttpRetriever):
    """Search titles, authors and abstracts of scholarly works, and quote the abstracts."""

    name = provider = "crossref"
    focus = "science"
    on_by_default = True
    limit = RateLimit(requests=1, seconds=1.0, at_once=1)
    """Its public pool since December 2025; whoever names an address in the User-Agent is in the polite pool (three)."""
    receives = "the words of the query"
    example = "protein folding"

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask for the fields that are read, and no others."""
        params = {"query": " ".join(search_words(query)), "select": FIELDS, "rows": str(min(query.limit, MOST))}
        if query.freshness:
            params["filter"] = f"from-pub-date:{first_day(query.freshness)}"
        return httpx.Request("GET", "https://api.crossref.org/works", params=params)

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read the works; one without title cannot be shown."""
        for work in response.json()["message"]["items"]:
            url, title = doi_address(work["DOI"]), plain_text(" ".join(work.get("title") or ()))
            if not title:
                continue
            yield paper_hit(
                url=url,
                title=title,
                abstract=abstract_text(work.get("abstract")),
                published=partial_date(work["published"]["date-parts"][0]) if "published" in work else None,
                byline=plain_text(" ".join(work.get("container-title") or ())),
            )
