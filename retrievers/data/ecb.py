"""Euro foreign exchange reference rates of the European Central Bank (https://data.ecb.europa.eu/help/api/data)."""

from collections.abc import Iterator
from datetime import timedelta

import httpx

from retrievers import RateLimit, SearchHit, SearchQuery
from retrievers.data.currencies import rate_question
from retrievers.data.currency_names import ECB_CODES
from retrievers.data.data_source import DataRetriever, today
from retrievers.data.ecb_rates import crossed, read_rates
from retrievers.data.rate_series import RateSource, asked_days, rate_hit

FILES = "https://www.ecb.europa.eu/stats/eurofxref/"
PAGES = "https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/html/"
SERIES = "https://data-api.ecb.europa.eu/service/data/EXR/"
RECENT = timedelta(days=80)  # its file of ninety days has the week before such a period too
ENGLISH = "according to the euro reference rates of the European Central Bank"
FRENCH = "selon les taux de référence de l'euro de la Banque centrale européenne"


class Ecb(DataRetriever):
    """Answer questions about exchange rates between the euro and some thirty currencies, and among these."""

    name = provider = "ecb"
    expects = "xml"
    on_by_default = True
    limit = RateLimit(requests=5, seconds=1.0)  # it publishes none; the rates change once a day
    receives = "the codes of the currencies and the dates in the question, not its words"
    example = "euro dollar exchange rate"

    def suits(self, query: SearchQuery) -> bool:
        """Tell a question about the rate of two of its currencies."""
        question = rate_question(query, today())
        return question is not None and ECB_CODES.issuperset({question.base, *question.quotes})

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask for the smallest file that has the days: the latest, the last ninety, or the series of the currencies."""
        question = rate_question(query, today())
        if question is None or question.period is None:
            return httpx.Request("GET", f"{FILES}eurofxref-daily.xml")
        if question.period.first >= today() - RECENT:
            return httpx.Request("GET", f"{FILES}eurofxref-hist-90d.xml")
        codes = "+".join(sorted({question.base, *question.quotes} - {"EUR"}))
        days = {"startPeriod": question.period.first - timedelta(days=7), "endPeriod": question.period.last}
        params = {name: str(when) for name, when in days.items()} | {"format": "csvdata", "detail": "dataonly"}
        return httpx.Request("GET", f"{SERIES}D.{codes}.EUR.SP00.A", params=params)

    def hits(self, query: SearchQuery, response: httpx.Response) -> Iterator[SearchHit]:
        """Give one hit for each currency asked for."""
        rates, question = read_rates(response), rate_question(query, today())
        for quote in question.quotes if question else ():
            if question and (found := asked_days(question, crossed(rates, question.base, quote))):
                other = quote if question.base == "EUR" else question.base
                page = (
                    f"eurofxref-graph-{other.lower()}.en.html" if "EUR" in {question.base, quote} else "index.en.html"
                )
                source = RateSource(english=ENGLISH, french=FRENCH, url=PAGES + page, source_url=str(response.url))
                yield rate_hit(question, quote, found, source, query.language)
