"""Wikipedia in every language, and any other wiki that runs MediaWiki, through its action API."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Self

import httpx

from retrievers import HitList, HttpRetriever, ProviderUnavailable, RateLimit, RateLimited, SearchHit, SearchQuery
from retrievers.keywords import keywords, loosened
from retrievers.plain_text import plain_text


@dataclass(frozen=True)
class Wikipedia(HttpRetriever):
    """Search the edition in the question's language; `FOOTNOTE_WIKIPEDIA_URL` names another wiki's `api.php`."""

    url: str = "https://{language}.wikipedia.org/w/api.php"
    name = provider = "wikipedia"
    focus = "reference"
    on_by_default = has_editions = True
    limit = RateLimit(requests=10, seconds=1.0, at_once=3)  # Wikimedia: three at once, enforced since March 2026
    max_characters = 300  # Wikimedia's limit on a search
    unreachable_hint = "check the network connection or correct FOOTNOTE_WIKIPEDIA_URL"

    @classmethod
    def configured(cls, env: Mapping[str, str]) -> Self:
        """Build one for the configured wiki, else for Wikipedia."""
        return cls(env.get("FOOTNOTE_WIKIPEDIA_URL") or cls.url)

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> HitList:
        """Ask with ever fewer words until there are hits: MediaWiki finds only pages that have every word."""
        hits = HitList()
        for words in loosened(keywords(query.text, query.language)):
            if hits := await super().search(replace(query, text=" ".join(words)), client):
                break
        return hits

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask for snippets (list) and addresses (generator) at once; `what=text` is needed where SQLite searches."""
        edition = query.language if re.fullmatch("[a-z]{2,3}", query.language) else "en"
        search = {"search": " ".join(keywords(query.text, query.language)), "limit": str(query.limit), "what": "text"}
        asked = {"action": "query", "format": "json", "formatversion": "2", "prop": "info", "inprop": "url"}
        asked |= {"list": "search"} | {f"sr{name}": value for name, value in search.items()}
        asked |= {"generator": "search"} | {f"gsr{name}": value for name, value in search.items()}
        return httpx.Request("GET", self.url.replace("{language}", edition), params=asked)

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Give titles and snippets with the pages' own addresses; failures come with HTTP 200."""
        if error := response.json().get("error"):
            kind = RateLimited if error["code"] in {"ratelimited", "maxlag"} else ProviderUnavailable
            message = f"wikipedia: {error['code']}: {error['info']}"
            raise kind(message)
        found = response.json()["query"]
        addresses = {page["pageid"]: page["fullurl"] for page in found.get("pages", ())}
        for row in found["search"]:
            address = addresses.get(row["pageid"]) or str(response.url.join(f"index.php?curid={row['pageid']}"))
            yield SearchHit(url=address, title=row["title"], snippet=plain_text(row["snippet"]))
