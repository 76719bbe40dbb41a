"""Repositories on Codeberg, through the API of Forgejo (https://codeberg.org/api/swagger, `repoSearch`)."""

from collections.abc import Iterator

import httpx

from retrievers import HttpRetriever, RateLimit, SearchHit, SearchQuery
from retrievers.dates import iso_date
from retrievers.excerpt import excerpt
from retrievers.loosening import plain_words
from retrievers.matching import best

MAX_PAGE = 50


class Codeberg(HttpRetriever):
    """Search names and descriptions of repositories."""

    name = provider = "codeberg"
    focus, receives = "code", "the words of the query"
    on_by_default = True
    limit = RateLimit(requests=1, seconds=1.0, at_once=2)  # Codeberg names no figure and asks for fair use

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask for any of the words, which Forgejo wants between commas; between blanks they would be one phrase."""
        asked = {"q": ",".join(plain_words(query)), "includeDesc": "true", "limit": str(MAX_PAGE)}
        return httpx.Request(
            "GET", "https://codeberg.org/api/v1/repos/search", params=asked | {"sort": "updated", "order": "desc"}
        )

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read one hit from each repository that has at least half of the words, most of them first."""
        rows = response.json()["data"]
        words = response.request.url.params["q"].split(",")
        texts = [f"{row['full_name']} {row['description']} {' '.join(row.get('topics') or ())}" for row in rows]
        for row in (rows[place] for place in best(words, texts)):
            facts = [f"{row['stars_count']:,} stars", row.get("language") or "", ", ".join(row.get("topics") or ())]
            yield SearchHit(
                url=row["html_url"],
                title=row["full_name"],
                snippet=" · ".join(part for part in (excerpt(row["description"]), *facts) if part),
                published=iso_date(row["updated_at"]),
            )
