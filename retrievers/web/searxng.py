"""SearXNG, a metasearch server that one runs oneself, through its JSON API (docs/dev/search_api.rst of SearXNG)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

import httpx

from retrievers import HttpRetriever, ProviderUnavailable, SearchHit, SearchQuery, UpstreamReport
from retrievers.dates import iso_date
from retrievers.plain_text import one_line


@dataclass(frozen=True)
class SearXNG(HttpRetriever):
    """Search the general web through the server at `FOOTNOTE_SEARXNG_URL`."""

    url: str
    name = provider = "searxng"
    focus, is_private, has_editions = "web", True, True
    needs = ("FOOTNOTE_SEARXNG_URL",)
    receives = "query and language, which your server passes on to its engines"
    denied_hint = "add json to search.formats in its settings.yml"
    unreachable_hint = "start it or correct FOOTNOTE_SEARXNG_URL"

    @classmethod
    def configured(cls, env: Mapping[str, str]) -> Self:
        """Build one from the configured address, with or without `/search`."""
        return cls(env["FOOTNOTE_SEARXNG_URL"].rstrip("/").removesuffix("/search"))

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask the general engines; a word that begins with "!" or ":" would choose an engine or a language instead."""
        words = re.sub(r"(?<!\S)[!:]+(?=\w)", "", query.text)
        asked = {"q": words, "format": "json", "language": query.language, "time_range": query.freshness or ""}
        return httpx.Request("GET", f"{self.url}/search", params=asked)

    def parse(self, response: httpx.Response) -> list[SearchHit]:
        """Read the merged list; no hits while engines failed is an outage, not an empty result."""
        answer = response.json()
        if not answer["results"] and (failed := answer["unresponsive_engines"]):
            named = ", ".join(f"{name} ({why})" for name, why in failed)
            raise ProviderUnavailable(f"searxng: no hits, and engines failed: {named}", reason="outage")
        return [hit_of(row) for row in answer["results"]]

    def upstream(self, response: httpx.Response) -> Iterator[UpstreamReport]:
        """Give each engine its hits, by best position: which position is whose is not told."""
        answer, hits = response.json(), dict[str, list[SearchHit]]()
        for row in sorted(answer["results"], key=lambda row: min(row["positions"])):
            for engine in row["engines"]:
                hits.setdefault(engine, []).append(hit_of(row))
        yield from (UpstreamReport(provider=name, hits=tuple(found)) for name, found in hits.items())
        for name, why in answer["unresponsive_engines"]:
            yield UpstreamReport(provider=name, error=f"{name} (behind searxng): {why}")


def hit_of(row: Mapping[str, Any]) -> SearchHit:
    """Read one result."""
    title, snippet = one_line(row["title"] or row["url"]), one_line(row.get("content") or "")
    return SearchHit(url=row["url"], title=title, snippet=snippet, published=iso_date(row.get("publishedDate")))
