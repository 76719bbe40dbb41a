"""The ECB: three files for three lengths of time, cross rates, and sentences that can be quoted."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from retrievers import MalformedResponse, SearchHit, SearchQuery
from retrievers.data.ecb import Ecb
from retrievers.data.ecb_rates import read_rates
from retrievers.testing import Recording, RetrieverContract
from tests.retrievers.shared_fixtures import FIXTURES, NEEDS_FIXTURES

RECORDINGS = Path(__file__).parents[1] / "recordings"
SERIES = Recording.of(RECORDINGS / "ecb_series.csv", "text/csv")


class TestEcb(RetrieverContract):
    retriever = Ecb()
    hits_recording = Recording.of(RECORDINGS / "ecb_hits.xml", "application/xml")
    empty_recording = Recording.of(RECORDINGS / "ecb_empty.xml", "application/xml")
    question = "euro in dollars and pounds, exchange rate"
    awkward_question = 'euro in dollars and pounds, rate & R=1 "naïve" 100% +x?y/z;w {a}\\b'
    sends_words = False

    def ask_in(self, language: str, text: str, body: Recording) -> list[SearchHit]:
        async def search() -> list[SearchHit]:
            async with self.client(lambda _: body.response()) as client:
                return list(await self.retriever.search(SearchQuery(text=text, language=language), client))

        return asyncio.run(search())

    def test_the_latest_rate_is_said_with_its_day_and_units(self) -> None:
        hit = self.hits()[0]
        assert hit.text == (
            "On 9 January 2026, 1 euro (EUR) was worth 1.1 US dollars (USD), according to the euro reference rates of "
            "the European Central Bank."
        )
        assert [(value.value, value.unit, str(value.at.date())) for value in hit.values] == [
            (1.1, "USD/EUR", "2026-01-09")
        ]
        assert hit.url.endswith("/eurofxref-graph-usd.en.html")

    def test_each_currency_asked_for_has_its_own_hit(self) -> None:
        assert [hit.title for hit in self.hits()] == [
            "Exchange rate EUR/USD, 9 January 2026",
            "Exchange rate EUR/GBP, 9 January 2026",
        ]

    def test_a_rate_between_two_other_currencies_is_crossed(self) -> None:
        (hit,) = self.search(self.hits_recording.response(), text="100 USD in JPY")
        assert hit.values[0].value == pytest.approx(150)
        assert "At this rate, 100 US dollars (USD) make 15,000 Japanese yen (JPY)." in (hit.text or "")
        assert hit.url.endswith("/index.en.html")

    def test_a_french_question_is_answered_in_french(self) -> None:
        (hit,) = self.ask_in("fr", "combien valent 1 500 euros en dollars ?", self.hits_recording)
        assert hit.text == (
            "Le 9 janvier 2026, 1 euro (EUR) valait 1,1 dollar américain (USD), selon les taux de référence de l'euro "
            "de la Banque centrale européenne. À ce taux, 1 500 euros (EUR) font 1 650 dollars américains (USD)."
        )

    def test_a_period_gives_the_series_and_how_it_moved(self) -> None:
        (hit,) = self.search(SERIES.response(), text="euro in dollars in March 2024")
        assert [value.value for value in hit.values] == [1.09, 1.12, 1.1]
        assert (
            "Between 1 March 2024 and 5 March 2024 the rate went from 1.09 to 1.1 USD (+0.917 %); "
            "the lowest was 1.09 on 1 March 2024, the highest 1.12 on 4 March 2024."
        ) in (hit.text or "")
        assert "4 March 2024: 1.12 USD." in (hit.text or "")

    def test_a_day_without_a_rate_has_that_of_the_day_before(self) -> None:
        (hit,) = self.search(SERIES.response(), text="euro in dollars on 2 March 2024")
        assert "On 1 March 2024, 1 euro (EUR) was worth 1.09 US dollars (USD)" in (hit.text or "")

    def test_a_missing_value_is_no_rate(self) -> None:
        (hit,) = self.search(SERIES.response(), text="euro in pounds in March 2024")
        assert [value.value for value in hit.values] == [0.86, 0.84]

    def test_the_smallest_file_that_has_the_days_is_asked_for(self) -> None:
        def address(text: str) -> str:
            return str(self.retriever.request(SearchQuery(text=text)).url)

        week_ago = datetime.now(UTC).date() - timedelta(days=7)
        assert address("euro in dollars").endswith("/eurofxref-daily.xml")
        assert address(f"euro in dollars since {week_ago}").endswith("/eurofxref-hist-90d.xml")
        old = address("dollars in pounds in March 2024")
        assert old.startswith(
            "https://data-api.ecb.europa.eu/service/data/EXR/D.GBP+USD.EUR.SP00.A?startPeriod=2024-02-23"
        )
        assert "endPeriod=2024-03-31" in old

    @pytest.mark.parametrize("text", ["reclaim disk space", "100 roubles en euros", "euro 2024 final score", ""])
    def test_a_question_about_something_else_is_answered_with_nothing_and_nobody_is_asked(self, text: str) -> None:
        def refuse(_: httpx.Request) -> httpx.Response:
            raise AssertionError

        assert not self.retriever.suits(SearchQuery(text=text))
        assert list(self.search(refuse, text=text or " ")) == []

    def test_a_table_that_is_cut_short_is_malformed(self) -> None:
        self.failure(SERIES.response(body=SERIES.body[:-4]), MalformedResponse)


@NEEDS_FIXTURES
@pytest.mark.parametrize("name", ["frankfurter_ecb_recent_200.xml", "frankfurter_ecb_historical_200.xml"])
def test_real_series_are_read(name: str) -> None:
    rates = read_rates(httpx.Response(200, content=(FIXTURES / "ecb" / name).read_bytes()))
    assert len(rates) > 20
    assert all(0 < rate < 100_000 for of_day in rates.values() for rate in of_day.values())
    assert {"JPY", "GBP"} <= rates[max(rates)].keys()
