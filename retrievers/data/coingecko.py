"""Prices of cryptocurrencies, through CoinGecko's API (https://docs.coingecko.com)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Self

import httpx

from retrievers import HitList, RateLimit, SearchHit, SearchQuery
from retrievers.data.coin_prices import coin_hits, found_coin, prices_asked
from retrievers.data.coin_question import coin_question
from retrievers.data.data_source import DataRetriever, today


@dataclass(frozen=True)
class CoinGecko(DataRetriever):
    """Answer questions about what a cryptocurrency costs: now, and over the last year."""

    key: str = field(default="", repr=False)
    name = provider = "coingecko"
    on_by_default = True
    limit = RateLimit(requests=5, seconds=60.0, at_once=1)  # without a key: 5 to 15 a minute, shared by address
    receives, example = "the name of the coin in the question, the currencies and the days", "price of bitcoin"

    @classmethod
    def configured(cls, env: Mapping[str, str]) -> Self:
        """Build one with the key of a demo account, where there is one."""
        return cls(env.get("COINGECKO_DEMO_API_KEY", ""))

    def suits(self, query: SearchQuery) -> bool:
        """Tell a question about the price of a coin."""
        return coin_question(query, today()) is not None

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask for the price of a coin whose id is known, else which coin is meant."""
        question = coin_question(query, today())
        if question and question.coin_id:
            return self.asking(*prices_asked(question, today()))
        return self.asking("search", {"query": question.name if question else query.text})

    def asking(self, path: str, params: Mapping[str, str]) -> httpx.Request:
        """Ask with the key, where there is one."""
        headers = {"x-cg-demo-api-key": self.key} if self.key else {}
        return httpx.Request("GET", f"https://api.coingecko.com/api/v3/{path}", params=params, headers=headers)

    async def answer(self, query: SearchQuery, client: httpx.AsyncClient) -> HitList:
        """Find the coin, where it is not known, then its price."""
        question, response = coin_question(query, today()), await self.ask(self.request(query), client)
        if question and not question.coin_id:
            if (question := self.understand(response, partial(found_coin, question))) is None:
                return HitList()
            response = await self.ask(self.asking(*prices_asked(question, today())), client)
        read = partial(coin_hits, question, query.language) if question else partial(self.hits, query)
        return self.read_by(read, response, query.limit)

    def hits(self, query: SearchQuery, response: httpx.Response) -> Iterator[SearchHit]:
        """Read the price of a coin whose id is known."""
        question = coin_question(query, today())
        return coin_hits(question, query.language, response) if question else iter(())
