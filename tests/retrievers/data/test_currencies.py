"""Questions about exchange rates, in two languages, and questions that only look like them."""

from datetime import date

import pytest

from retrievers import SearchQuery
from retrievers.data.currencies import currencies_in, rate_question
from retrievers.data.currency_names import CURRENCIES, ECB_CODES

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "base", "quotes", "amount"),
    [
        ("EUR/USD", "EUR", "USD", None),
        ("eurusd", "EUR", "USD", None),
        ("100 dollars in euros", "USD", "EUR", 100),
        ("$100 to €", "USD", "EUR", 100),
        ("100€ en $", "EUR", "USD", 100),
        ("convert 1,500.50 GBP to JPY", "GBP", "JPY", 1500.5),
        ("combien valent 1 500,50 euros en francs suisses ?", "EUR", "CHF", 1500.5),
        ("10 million USD in INR", "USD", "INR", 1e7),
        ("5k euros in dollars", "EUR", "USD", 5000),
        ("taux de change euro dollar", "EUR", "USD", None),
        ("cours du yen", "JPY", "EUR", None),
        ("exchange rate of the Swiss franc", "CHF", "EUR", None),
        ("euro exchange rate", "EUR", "USD", None),
        ("how many yen to the euro?", "EUR", "JPY", None),
        ("combien d\u2019euros pour 200 dollars canadiens", "CAD", "EUR", 200),
        ("usd eur gbp rates", "USD", "EUR GBP", None),
        ("Turkish lira vs euro", "TRY", "EUR", None),
        ("value of the pound against the dollar", "GBP", "USD", None),
    ],
)
def test_the_rate_asked_for_is_understood(text: str, base: str, quotes: str, amount: float | None) -> None:
    question = rate_question(SearchQuery(text=text), TODAY)
    assert question is not None
    assert (question.base, " ".join(question.quotes), question.amount) == (base, quotes, amount)


@pytest.mark.parametrize(
    "text",
    [
        "How do I reclaim disk space?",
        "PHP exchange rate API example",
        "try to cat a file",
        "how much did the EU pay in euros",
        "price of books in pounds and dollars",
        "dollar strength explained",
        "europe travel tips",
        "",
    ],
)
def test_other_questions_are_none(text: str) -> None:
    assert rate_question(SearchQuery(text=text), TODAY) is None


def test_the_period_is_that_of_the_question_else_the_chosen_one_else_the_latest() -> None:
    def first(text: str, **more: str) -> str | None:
        question = rate_question(SearchQuery(text=text, **more), TODAY)
        assert question is not None
        return question.period and str(question.period.first)

    assert first("euro in dollar since January 2025", freshness="week") == "2025-01-01"
    assert first("euro in dollar", freshness="month") == "2026-10-25"
    assert first("euro in dollar", freshness="day") is None
    assert first("euro in dollar today") is None
    assert first("euro in dollar tomorrow") is None


def test_every_currency_is_found_by_its_own_names_in_both_languages() -> None:
    for code, currency in CURRENCIES.items():
        for name in (currency.english, currency.english_plural, currency.french, currency.french_plural, code):
            assert currencies_in(f"about {name} today") == (code,), name


def test_the_currencies_of_the_ecb_are_all_known() -> None:
    assert ECB_CODES.issubset(CURRENCIES)
