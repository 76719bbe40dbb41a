"""Stack Overflow, through the API of Stack Exchange (https://api.stackexchange.com/docs/advanced-search)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time
from itertools import islice

import httpx

from retrievers import HitList, RateLimit, SearchHit, SearchQuery, Session
from retrievers.discussion.stack_exchange_api import API, StackExchangeApi, question_url
from retrievers.excerpt import excerpt
from retrievers.freshness import first_day
from retrievers.keywords import loosened
from retrievers.loosening import plain_words
from retrievers.plain_text import plain_text

SITES = {language: f"{language}.stackoverflow" for language in ("es", "ja", "pt", "ru")}
MAX_PAGE = 100


class StackExchange(StackExchangeApi):
    """Search programmers' questions, on the site of the question's language if there is one; answers come with them."""

    name = provider = "stack_exchange"
    focus = "discussion"
    on_by_default = True
    limit = RateLimit(requests=100, seconds=86_400.0)  # 300 requests a day without a key, up to three to a search

    async def search_in_session(self, query: SearchQuery, client: httpx.AsyncClient, session: Session) -> HitList:
        """Ask with all keywords, then with half of them; then ask for the answers to what was found."""
        for words in islice(loosened(plain_words(query)), 2):
            request = self.request(replace(query, text=" ".join(words)))
            response = await self.ask_patiently(request, client, session)
            if hits := await self.read_apart(response, query.limit):
                return await self.with_answers(hits, response, client, session)
        return HitList()

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask for questions with their texts, the most relevant first."""
        asked = {"q": query.text, "site": SITES.get(query.language, "stackoverflow"), "filter": "withbody"}
        asked |= {"order": "desc", "sort": "relevance", "pagesize": str(min(query.limit, MAX_PAGE))}
        asked |= {"key": self.key} if self.key else {}
        if query.freshness:
            asked["fromdate"] = f"{datetime.combine(first_day(query.freshness), time(), UTC).timestamp():.0f}"
        return httpx.Request("GET", f"{API}/search/advanced", params=asked)

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read a hit from each question, with its text."""
        for row in response.json()["items"]:
            text = plain_text(row.get("body") or "")
            yield SearchHit(
                url=question_url(row, response),
                title=plain_text(row["title"]) or f"Question {row['question_id']}",
                snippet=" · ".join(
                    part for part in (excerpt(row.get("body")), f"{row['answer_count']} answers") if part
                ),
                published=datetime.fromtimestamp(row["creation_date"], UTC),
                text=text or None,
            )
