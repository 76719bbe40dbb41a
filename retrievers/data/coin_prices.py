"""Prices of cryptocurrencies: how CoinGecko is asked for them, and its answers made hits that say them.

Knows three of its paths: /search, /simple/price, /coins/{id}/market_chart. Leaves keys and failures to `coingecko.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import httpx

from retrievers.contract import Measurement, SearchHit
from retrievers.data.coin_question import HISTORY_DAYS, CoinQuestion
from retrievers.data.currency_names import CURRENCIES, Currency
from retrievers.data.wording import in_language, moment, number, some_of

__all__ = ["coin_hits", "found_coin", "prices_asked"]

PAGE = "https://www.coingecko.com/en/coins/"


def prices_asked(question: CoinQuestion, today: date) -> tuple[str, dict[str, str]]:
    """Say which path and parameters give the price now, or the prices since the period began."""
    if question.period:
        days = min((today - question.period.first).days + 1, HISTORY_DAYS)
        asked = {"vs_currency": question.currencies[0].lower(), "days": str(days)}
        return f"coins/{question.coin_id}/market_chart", asked
    codes = ",".join(question.currencies).lower()
    flags = {"include_24hr_change": "true", "include_last_updated_at": "true"}
    return "simple/price", {"ids": question.coin_id, "vs_currencies": codes} | flags


def found_coin(question: CoinQuestion, response: httpx.Response) -> CoinQuestion | None:
    """Fill in which coin a search found: the one of exactly this name, else the biggest; None where it found none."""
    wanted = question.name.casefold()
    coins = response.json()["coins"]
    exact = [coin for coin in coins if wanted in {coin["name"].casefold(), coin["symbol"].casefold()}]
    chosen = next(iter([*exact, *coins]), None)
    return replace(question, coin_id=chosen["id"], name=chosen["name"]) if chosen else None


def coin_hits(question: CoinQuestion, language: str, response: httpx.Response) -> Iterator[SearchHit]:
    """Read the price now, or those of a period; a coin that is not traded has neither."""
    answer = response.json()
    if question.period:
        yield from history_hit(question, answer["prices"], language)
    elif answer != {}:
        yield price_hit(question, answer[question.coin_id], language)


def price_hit(question: CoinQuestion, known: Mapping[str, Any], language: str) -> SearchHit:
    """Say what a coin costs in each currency asked for, and by how much that changed in a day."""
    at, url = datetime.fromtimestamp(known["last_updated_at"], UTC), PAGE + question.coin_id
    told, values = [], list[Measurement]()
    for code in question.currencies:
        price, change = float(known[code.lower()]), known.get(f"{code.lower()}_24h_change")
        told.append(sentence(question.name, price, code, change, at, language))
        values.append(measured("price", question.name, price, code, at, url))
        if change is not None:
            values.append(measured("change of the price in 24 hours", question.name, float(change), "%", at, url))
    title = in_language(language, f"Price of {question.name}", f"Cours de {question.name}")
    return SearchHit(url=url, title=title, snippet=told[0], published=at, text=" ".join(told), values=tuple(values))


def history_hit(question: CoinQuestion, prices: list[list[float]], language: str) -> Iterator[SearchHit]:
    """Say between which prices a coin moved in the period asked for; no hit where there is no price in it."""
    code, asked, url = question.currencies[0], question.period, PAGE + question.coin_id
    moments = [(datetime.fromtimestamp(at / 1000, UTC), float(price)) for at, price in prices]
    series = [(at, price) for at, price in moments if asked is None or asked.first <= at.date() <= asked.last]
    if not series:
        return
    (first, begun), (last, ended) = series[0], series[-1]
    lowest, highest = min(series, key=lambda pair: pair[1]), max(series, key=lambda pair: pair[1])
    change = f"{'+' if ended >= begun else '-'}{number(abs(ended / begun - 1) * 100, language, 3)} %"
    figures = [f"{number(price, language)} {code}" for price in (begun, ended, lowest[1], highest[1])]
    times = [moment(at, language) for at in (first, last, lowest[0], highest[0])]
    told = in_language(
        language,
        f"Between {times[0]} and {times[1]} UTC the price of {question.name} went from {figures[0]} to {figures[1]} "
        f"({change}); the lowest was {figures[2]} on {times[2]}, the highest {figures[3]} on {times[3]}, "
        "according to CoinGecko.",
        f"Entre le {times[0]} et le {times[1]} UTC, le cours de {question.name} est passé de {figures[0]} à "
        f"{figures[1]} ({change}) ; le plus bas a été {figures[2]} le {times[2]}, le plus haut {figures[3]} "
        f"le {times[3]}, selon CoinGecko.",
    )
    colon = in_language(language, ":", " :")
    each = [f"{moment(at, language)} UTC{colon} {number(price, language)} {code}." for at, price in some_of(series)]
    yield SearchHit(
        url=url,
        title=in_language(language, f"Price of {question.name}", f"Cours de {question.name}"),
        snippet=told,
        published=last,
        text=" ".join([told, *each]),
        values=tuple(measured("price", question.name, price, code, at, url) for at, price in series),
    )


def sentence(name: str, price: float, code: str, change: float | None, at: datetime, language: str) -> str:
    """Say the price in one currency."""
    currency, more = CURRENCIES[code], change is None or change >= 0
    english, french = (f"{number(price, told_in)} {plural} ({code})" for told_in, plural in names_of(currency))
    if change is not None:
        moved = number(abs(change), language, 3)
        english += f", {moved} % {'more' if more else 'less'} than 24 hours before"
        french += f", soit {moved} % de {'plus' if more else 'moins'} que 24 heures plus tôt"
    return in_language(
        language,
        f"On {moment(at, 'en')} UTC, {name} cost {english}, according to CoinGecko.",
        f"Le {moment(at, 'fr')} UTC, {name} valait {french}, selon CoinGecko.",
    )


def names_of(currency: Currency) -> tuple[tuple[str, str], tuple[str, str]]:
    """Name a currency in the plural, in both languages."""
    return ("en", currency.english_plural), ("fr", currency.french_plural)


def measured(what: str, name: str, value: float, unit: str, at: datetime, url: str) -> Measurement:
    """State one figure of a coin."""
    return Measurement(name=f"{what} of {name}", value=value, unit=unit, at=at, source_url=url)
