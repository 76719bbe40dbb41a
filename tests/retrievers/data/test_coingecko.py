"""CoinGecko: which coin, then its price now or its prices over a period."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from retrievers import HitList, SearchQuery
from retrievers.data.coingecko import CoinGecko
from retrievers.testing import Recording, RetrieverContract

RECORDINGS = Path(__file__).parents[1] / "recordings"


class TestCoinGecko(RetrieverContract):
    retriever = CoinGecko()
    hits_recording = Recording.of(RECORDINGS / "coingecko_hits.json")
    empty_recording = Recording.of(RECORDINGS / "coingecko_empty.json")
    steps = {"/search?": Recording.of(RECORDINGS / "coingecko_search.json")}  # noqa: RUF012 - the contract's form
    question = "price of the token Foocoin"
    awkward_question = 'price of the token Zed "naïve" C# & R=1 100% +x?y/z;w {a}\\b'

    def test_the_price_is_said_in_each_currency_with_its_time_and_change(self) -> None:
        (hit,) = self.hits()
        assert (hit.url, hit.title) == ("https://www.coingecko.com/en/coins/foocoin", "Price of Foocoin")
        assert hit.text == (
            "On 9 January 2026 at 15:00 UTC, Foocoin cost 1.2345 US dollars (USD), 2.5 % less than 24 hours before, "
            "according to CoinGecko. On 9 January 2026 at 15:00 UTC, Foocoin cost 1.1 euros (EUR), 0.25 % more than 24 "
            "hours before, according to CoinGecko."
        )
        assert [(value.value, value.unit) for value in hit.values] == [
            (1.2345, "USD"),
            (-2.5, "%"),
            (1.1, "EUR"),
            (0.25, "%"),
        ]

    def test_french_is_told_in_french(self) -> None:
        async def search() -> str | None:
            async with self.client(self.after_steps(self.hits_recording.response())) as client:
                query = SearchQuery(text="cours du jeton Foocoin en dollars", language="fr")
                return (await self.retriever.search(query, client))[0].text

        assert asyncio.run(search()) == (
            "Le 9 janvier 2026 à 15:00 UTC, Foocoin valait 1,2345 dollars américains (USD), soit 2,5 % de moins que 24 "
            "heures plus tôt, selon CoinGecko."
        )

    def test_a_coin_that_everybody_knows_is_not_searched_for(self) -> None:
        request = self.retriever.request(SearchQuery(text="price of bitcoin in pounds"))
        assert (request.url.path, request.url.params["ids"]) == ("/api/v3/simple/price", "bitcoin")
        assert request.url.params["vs_currencies"] == "gbp"

    def test_a_period_gives_the_series_and_how_it_moved(self) -> None:
        now = datetime.now(UTC).replace(microsecond=0)
        prices = [
            [(now - timedelta(days=days)).timestamp() * 1000, price]
            for days, price in ((9, 7), (3, 90), (2, 120), (1, 99))
        ]
        (hit,) = self.search(httpx.Response(200, json={"prices": prices}), text="bitcoin price in dollars last week")
        assert [value.value for value in hit.values] == [90, 120, 99]
        assert "the price of Bitcoin went from 90 USD to 99 USD (+10 %); the lowest was 90 USD" in (hit.text or "")

    def test_the_days_of_a_period_are_asked_for(self) -> None:
        request = self.retriever.request(SearchQuery(text="bitcoin price last week"))
        assert request.url.path == "/api/v3/coins/bitcoin/market_chart"
        assert dict(request.url.params) == {"vs_currency": "usd", "days": "8"}

    def test_a_coin_that_nobody_knows_is_an_empty_list(self) -> None:
        assert self.search(lambda _: httpx.Response(200, json={"coins": []})) == HitList()

    def test_a_key_is_sent_where_there_is_one_and_never_shown(self) -> None:
        keyed = CoinGecko.from_env({"COINGECKO_DEMO_API_KEY": "secret"})
        assert keyed.request(SearchQuery(text="price of bitcoin")).headers["x-cg-demo-api-key"] == "secret"
        assert "secret" not in repr(keyed)

    @pytest.mark.parametrize("text", ["reclaim disk space", "bitcoin", "how does bitcoin mining work"])
    def test_a_question_about_something_else_asks_nobody(self, text: str) -> None:
        def refuse(_: httpx.Request) -> httpx.Response:
            raise AssertionError

        assert not self.retriever.suits(SearchQuery(text=text))
        assert list(self.search(refuse, text=text)) == []
