"""Mastodon, through the search of one server (https://docs.joinmastodon.org/methods/search/)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self

import httpx

from retrievers import RateLimit, SearchHit, SearchQuery
from retrievers.dates import iso_date
from retrievers.excerpt import excerpt
from retrievers.freshness import first_day
from retrievers.loosening import LooseRetriever
from retrievers.plain_text import one_line, plain_text

MAX_PAGE = 40
TITLE_CHARACTERS = 80


@dataclass(frozen=True)
class Mastodon(LooseRetriever):
    """Search the posts that the server at `MASTODON_URL` knows, with the token of an account there."""

    token: str = field(repr=False)
    url: str = "https://mastodon.social"
    name = provider = "mastodon"
    focus = "discussion"
    needs = ("MASTODON_TOKEN",)
    limit = RateLimit(requests=150, seconds=300.0)  # 300 requests in 5 minutes for an account, two to a search
    unreachable_hint = "check the network connection or correct MASTODON_URL"

    @classmethod
    def configured(cls, env: Mapping[str, str]) -> Self:
        """Build one for the configured account and server."""
        return cls(env["MASTODON_TOKEN"].strip(), env.get("MASTODON_URL", "").strip().rstrip("/") or cls.url)

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask for posts in the question's language; other servers are not asked (`resolve`)."""
        words = [query.text, f"language:{query.language}"]
        words += [f"after:{first_day(query.freshness)}"] if query.freshness else []
        asked = {"q": " ".join(words), "type": "statuses", "resolve": "false"}
        asked |= {"limit": str(min(query.limit, MAX_PAGE))}
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.Request("GET", f"{self.url}/api/v2/search", params=asked, headers=headers)

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read a hit from each post; a post is short and its own full text."""
        for row in response.json()["statuses"]:
            text = plain_text(f"{row['spoiler_text']} {row['content']}")
            yield SearchHit(
                url=row["url"] or row["uri"],
                title=f"@{row['account']['acct']}: {one_line(excerpt(row['content'], TITLE_CHARACTERS))}",
                snippet=excerpt(row["content"]),
                published=iso_date(row["created_at"]),
                text=text or None,
            )
