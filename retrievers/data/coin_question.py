"""Which cryptocurrency's price a question asks for, in which currencies, and over what time.

Knows questions in English and French. Leaves the prices to `coingecko.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from retrievers.contract import SearchQuery
from retrievers.data.currencies import currencies_in
from retrievers.data.periods import MOST_CHARACTERS, Period, period, timeless
from retrievers.freshness import DAYS, first_day

__all__ = ["HISTORY_DAYS", "CoinQuestion", "coin_question"]

HISTORY_DAYS = 365
"""How far back its public API reaches (https://docs.coingecko.com/reference/coins-id-market-chart)."""
COINS = {
    "bitcoin-cash": ("Bitcoin Cash", r"(?i:bitcoin cash|bch)"),
    "bitcoin": ("Bitcoin", r"(?i:bitcoins?|btc)"),
    "ethereum": ("Ethereum", r"(?i:ethereum|ether|eth)"),
    "solana": ("Solana", r"(?i:solana)|SOL"),
    "ripple": ("XRP", r"(?i:xrp|ripple)"),
    "dogecoin": ("Dogecoin", r"(?i:dogecoin|doge)"),
    "cardano": ("Cardano", r"(?i:cardano)|ADA"),
    "litecoin": ("Litecoin", r"(?i:litecoin|ltc)"),
    "polkadot": ("Polkadot", r"(?i:polkadot)|DOT"),
    "tether": ("Tether", r"(?i:tether|usdt)"),
    "usd-coin": ("USD Coin", r"(?i:usd coin|usdc)"),
    "binancecoin": ("BNB", r"(?i:binance coin|bnb)"),
    "tron": ("Tron", r"(?i:trx)|Tron|TRON"),
    "avalanche-2": ("Avalanche", r"AVAX"),
    "chainlink": ("Chainlink", r"(?i:chainlink)"),
    "shiba-inu": ("Shiba Inu", r"(?i:shiba inu coin|shib)"),
    "stellar": ("Stellar", r"(?i:xlm)"),
    "monero": ("Monero", r"(?i:monero|xmr)"),
    "the-open-network": ("Toncoin", r"(?i:toncoin)"),
    "uniswap": ("Uniswap", r"(?i:uniswap)"),
}
"""Its id of a coin, the coin's name, and what people call it; a name that is also a word counts in capitals only."""
KNOWN = re.compile("|".join(rf"(?<!\w)(?P<c{place}>{words})(?!\w)" for place, (_, words) in enumerate(COINS.values())))
PRICE = re.compile(
    r"\b(?:prices?|worth|how much|value|rate|trading at|market cap\w*|chart|cost|prix|cours|vaut|valent|valeur|combien"
    r"|cotation|capitalisation|évolution)\b",
    re.IGNORECASE,
)
KIND = r"(?i:crypto(?:\s?-?currency|monnaie)?|coin|token|jeton)"
NAMED = (
    re.compile(rf"\b{KIND}\s+([\"'«“]?\s?[^\Wa-zà-ÿ].*)$"),
    re.compile(rf"([^\Wa-zà-ÿ][\w.-]*(?:\s[^\Wa-zà-ÿ]\w*)?)\s+{KIND}\b"),
)
"""How a coin that is not in the list is named: "the token X", "the X token", X being a name with a capital."""
LONGEST_NAME = 60
USUAL = ("USD", "EUR")
PRICED_IN = frozenset(
    {
        "AED",
        "ARS",
        "AUD",
        "BRL",
        "CAD",
        "CHF",
        "CLP",
        "CNY",
        "CZK",
        "DKK",
        "EUR",
        "GBP",
        "HKD",
        "HUF",
        "IDR",
        "ILS",
        "INR",
    }
    | {"JPY", "KRW", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN", "RUB", "SAR", "SEK", "SGD", "THB", "TRY", "TWD", "USD"}
    | {"VND", "ZAR"}
)
"""The currencies in which it states prices (its /simple/supported_vs_currencies) that have a name here."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CoinQuestion:
    """Ask for the price of a coin, known by its id or by a name to search for; over a period, or now."""

    name: str
    currencies: tuple[str, ...]
    coin_id: str = ""
    period: Period | None = None


def coin_question(query: SearchQuery, today: date) -> CoinQuestion | None:
    """Read whose price a question asks for; None for any other question, and for times that are too long ago."""
    if len(query.text) > MOST_CHARACTERS:
        return None
    text = query.text.replace("\u2019", "'")
    known = KNOWN.search(text)
    named = currencies_in(KNOWN.sub(" ", text))
    if not PRICE.search(text) and not (known and named):
        return None
    coin_id = list(COINS)[int((known.lastgroup or "c0")[1:])] if known else ""
    name = COINS[coin_id][0] if known else unknown_name(text)
    asked = asked_period(query, today)
    if not name or (asked and (today - asked.last).days >= HISTORY_DAYS):
        return None
    priced = tuple(code for code in named if code in PRICED_IN) or USUAL
    return CoinQuestion(name=name, currencies=priced, coin_id=coin_id, period=asked)


def unknown_name(text: str) -> str:
    """Find what stands beside the word "coin" or "token"."""
    words = timeless(text).strip(" ?!.")
    found = next(filter(None, (pattern.search(words) for pattern in NAMED)), None)
    name = PRICE.sub(" ", found[1]) if found else ""
    return " ".join(name.split())[:LONGEST_NAME].strip(" \"'«»“”")


def asked_period(query: SearchQuery, today: date) -> Period | None:
    """Read the time that the question names, else the one that was chosen with it; today and tomorrow are now."""
    named = period(query.text, today)
    if named:
        return Period(first=named.first, last=min(named.last, today)) if named.first < today else None
    if query.freshness and DAYS[query.freshness] > 1:
        return Period(first=first_day(query.freshness, today), last=today)
    return None
