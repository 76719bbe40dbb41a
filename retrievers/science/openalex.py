"""Works of OpenAlex, through its API (https://developers.openalex.org/api-reference/works)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

import httpx

from retrievers import HttpRetriever, RateLimit, SearchHit, SearchQuery
from retrievers.dates import iso_date
from retrievers.freshness import first_day
from retrievers.plain_text import plain_text
from retrievers.science.paper import doi_address, paper_hit, search_words

FIELDS = "id,doi,title,publication_date,primary_location,abstract_inverted_index"
MOST = 100


@dataclass(frozen=True)
class OpenAlex(HttpRetriever):
    """Search titles, abstracts and full texts of scholarly works, and quote the abstracts."""

    key: str = field(default="", repr=False)
    name = provider = "openalex"
    focus = "science"
    on_by_default = True
    limit = RateLimit(requests=10, seconds=1.0)  # it documents 100 a second, but without a key only 100 searches a day
    receives = "the words of the query"
    denied_hint = "without a key it allows 100 searches a day; get a free one and set OPENALEX_API_KEY"
    example = "protein folding"

    @classmethod
    def configured(cls, env: Mapping[str, str]) -> Self:
        """Build one with the key, where there is one."""
        return cls(env.get("OPENALEX_API_KEY", ""))

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask for the fields that are read, and no others."""
        params = {"search": " ".join(search_words(query)), "select": FIELDS, "per_page": str(min(query.limit, MOST))}
        if query.freshness:
            params["filter"] = f"from_publication_date:{first_day(query.freshness)}"
        params |= {"api_key": self.key} if self.key else {}
        return httpx.Request("GET", "https://api.openalex.org/works", params=params)

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read the works; one without title cannot be shown."""
        for work in response.json()["results"]:
            place = work["primary_location"] or {}
            url = doi_address(work["doi"]) if work["doi"] else place.get("landing_page_url") or work["id"]
            abstract, published = unfolded(work["abstract_inverted_index"]), iso_date(work["publication_date"])
            if title := plain_text(work["title"] or ""):
                byline = (place.get("source") or {}).get("display_name") or ""
                yield paper_hit(url=url, title=title, abstract=abstract, published=published, byline=byline)


def unfolded(places: Mapping[str, Sequence[int]] | None) -> str:
    """Put an abstract together from the places of its words."""
    words = sorted((place, word) for word, found in (places or {}).items() for place in found)
    return " ".join(word for _, word in words)
