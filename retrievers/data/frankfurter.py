"""Exchange rates of central banks, collected by Frankfurter, through its API (https://frankfurter.dev)."""

from collections.abc import Iterator
from datetime import date, timedelta

import httpx

from retrievers import RateLimit, SearchHit, SearchQuery
from retrievers.data.currencies import rate_question
from retrievers.data.data_source import DataRetriever, today
from retrievers.data.rate_series import RateSource, asked_days, rate_hit

ENGLISH = "according to the reference rates that Frankfurter collects from central banks"
FRENCH = "selon les taux de référence que Frankfurter recueille auprès des banques centrales"


class Frankfurter(DataRetriever):
    """Answer questions about exchange rates between the currencies of some hundred central banks."""

    name = provider = "frankfurter"
    on_by_default = True
    limit = RateLimit(requests=5, seconds=1.0)  # it publishes none; the rates change once a day
    receives = "the codes of the currencies and the dates in the question, not its words"
    example = "euro dollar exchange rate"

    def suits(self, query: SearchQuery) -> bool:
        """Tell a question about the rate of two currencies."""
        return rate_question(query, today()) is not None

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask for the latest rates, or those of the period and of the week before it (a weekend has none)."""
        question = rate_question(query, today())
        if question is None:
            raise ValueError(f"frankfurter: no currencies in {query.text!r}; ask only what suits")
        params = {"base": question.base, "quotes": ",".join(question.quotes)}
        if question.period:
            params["from"] = str(question.period.first - timedelta(days=7))
            params["to"] = str(question.period.last)
        return httpx.Request("GET", "https://api.frankfurter.dev/v2/rates", params=params)

    def hits(self, query: SearchQuery, response: httpx.Response) -> Iterator[SearchHit]:
        """Give one hit for each currency asked for."""
        question, rates = rate_question(query, today()), dict[str, dict[date, float]]()
        for row in response.json():
            rates.setdefault(row["quote"], {})[date.fromisoformat(row["date"])] = float(row["rate"])
        address = str(response.url)
        source = RateSource(english=ENGLISH, french=FRENCH, url=address, source_url=address)
        for quote in question.quotes if question else ():
            if question and (found := asked_days(question, rates.get(quote, {}))):
                yield rate_hit(question, quote, found, source, query.language)
