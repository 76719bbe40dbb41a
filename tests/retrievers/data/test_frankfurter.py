"""Frankfurter: the same questions as the ECB's, and more currencies."""

from pathlib import Path

import httpx
import pytest

from retrievers import SearchQuery
from retrievers.data.frankfurter import Frankfurter
from retrievers.testing import Recording, RetrieverContract

RECORDINGS = Path(__file__).parents[1] / "recordings"
SERIES = [
    {"date": "2024-02-29", "base": "EUR", "quote": "RUB", "rate": 98.5},
    {"date": "2024-03-01", "base": "EUR", "quote": "RUB", "rate": 99.0},
    {"date": "2024-03-04", "base": "EUR", "quote": "RUB", "rate": 100.0},
]


class TestFrankfurter(RetrieverContract):
    retriever = Frankfurter()
    hits_recording = Recording.of(RECORDINGS / "frankfurter_hits.json")
    empty_recording = Recording.of(RECORDINGS / "frankfurter_empty.json")
    question = "euro in dollars and pounds, exchange rate"
    awkward_question = 'euro in dollars and pounds, rate & R=1 "naïve" 100% +x?y/z;w {a}\\b'
    sends_words = False

    def test_the_latest_rate_is_said_with_its_day_and_units(self) -> None:
        assert (self.hits()[0].text or "").startswith(
            "On 9 January 2026, 1 euro (EUR) was worth 1.1 US dollars (USD), "
        )

    def test_base_and_quotes_are_asked_for_with_the_week_before_a_period(self) -> None:
        params = self.retriever.request(SearchQuery(text="100 dollars in roubles and euros in March 2024")).url.params
        assert dict(params) == {"base": "USD", "quotes": "RUB,EUR", "from": "2024-02-23", "to": "2024-03-31"}

    def test_a_period_gives_the_series_inside_it(self) -> None:
        (hit,) = self.search(httpx.Response(200, json=SERIES), text="euro in roubles in March 2024")
        assert [value.value for value in hit.values] == [99, 100]

    def test_the_address_shows_the_same_values(self) -> None:
        assert self.hits()[0].url == "https://api.frankfurter.dev/v2/rates?base=EUR&quotes=USD%2CGBP"

    @pytest.mark.parametrize("text", ["reclaim disk space", "dollar strength explained"])
    def test_a_question_about_something_else_is_answered_with_nothing_and_nobody_is_asked(self, text: str) -> None:
        def refuse(_: httpx.Request) -> httpx.Response:
            raise AssertionError

        assert not self.retriever.suits(SearchQuery(text=text))
        assert list(self.search(refuse, text=text)) == []
