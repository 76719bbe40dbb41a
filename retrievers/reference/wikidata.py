"""Wikidata, through the action API of Wikibase (https://www.wikidata.org/w/api.php)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice

import httpx

from retrievers import HitList, RateLimit, SearchHit, SearchQuery
from retrievers.keywords import loosened
from retrievers.loosening import plain_words
from retrievers.reference.statements import in_words, measurements, name_in, needed
from retrievers.reference.wikibase import WikibaseRetriever, rows

MAX_ENTITIES, ATTEMPTS = 5, 3
"""More entities of one name are noise; each attempt asks for fewer words."""


class Wikidata(WikibaseRetriever):
    """Search things by their names and descriptions, with what is stated of them: dates, numbers, relations."""

    name = provider = "wikidata"
    focus = "reference"
    on_by_default = True
    limit = RateLimit(requests=2, seconds=1.0, at_once=1)  # Wikimedia: three at once, and a search asks for names so

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> HitList:
        """Find ids, fetch their statements, then the names of what these speak of."""
        for words in islice(loosened(plain_words(query)), ATTEMPTS):
            if not (ids := await self.found(self.request(replace(query, text=" ".join(words))), client)):
                continue
            wanted = self.entities_request(ids, "labels|descriptions|claims", query.language)
            response = await self.ask(wanted, client)
            if not await self.read_apart(response, query.limit):
                continue
            named = (key for row in rows(response) for key in needed(row))
            names = await self.names(named, query.language, client)
            return HitList.of(islice(self.usable(hits(response, names)), query.limit))
        return HitList()

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask for the ids of what has all words."""
        return self.search_request(query.text, min(query.limit, MAX_ENTITIES))

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read entities before the names of what they speak of are known."""
        return hits(response, {})


def hits(response: httpx.Response, names: Mapping[str, str]) -> Iterator[SearchHit]:
    """Make a hit of each entity that has a name, in words and in figures."""
    language = response.request.url.params["languages"].partition("|")[0]
    for row in rows(response):
        title, about = name_in(row["labels"], language), name_in(row["descriptions"], language)
        url = f"https://www.wikidata.org/wiki/{row['id']}"
        text = f"{title}: {about}. {in_words(row, names)}".strip()
        series = measurements(row, names, title, url)
        if title:
            yield SearchHit(url=url, title=title, snippet=about, text=text, values=series)
