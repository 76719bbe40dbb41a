"""Exchange rates in words: the latest one, or how one moved over a period.

Knows how such sentences are built in English and French. Leaves fetching the rates to the sources.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from retrievers.contract import Measurement, SearchHit
from retrievers.data.currencies import RateQuestion
from retrievers.data.currency_names import CURRENCIES
from retrievers.data.wording import day, in_language, number, some_of

__all__ = ["RateSource", "asked_days", "rate_hit"]


@dataclass(frozen=True, kw_only=True, slots=True)
class RateSource:
    """Say whose rates they are, in both languages, where they stand for people, and where for programs."""

    english: str
    french: str
    url: str
    source_url: str


def asked_days(question: RateQuestion, rates: Mapping[date, float]) -> dict[date, float]:
    """Keep the rates of the period asked for; where none falls into it, the last one before (a weekend has none)."""
    in_order = dict(sorted(rates.items()))
    if not in_order:
        return {}
    if question.period is None:
        return dict([max(in_order.items())])
    inside = {when: rate for when, rate in in_order.items() if question.period.first <= when <= question.period.last}
    before = [(when, rate) for when, rate in in_order.items() if when < question.period.first]
    return inside or dict(before[-1:])


def rate_hit(
    question: RateQuestion, quote: str, rates: Mapping[date, float], source: RateSource, language: str
) -> SearchHit:
    """Make a hit of the rates of one currency: every value, and sentences that say them."""
    series = list(rates.items())
    latest, rate = series[-1]
    sentence = worth(question.base, quote, latest, rate, source, language)
    told = [sentence, *converted(question, quote, rate, language), *moved(quote, series, language)]
    title = in_language(language, "Exchange rate", "Taux de change")
    name = f"{title} {question.base}/{quote}"
    return SearchHit(
        url=source.url,
        title=f"{name}, {day(latest, language)}",
        snippet=sentence,
        published=at_midnight(latest),
        text=" ".join(told),
        values=tuple(
            Measurement(
                name=name,
                value=value,
                unit=f"{quote}/{question.base}",
                at=at_midnight(when),
                source_url=source.source_url,
            )
            for when, value in series
        ),
    )


def worth(base: str, quote: str, when: date, rate: float, source: RateSource, language: str) -> str:
    """Say what one unit was worth on a day, and who says so."""
    return in_language(
        language,
        f"On {day(when, 'en')}, {amount(1, base, 'en')} was worth {amount(rate, quote, 'en')}, {source.english}.",
        f"Le {day(when, 'fr')}, {amount(1, base, 'fr')} valait {amount(rate, quote, 'fr')}, {source.french}.",
    )


def converted(question: RateQuestion, quote: str, rate: float, language: str) -> list[str]:
    """Say what the amount in the question was worth, where there is one."""
    if question.amount is None:
        return []
    given, gained = question.amount, question.amount * rate
    return [
        in_language(
            language,
            f"At this rate, {amount(given, question.base, 'en', 12)} make {amount(gained, quote, 'en', 6)}.",
            f"À ce taux, {amount(given, question.base, 'fr', 12)} font {amount(gained, quote, 'fr', 6)}.",
        )
    ]


def moved(quote: str, series: Sequence[tuple[date, float]], language: str) -> list[str]:
    """Say between which values the rate moved, by how much it changed, and some of the values day by day."""
    if len(series) == 1:
        return []
    (first, begun), (last, ended) = series[0], series[-1]
    (low_day, low), (high_day, high) = min(series, key=value_of), max(series, key=value_of)
    change = (ended / begun - 1) * 100
    share = f"{'+' if change >= 0 else '-'}{number(abs(change), language, 3)} %"
    begin, end, least, most = (number(value, language) for value in (begun, ended, low, high))
    days = [day(when, language) for when in (first, last, low_day, high_day)]
    told = in_language(
        language,
        f"Between {days[0]} and {days[1]} the rate went from {begin} to {end} {quote} ({share}); "
        f"the lowest was {least} on {days[2]}, the highest {most} on {days[3]}.",
        f"Entre le {days[0]} et le {days[1]}, le taux est passé de {begin} à {end} {quote} ({share}) ; "
        f"le plus bas a été {least} le {days[2]}, le plus haut {most} le {days[3]}.",
    )
    colon = in_language(language, ":", " :")
    each = [f"{day(when, language)}{colon} {number(value, language)} {quote}." for when, value in some_of(series)]
    return [told, *each]


def amount(value: float, code: str, language: str, digits: int = 5) -> str:
    """Write a sum of money with the name of its currency and its code."""
    currency = CURRENCIES[code]
    is_one = value == 1 if language != "fr" else abs(value) < 2  # noqa: PLR2004 - French has its plural from two on
    english = currency.english if is_one else currency.english_plural
    french = currency.french if is_one else currency.french_plural
    return f"{number(value, language, digits)} {in_language(language, english, french)} ({code})"


def value_of(pair: tuple[date, float]) -> float:
    """Return the rate, to compare by."""
    return pair[1]


def at_midnight(when: date) -> datetime:
    """Make a day a moment; a reference rate is one of the day, not of an hour."""
    return datetime.combine(when, time(), UTC)
