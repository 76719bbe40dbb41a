"""What a question asks to be computed, and of which things and times.

Knows how English and French ask for a difference, a ratio, a percentage, an extreme, a mean, a trend or a conversion.
Leaves finding the values to `binding.py`. Whatever it does not surely read is no calculation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from assistant.language.words import content_stems, fold
from assistant.writing.comparisons import Pair, pair_in
from assistant.writing.properties import PROPERTY_WORDS, properties_in
from assistant.writing.units import dimension_of, is_money, money_called, monies, units_named
from assistant.writing.written_dates import WrittenDate, dates_in
from assistant.writing.written_values import WrittenValue, values_in
from retrievers.data.periods import Period, period, timeless

__all__ = ["OF_SERIES", "Asked", "Side", "read_question"]

LONGEST_QUESTION = 300
OF_SERIES = frozenset({"maximum", "minimum", "mean"})
PERCENT = re.compile(r"\bpercent|\bper cent\b|%|\bpourcentage|\bpour[ -]cent\b|\bpourcents?\b")
TREND = re.compile(
    r"\btrend\b|\btendance\b|\brate of (?:change|growth|increase|decline)|\bhow (?:fast|quickly)\b|\brythme\b"
    r"|\b(?:per|a|each|every) (?:year|month|week|day)\b|\bpar (?:an|mois|semaine|jour)\b|\bannual change\b"
)
CHANGE = re.compile(
    r"\bchang|\bris(?:e|es|en|ing)\b|\brose\b|\bincreas|\bgr[eo]w|\bfall|\bfell\b|\bdrop|\bdecreas|\bdeclin|\bmove"
    r"|\bgain|\blos[et]|\bshr[aiu]nk|\bvari|\baugment|\bbaiss|\bprogress|\brecul|\bevolu|\bhausse|\bchut|\bmonte"
    r"|\bdiminu|\bcru\b|\btrend\b|\btendance\b|\bstrengthen|\bweaken|\bcroi"
)
TIMES = re.compile(r"\bhow many times\b|\bcombien de fois\b|\bratio\b|\brapport (?:entre|de|du)\b|\bby what factor\b")
DIFFERENCE = re.compile(
    r"\bdifference\b|\becart\b|\bgap between\b|\bhow much (?:more|less|\w+er)\b|\bhow many (?:more|fewer)\b"
    r"|\bcombien d\S+ .*\bde (?:plus|moins)\b"
    r"|\bby how much\b|\bde combien\b|\bhow (?:much|many) (?:\w+ )*(?:did|has|have)\b|\bhow far apart\b"
    r"|\bhow many (?:\w+ ){1,3}(?:taller|higher|longer|wider|deeper|warmer|colder|heavier|larger|bigger)\b"
)
HIGHEST = re.compile(
    r"\bhighest\b|\bmaxim(?:um|al|ale)\b|\bpeak(?:ed)?\b|\bstrongest\b|\bwarmest\b|\bhottest\b|\bdeepest\b|\bwettest\b"
    r"|\bwindiest\b|\bmost expensive\b"
    r"|\b(?:la|le|les|au|du) plus (?:haute?s?|elevee?s?|forte?s?|chaude?s?|profonde?s?|chere?s?)\b"
)
LOWEST = re.compile(
    r"\blowest\b|\bminim(?:um|al|ale)\b|\bweakest\b|\bcoldest\b|\bshallowest\b|\bcheapest\b"
    r"|\b(?:la|le|les|au|du) plus (?:bas|basses?|faibles?|froide?s?)\b"
    r"|\b(?:la|le|les|au|du) moins (?:elevee?s?|chere?s?|profonde?s?|forte?s?)\b"
)
HIGHS, LOWS = re.compile(r"\bhighs?\b|\bdaytime\b"), re.compile(r"\blows?\b|\bnight(?:time|ly)?\b")
"""Said of temperatures, beside a mean."""
MEAN = re.compile(
    r"\baverage\b|\bmoyen(?:ne)?s?\b|\bthe mean\b|\bmean (?:of|value|temperature|rate|price|depth|magnitude|exchange)"
)
SPARED = re.compile(
    r"\bever\b|\ball[- ]time\b|\brecord|\bjamais\b|\bde tous les temps\b|\bwhy\b|\bpourquoi\b"
    r"|\bhow (?:do|can|could|should|would) (?:i|you|we|one)\b|\bcomment (?:puis|peut|faire|calcul)"
    r"|\bformula\b|\bformule\b|\bmeaning\b|\bdefin|\bpredict|\bforecast for next year\b|\bmedian"
)
"""Questions for what no few values can tell, and questions about how one computes."""
TARGET = re.compile(r"\b(?:in|into|to|en)\s+((?:the\s+)?[^\W\d][\w°/²³'. -]{0,24}|[°″]\w?)$", re.IGNORECASE)
ASKED_UNIT = re.compile(
    r"\b(?:how many|combien d[e'])\s*([^\W\d][\w -]{1,24}?)\s+"
    r"(?:is|are|was|were|does|do|high|tall|long|deep|wide|mesure|mesurent|fait|font|valent|vaut|make|would)\b",
    re.IGNORECASE,
)
WORD = re.compile(r"\w+")
PER = re.compile(r"\b(?:per|a|each|every|par) (year|month|week|day|an|mois|semaine|jour)\b")
PER_UNITS = {"an": "year", "mois": "month", "semaine": "week", "jour": "day"}
INTENT = re.compile(
    r"\b(?:differences?|ecart|gap|percent\w*|per cent|pourcentages?|pour cent|ratio|rapport|times?|fois|average\w*|mean"
    r"|moyen(?:ne)?s?|highest|lowest|maxim\w+|minim\w+|peak\w*|stronge\w+|weake\w+|warme\w+|hotte\w+|colde\w+|deepe\w+"
    r"|cheape\w+|shallow\w+|wette\w+|windie\w+|plus|moins|most|least|more|less|fewer|than|trend|tendance|rate|taux|cours"
    r"|chang\w*|ris(?:e|es|en|ing)|rose|increas\w*|gr[eo]w\w*|fall\w*|fell|drop\w*|decreas\w*|declin\w*|move\w*|gain(?:s|ed)?|lose|loses|loss|lost"
    r"|vari(?:e|es|ed|ation\w*|ait)|augment\w*|baiss\w*|progress\w*|recul\w*|evolu\w*|hausse|chute\w*|monte\w*|diminu\w*|cru|croi(?:t|ssance)|strength\w*"
    r"|weaken\w*|much|many|combien|factor|values?|valeurs?|convert\w*|conver\w*|worth|va(?:ut|lent)|equal\w*|between|entre"
    r"|against|versus|contre|face|per|par|year\w*|month\w*|week\w*|days?|daily|ans?|annee\w*|mois|semaine\w*|jours?|period\w*"
    r"|periode|compute\w*|calculat\w*|calcul\w*|give|tell|donne\w*|quick\w*|fast|rythme|hautes?|hauts?|bas|basses?|eleve\w*|fortes?|forts?"
    r"|faible\w*|chaud\w*|froid\w*|profond\w*|chere?s?|expensive|exchange|change|currency|mesur\w*|measure\w*|reach\w*"
    r"|atteint\w*|observed|given|listed|far|apart|larger|bigger|greater|smaller|taller|lower|total\w*|amount\w*|make"
    r"|font|fait|faire|near|around|autour|pres|shares?|proportions?|parts?|depass\w*"
    r"|celui|celle|low|lows|li(?:ve|ves|ved)|comes?|came|met(?:er|re)s?|kilomet(?:er|re)s?|feet|pieds?|degrees?|degres?"
    r"|occur\w*|happen\w*|eu lieu|produit\w*|expressed|exprime\w*"
    r"|last|past|derni\w+|since|depuis)\b"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """One of the two things or times compared; `phrase` is the user's own."""

    phrase: str
    wanted: frozenset[str] = frozenset()
    """Stems that a sentence or its page must hold to be about it."""
    period: Period | None = None
    property: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What is to be computed. Without sides it is of all values of a series, or of the one value to be converted."""

    kind: str
    sides: tuple[Side, ...] = ()
    is_share: bool = False
    """Whether the first side is a part of the second, not a change of it."""
    wanted: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    """All stems of the question, to choose between series of like names."""
    property: str | None = None
    period: Period | None = None
    targets: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    given: WrittenValue | None = None
    """A sum of money in the question."""
    per: str | None = None


def read_question(question: str, language: str | None, today: date) -> Asked | None:
    """Read what is to be computed; None for a question that asks for no calculation."""
    text = plain(question)
    folded = fold(text)
    if len(text) > LONGEST_QUESTION or SPARED.search(folded):
        return None
    targets, text = without_target(text)
    dates = all_dates(text)
    pair = pair_in(text, dates)
    kind = kind_of(folded, pair, has_target=bool(targets))
    if kind is None:
        return None
    asked = Asked(
        kind=kind,
        sides=sides_of(pair, dates, language) if pair and kind not in OF_SERIES else (),
        is_share=bool(pair and pair.is_share),
        period=period_of(text, dates, today, pair if kind in OF_SERIES else None),
        targets=targets,
        codes=codes_in(plain(question)),
        given=sum_given(text, targets, language),
        words=frozenset(content_stems(question, language)) | extremes_in(folded),
        per=per_of(folded),
    )
    rest = timeless(cut(text, pair))
    return replace(asked, property=property_of(rest, asked), wanted=wanted_of(rest, language))


def plain(question: str) -> str:
    """Spell a question as the patterns expect it: "EUR/USD" for "EURUSD", no "'s", no inverted pronouns."""
    text = question.replace("\u2019", "'").strip().rstrip(" ?.!\u00a0\u202f").strip()
    text = re.sub(r"(?<=\w)'s\b|-t-(?:il|elle)s?\b|-(?:il|elle)s?\b", "", text)
    return re.sub(r"\b([A-Z]{3})([A-Z]{3})\b", as_pair, text)


def as_pair(found: re.Match[str]) -> str:
    """Part the codes of two currencies; any other six letters stay as they are."""
    return f"{found[1]}/{found[2]}" if is_money(found[1]) and is_money(found[2]) else found[0]


def sum_given(text: str, targets: tuple[str, ...], language: str | None) -> WrittenValue | None:
    """Read the sum of money of a question; pounds are money where money is asked for."""
    into_money = any(is_money(target) for target in targets)
    for value in values_in(text, language):
        if is_money(value.unit):
            return value
        if into_money and value.unit == "lb":
            return replace(value, unit="GBP")
    return None


def kind_of(folded: str, pair: Pair | None, *, has_target: bool) -> str | None:
    """Name the calculation that a folded question asks for."""
    changes, differs = CHANGE.search(folded) is not None, DIFFERENCE.search(folded) is not None
    is_of_things = pair is not None and not pair.is_of_times
    if (pair and pair.is_share) or (PERCENT.search(folded) and (changes or (pair and differs))):
        return "percentage"
    if TREND.search(folded) and changes and not is_of_things:
        return "trend"
    if TIMES.search(folded):
        return "ratio" if pair else None
    if differs and (pair or changes):
        return "difference"
    if is_of_things:
        return None
    series = (("mean", MEAN), ("maximum", HIGHEST), ("minimum", LOWEST))
    found = next((kind for kind, pattern in series if pattern.search(folded)), None)
    return found or ("conversion" if has_target else None)


def extremes_in(folded: str) -> frozenset[str]:
    """Say in the words of sources of data, "highest temperature of the day", which extreme a question names."""
    named = (("highest", HIGHEST), ("lowest", LOWEST), ("highest", HIGHS), ("lowest", LOWS))
    return frozenset(word for word, pattern in named if pattern.search(folded))


def without_target(text: str) -> tuple[tuple[str, ...], str]:
    """Take the unit that is asked for out of a question: "in feet", "how many euros is"."""
    if (found := TARGET.search(text)) and (units := units_named(found[1])):
        return units, text[: found.start()].strip()
    if (found := ASKED_UNIT.search(text)) and (units := units_named(found[1])):
        return units, text[: found.start(1)] + text[found.end(1) :]
    return (), text


def all_dates(text: str) -> list[WrittenDate]:
    """Read the dates of a question; one without a year has the year that the question names."""
    years = {found.period.first.year for found in dates_in(text)}
    return list(dates_in(text, next(iter(years)) if len(years) == 1 else None))


def sides_of(pair: Pair, dates: list[WrittenDate], language: str | None) -> tuple[Side, ...]:
    """Read the two sides; one date in all the question is that of both."""
    if pair.is_of_times:
        return tuple(
            Side(phrase=phrase, period=one.period) for phrase, one in zip((pair.first, pair.second), dates, strict=True)
        )
    common = dates[0].period if len(dates) == 1 else None
    sides = []
    for phrase in (pair.first, pair.second):
        own = [found.period for found in all_dates(phrase)]
        named = without_dates(phrase)
        about = subject_stems(named, language)
        found = properties_in(named)
        sides.append(
            Side(
                phrase=named,
                wanted=about if about or own else frozenset(content_stems(named, language)),
                period=own[0] if own else common,
                property=next(iter(found)) if len(found) == 1 else None,
            )
        )
    return tuple(sides)


def without_dates(phrase: str) -> str:
    """Leave the thing of a phrase, without "in 2020" and the article before it."""
    for found in reversed(all_dates(phrase)):
        phrase = re.sub(r"\s*\b(?:in|on|en|le|au|of|de)\s*$", "", phrase[: found.start]) + phrase[found.end :]
    return " ".join(phrase.split()).strip(" ,")


def period_of(text: str, dates: list[WrittenDate], today: date, pair: Pair | None) -> Period | None:
    """Read the time that values must be of: one date, from one to another, or a span of days in words."""
    if pair and pair.is_of_times:
        return Period(first=dates[0].period.first, last=dates[1].period.last)
    return dates[0].period if len(dates) == 1 and not re.search(r"\b(?:since|depuis)\b", text) else period(text, today)


def cut(text: str, pair: Pair | None) -> str:
    """Leave what a question says besides the two sides."""
    return text if pair is None else text.replace(pair.first, " ").replace(pair.second, " ")


def property_of(text: str, asked: Asked) -> str | None:
    """Choose the one property that a question is about; two currencies are about their rate."""
    if len(asked.codes) > 1:
        return "rate"
    found = properties_in(text)
    for vague in ("height", "length", "distance", "speed", "magnitude", "area"):
        found = found - {vague} if len(found) > 1 else found
    return next(iter(found)) if len(found) == 1 else None


def wanted_of(text: str, language: str | None) -> frozenset[str]:
    """Collect what a question is about, beyond its sides, its property and the wish to compute."""
    opening = WORD.search(text)
    return subject_stems(text, language, after=opening.end() if opening else 0)


def subject_stems(text: str, language: str | None, *, after: int = 0) -> frozenset[str]:
    """Collect the stems of what a phrase names; a word with a capital is kept whatever it is else: "Fort Worth"."""
    plain = monies().sub(lambda found: " " * len(found[0]), text)
    kept = [word[0] for word in WORD.finditer(plain) if word.start() >= after and word[0][0].isupper()]
    others = WORD.sub(lambda word: " " if word.start() >= after and word[0][0].isupper() else word[0], plain)
    rest = PROPERTY_WORDS.sub(" ", INTENT.sub(" ", fold(others)))
    return frozenset(content_stems(" ".join(kept), language)) | frozenset(
        stem for stem in content_stems(rest, language) if not stem.isdecimal()
    )


def codes_in(question: str) -> tuple[str, ...]:
    """List the currencies that a question names, in their order."""
    found = (money_called(match) for match in monies().finditer(question))
    return tuple(dict.fromkeys(code for code in found if code and dimension_of(code)))


def per_of(folded: str) -> str | None:
    """Name the time in which a trend is to be told."""
    found = PER.search(folded)
    return PER_UNITS.get(found[1], found[1]) if found else None
