"""Biomedical papers of PubMed, through NCBI's E-utilities (https://www.ncbi.nlm.nih.gov/books/NBK25499/)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

import httpx

from retrievers import HitList, HttpRetriever, RateLimit, SearchHit, SearchQuery
from retrievers.freshness import DAYS
from retrievers.keywords import loosened
from retrievers.science.paper import paper_hit, search_words
from retrievers.science.pubmed_record import abstract_of, date_of, found_ids
from retrievers.xml_tree import text_of, xml_root

EUTILS = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"


@dataclass(frozen=True)
class PubMed(HttpRetriever):
    """Search abstracts of the life sciences, and quote them."""

    key: str = field(default="", repr=False)
    name = provider = "pubmed"
    focus, expects, on_by_default = "science", "xml", True
    limit = RateLimit(requests=1, seconds=1.0, at_once=1)  # three requests a second, which one search may make
    receives, example = "the words of the query", "protein folding"

    @classmethod
    def configured(cls, env: Mapping[str, str]) -> Self:
        """Build one with the key, where there is one."""
        return cls(env.get("NCBI_API_KEY", ""))

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> HitList:
        """Find papers with every word, else with the most telling half of them; then fetch their records."""
        for words in list(loosened(search_words(query)))[:2]:
            found = await self.ask(self.request(replace(query, text=" ".join(words))), client)
            if ids := self.understand(found, found_ids):
                fetched = await self.ask(self.asking("efetch", {"id": ",".join(ids)}), client)
                return await self.read_apart(fetched, query.limit)
        return HitList()

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask for the numbers of papers, the most relevant first."""
        params = {"term": " ".join(search_words(query)), "retmax": str(min(query.limit, 100)), "sort": "relevance"}
        params |= {"datetype": "pdat", "reldate": str(DAYS[query.freshness])} if query.freshness else {}
        return self.asking("esearch", params)

    def asking(self, tool: str, params: Mapping[str, str]) -> httpx.Request:
        """Ask one of the E-utilities, saying who asks as its rules want it."""
        whole = {"db": "pubmed", **params, "retmode": "xml", "tool": "footnote"}
        return httpx.Request("GET", f"{EUTILS}/{tool}.fcgi", params=whole | ({"api_key": self.key} if self.key else {}))

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read the records of papers."""
        for article in xml_root(response.content, "PubmedArticleSet").findall("PubmedArticle"):
            url = f"https://pubmed.ncbi.nlm.nih.gov/{text_of(article.find('MedlineCitation/PMID'))}/"
            title, venue = text_of(article.find(".//ArticleTitle")) or url, text_of(article.find(".//Journal/Title"))
            abstract, day = abstract_of(article), date_of(article)
            yield paper_hit(url=url, title=title, abstract=abstract, published=day, byline=venue)
