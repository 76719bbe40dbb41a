"""Papers of Semantic Scholar, through its Academic Graph API (https://api.semanticscholar.org/api-docs/graph)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import httpx

from retrievers import HttpRetriever, RateLimit, SearchHit, SearchQuery
from retrievers.dates import iso_date
from retrievers.freshness import first_day
from retrievers.science.paper import doi_address, paper_hit, partial_date, search_words

SEARCH = "https://api.semanticscholar.org/graph/v1/paper/search"
FIELDS = "title,abstract,externalIds,publicationDate,year,venue"


@dataclass(frozen=True)
class SemanticScholar(HttpRetriever):
    """Search titles and abstracts of papers of every field, and quote the abstracts."""

    key: str = field(default="", repr=False)
    name = provider = "semantic_scholar"
    focus, on_by_default = "science", True
    limit = RateLimit(requests=1, seconds=1.0, at_once=1)  # what a key allows; without one, what all share
    receives = "the words of the query"
    denied_hint = "correct or remove SEMANTIC_SCHOLAR_API_KEY"
    example = "protein folding"

    @classmethod
    def configured(cls, env: Mapping[str, str]) -> Self:
        """Build one with the key, where there is one."""
        return cls(env.get("SEMANTIC_SCHOLAR_API_KEY", ""))

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask for the fields that are read; a word with a hyphen in it would find nothing."""
        words = " ".join(search_words(query)).replace("-", " ")
        params = {"query": words, "fields": FIELDS, "limit": str(min(query.limit, 100))}
        params |= {"publicationDateOrYear": f"{first_day(query.freshness)}:"} if query.freshness else {}
        return httpx.Request("GET", SEARCH, params=params, headers={"x-api-key": self.key} if self.key else {})

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read the papers; an answer without any leaves their list out."""
        answer = response.json()
        for paper in answer["data"] if answer["total"] else ():
            yield paper_hit(
                url=address_of(paper),
                title=paper["title"],
                abstract=paper.get("abstract") or "",
                published=iso_date(paper.get("publicationDate")) or partial_date((paper.get("year"),)),
                byline=paper.get("venue") or "",
            )


def address_of(paper: Mapping[str, Any]) -> str:
    """Prefer the addresses at which other databases know the same paper."""
    ids, own = paper.get("externalIds") or {}, f"https://www.semanticscholar.org/paper/{paper['paperId']}"
    preprint = f"https://arxiv.org/abs/{ids['ArXiv']}" if "ArXiv" in ids else own
    return doi_address(ids["DOI"]) if "DOI" in ids else preprint
