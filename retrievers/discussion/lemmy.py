"""Lemmy, through the search of one server (https://join-lemmy.org/docs/contributors/04-api.html)."""

import mimetypes
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

import httpx

from retrievers import RateLimit, SearchHit, SearchQuery
from retrievers.dates import iso_date
from retrievers.excerpt import excerpt
from retrievers.loosening import LooseRetriever
from retrievers.plain_text import one_line

MAX_PAGE = 50


@dataclass(frozen=True)
class Lemmy(LooseRetriever):
    """Search the posts that the server at `LEMMY_URL` knows, most of them from other servers."""

    url: str = "https://lemmy.world"
    name = provider = "lemmy"
    focus, receives = "discussion", "the words of the query"
    on_by_default = True
    limit = RateLimit(requests=15, seconds=60.0)  # Lemmy's default: 60 searches in 10 minutes; two requests to a search
    unreachable_hint = "check the network connection or correct LEMMY_URL"

    @classmethod
    def configured(cls, env: Mapping[str, str]) -> Self:
        """Build one for the configured server, else for a large one."""
        return cls(env.get("LEMMY_URL", "").strip().rstrip("/") or cls.url)

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask for the best voted posts with the words, of the wanted time."""
        asked = {"q": query.text, "type_": "Posts", "listing_type": "All", "limit": str(min(query.limit, MAX_PAGE))}
        asked |= {"sort": f"Top{(query.freshness or 'all').capitalize()}"}
        return httpx.Request("GET", f"{self.url}/api/v3/search", params=asked)

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read a hit from each post: its own text, or the page that it names, if that is no picture."""
        for row in response.json()["posts"]:
            post, counts = row["post"], row["counts"]
            own, page = post.get("body") or None, post.get("url") or ""
            is_page = not (mimetypes.guess_type(page)[0] or "").startswith(("image/", "video/"))
            said = f"{counts['score']} points, {counts['comments']} comments in {row['community']['name']}"
            yield SearchHit(
                url=page if page and is_page and not own else post["ap_id"],
                title=one_line(post["name"]),
                snippet=" · ".join(part for part in (excerpt(own), said) if part),
                published=iso_date(post["published"]),
                text=own,
            )
