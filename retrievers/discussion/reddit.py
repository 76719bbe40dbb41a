"""Reddit, through its API for registered applications (https://github.com/reddit-archive/reddit/wiki/OAuth2)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Self

import httpx

from retrievers import HitList, RateLimit, SearchHit, SearchQuery, Session, TokenRetriever
from retrievers.discussion.reddit_token import fresh_token
from retrievers.excerpt import excerpt
from retrievers.loosening import plain_words
from retrievers.plain_text import one_line


@dataclass(frozen=True)
class Reddit(TokenRetriever):
    """Search posts of every community, as the application that `REDDIT_CLIENT_ID` and `REDDIT_CLIENT_SECRET` name."""

    client_id: str
    secret: str = field(repr=False)
    name = provider = "reddit"
    focus, receives = "discussion", "the words of the query"
    needs = ("REDDIT_CLIENT_ID", "REDDIT_CLIENT_SECRET")
    limit = RateLimit(requests=50, seconds=60.0)  # 100 requests a minute for one application, up to three to a search

    @classmethod
    def configured(cls, env: Mapping[str, str]) -> Self:
        """Build one for the configured application."""
        return cls(*(env[name].strip() for name in cls.needs))

    async def search_in_session(self, query: SearchQuery, client: httpx.AsyncClient, session: Session) -> HitList:
        """Ask with the kept token; where it is refused, or none is kept, ask once more with a new one."""
        wanted = replace(query, text=" ".join(plain_words(query))[: self.max_characters])
        response = await self.send(self.request(wanted, session.get("token") or ""), client)
        if response.status_code in {401, 403}:
            token = await fresh_token(self, (self.client_id, self.secret), client, session)
            response = await self.send(self.request(wanted, token), client)
        self.check_status(response)
        return await self.read_apart(response, query.limit)

    def request(self, query: SearchQuery, token: str = "") -> httpx.Request:
        """Ask for posts with the words, the most relevant first; `raw_json` keeps "<" from being written "&lt;"."""
        asked = {"q": query.text, "limit": str(min(query.limit, 100)), "raw_json": "1", "t": query.freshness or "all"}
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Request("GET", "https://oauth.reddit.com/search", params=asked, headers=headers)

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read a hit from each post: its own text, or the page that it names."""
        for child in response.json()["data"]["children"]:
            row, own = child["data"], child["data"]["selftext"] or None
            said = f"{row['score']} points, {row['num_comments']} comments in r/{row['subreddit']}"
            yield SearchHit(
                url=f"https://www.reddit.com{row['permalink'].partition('?')[0]}" if row["is_self"] else row["url"],
                title=one_line(row["title"]),
                snippet=" · ".join(part for part in (excerpt(own), said) if part),
                published=datetime.fromtimestamp(row["created_utc"], UTC),
                text=own,
            )
