"""Questions about prices of cryptocurrencies, in two languages, and questions that only name one."""

from datetime import date

import pytest

from retrievers import SearchQuery
from retrievers.data.coin_question import COINS, coin_question
from tests.retrievers.shared_fixtures import FIXTURES, NEEDS_FIXTURES

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "name", "currencies", "first"),
    [
        ("price of bitcoin", "Bitcoin", "USD EUR", None),
        ("BTC/USD", "Bitcoin", "USD", None),
        ("cours du bitcoin en euros", "Bitcoin", "EUR", None),
        ("combien vaut un ethereum", "Ethereum", "USD EUR", None),
        ("how much is 1 SOL worth", "Solana", "USD EUR", None),
        ("price of the token Foocoin", "Foocoin", "USD EUR", None),
        ("Foocoin token price", "Foocoin", "USD EUR", None),
        ("bitcoin price last 30 days", "Bitcoin", "USD EUR", "2026-10-25"),
        ("prix du dogecoin la semaine dernière", "Dogecoin", "USD EUR", "2026-11-17"),
        ("bitcoin price tomorrow", "Bitcoin", "USD EUR", None),
    ],
)
def test_coin_currency_and_time_are_understood(text: str, name: str, currencies: str, first: str | None) -> None:
    question = coin_question(SearchQuery(text=text), TODAY)
    assert question is not None
    assert (question.name, " ".join(question.currencies)) == (name, currencies)
    assert (question.period and str(question.period.first)) == first


@pytest.mark.parametrize(
    "text",
    [
        "bitcoin",
        "how does bitcoin mining work",
        "bitcoin price in 2015",
        "le sol vaut combien",
        "ada lovelace biography",
        "value of a token in JWT",
        "coin collecting value",
        "reclaim disk space",
    ],
)
def test_other_questions_are_none(text: str) -> None:
    assert coin_question(SearchQuery(text=text), TODAY) is None


def test_every_coin_is_found_by_its_own_name() -> None:
    for coin_id, (name, _) in COINS.items():
        question = coin_question(SearchQuery(text=f"price of {name}"), TODAY)
        assert question is None or question.coin_id == coin_id, name


@NEEDS_FIXTURES
def test_the_currencies_are_ones_that_coingecko_has() -> None:
    listed = (FIXTURES / "coingecko" / "simple_supported_vs_currencies.json").read_text(encoding="utf-8")
    question = coin_question(SearchQuery(text="bitcoin in dollars, euros, pounds and yen"), TODAY)
    assert question is not None
    assert all(f'"{code.lower()}"' in listed for code in question.currencies)
