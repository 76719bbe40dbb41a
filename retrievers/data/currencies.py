"""Which exchange rate a question asks for: the currencies in it, an amount of one of them, and a time.

Knows questions in English and French. Leaves the rates to `ecb.py` and `frankfurter.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from retrievers.contract import SearchQuery
from retrievers.data.currency_names import CURRENCIES, SYMBOLS
from retrievers.data.periods import MOST_CHARACTERS, Period, period
from retrievers.freshness import DAYS, first_day

__all__ = ["RateQuestion", "currencies_in", "rate_question"]

ALSO_WORDS = frozenset({"TRY", "PHP", "RON", "CAD", "COP", "MAD", "SAR", "THB"})
"""Codes that are words or names of something else: they count in capitals, and beside another currency only."""
SYMBOL = "|".join(re.escape(symbol) for symbol in sorted(SYMBOLS, key=len, reverse=True))
LOWER_CODES = "|".join(code for code in CURRENCIES if code not in ALSO_WORDS)
NAMES = "|".join(f"(?P<{code}>{found.pattern})" for code, found in CURRENCIES.items())
MENTION = re.compile(
    rf"(?P<symbol>{SYMBOL})|(?<![^\W\d])(?:(?P<code>(?i:{LOWER_CODES})|{'|'.join(sorted(ALSO_WORDS))})|(?i:{NAMES}))(?![^\W\d])"
)
PAIR = re.compile(rf"\b({'|'.join(CURRENCIES)})({'|'.join(CURRENCIES)})(?:=X)?\b", re.IGNORECASE)
"""As traders write it: EURUSD."""
AMOUNT = r"(\d[\d,.'\u00a0\u202f ]*\d|\d)\s*(k|thousand|mille|m|millions?|mio|billions?|milliards?)?(?:\s+d[e'])?\s*"
BEFORE = re.compile(AMOUNT + r"$", re.IGNORECASE)
AFTER = re.compile(r"^\s*" + AMOUNT, re.IGNORECASE)
SCALES = {
    "k": 1e3,
    "thousand": 1e3,
    "mille": 1e3,
    "m": 1e6,
    "mio": 1e6,
    "million": 1e6,
    "billion": 1e9,
    "milliard": 1e9,
}
RATE = re.compile(
    r"\b(?:exchange|rates?|conver\w*|worth|how (?:much|many)|forex|fx|currenc\w+|value|trading|parity|against|versus|vs"
    r"|taux|cours|change|combien|vaut|valent|valeur|devises?|parité|contre|historical|history|historique|évolution)\b",
    re.IGNORECASE,
)
RATE_OF_ONE = re.compile(r"exchange rate|taux de change|\bforex\b|\bcours (?:d[eu]|actuel)", re.IGNORECASE)
BETWEEN = re.compile(
    r"^\W*(?:to|in|into|en|vers|per|par|=|/|-|a|à)?\W*(?:(?:the|a|an|le|la|l|un|une|d|des|de)\W+)*$", re.IGNORECASE
)
"""What stands between two currencies where one is turned into the other."""
HOW_MANY = re.compile(r"\b(?:how (?:many|much)|combien d[e'])\W*(?:\w+\W+){0,2}$", re.IGNORECASE)
"""What stands before the currency that is wanted, not the one that is given."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """One currency in a question: where it stands, and how much of it is named there."""

    code: str
    start: int
    end: int
    amount: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RateQuestion:
    """Ask what one unit of `base` is worth in each of `quotes`: now, or over a period; `amount` is to be converted."""

    base: str
    quotes: tuple[str, ...]
    amount: float | None = None
    period: Period | None = None


def currencies_in(text: str) -> tuple[str, ...]:
    """List the codes of the currencies that a text names, in order and once each."""
    return tuple(dict.fromkeys(mention.code for mention in mentions(text)))


def rate_question(query: SearchQuery, today: date) -> RateQuestion | None:
    """Read which rate a question asks for, None where it asks for none."""
    if len(query.text) > MOST_CHARACTERS:
        return None
    text = PAIR.sub(r"\1/\2", query.text.replace("\u2019", "'"))
    found = list({mention.code: mention for mention in reversed(list(mentions(text)))}.values())[::-1]
    if len(found) == 1 and (found[0].code in ALSO_WORDS or not RATE_OF_ONE.search(text)):
        return None
    if not found or (len(found) > 1 and not asks_for_a_rate(text, found)):
        return None
    base, *others = based(text, found)
    quotes = tuple(other.code for other in others) or (("USD",) if base.code == "EUR" else ("EUR",))
    return RateQuestion(base=base.code, quotes=quotes, amount=base.amount, period=asked_period(query, today))


def asked_period(query: SearchQuery, today: date) -> Period | None:
    """Read the time that a question names, else the one that was chosen with it; a day is the latest rate."""
    named = period(query.text, today)
    if named and named.first < today:
        return Period(first=named.first, last=min(named.last, today))
    if query.freshness and DAYS[query.freshness] > 1:
        return Period(first=first_day(query.freshness, today), last=today)
    return None


def asks_for_a_rate(text: str, found: list[Mention]) -> bool:
    """Tell a question about a rate from one that only names two currencies."""
    is_turned = any(BETWEEN.match(text[one.end : other.start]) for one, other in pairwise(found))
    return is_turned or bool(RATE.search(text))


def based(text: str, found: list[Mention]) -> list[Mention]:
    """Put first what is given: the currency with an amount, else the one that is not asked for by "how many"."""
    given = [mention for mention in found if mention.amount is not None]
    wanted = [mention for mention in found if HOW_MANY.search(text[: mention.start])]
    first = (given or [mention for mention in found if mention not in wanted] or found)[0]
    return [first, *(mention for mention in found if mention is not first)]


def mentions(text: str) -> Iterator[Mention]:
    """Find every currency that a text names, with the amount beside it."""
    for match in MENTION.finditer(text):
        symbol, code = match["symbol"], match["code"]
        found = SYMBOLS[symbol] if symbol else (code or match.lastgroup or "").upper()
        after = AFTER.search(text[match.end() :]) if symbol else None
        beside = BEFORE.search(text[: match.start()]) or after
        end = match.end() + (after.end() if after and beside is after else 0)
        yield Mention(
            code=found, start=match.start(), end=end, amount=amount_of(beside[1], beside[2]) if beside else None
        )


def amount_of(digits: str, scale: str | None) -> float | None:
    """Read an amount in either language's way: 1,500.50 and 1 500,50; a comma before three digits parts thousands."""
    bare = re.sub(r"[\s'\u00a0\u202f]", "", digits)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", bare):
        bare = bare.replace(",", "")
    elif re.fullmatch(r"\d{1,3}(?:\.\d{3})*,\d+", bare) or re.fullmatch(r"\d+,\d+", bare):
        bare = bare.replace(".", "").replace(",", ".")
    try:
        return float(bare) * SCALES.get((scale or "").lower().removesuffix("s"), 1.0)
    except ValueError:
        return None
