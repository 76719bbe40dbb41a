"""Sources that state different values for the same thing.

Knows two kinds: for an amount or a year, sentences of different sites that say the same but for the value; and pages
that take opposite sides, which `stance.py` finds and whose statements are shown verbatim. The first is the surer one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from urllib.parse import urlsplit

from assistant.evidence import Citation, Disagreement, DisputedValue, Passage
from assistant.language.sentences import sentence_spans
from assistant.language.words import content_stems, numbers
from assistant.writing.contested import Contest, contests
from assistant.writing.holdings import all_numbers, content
from assistant.writing.polarity import is_denied
from assistant.writing.quantities import asks_amount, asks_time
from assistant.writing.quoting import quote_span
from assistant.writing.stance import find_opposed
from assistant.writing.sufficiency import asked_stems

__all__ = ["Conflict", "find_disagreements"]

FRAME_OF_QUESTION = 0.6
"""Share of the question's content words that a sentence must hold to state its answer."""
FEWEST_ASKED = 2
SAME_FRAME = 0.5
"""Jaccard coefficient of two sentences' stems, values left out, from which they state the same thing."""
ROUNDING = 0.05
"""Amounts closer than this are one amount, rounded."""
YEAR = re.compile(r"(?<![\d.,])(?:1\d{3}|20\d{2})(?![\d.,]*\d)")
HEDGES = re.compile(r"\b(?:or|ou|oder|o|between|entre|zwischen|to|until|versus|not|from)\b", re.IGNORECASE)
"""A sentence that itself weighs several values states none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Conflict:
    """A disagreement with the spans that state its values."""

    disagreement: Disagreement
    citations: tuple[Citation, ...]
    outvoted: frozenset[int] = frozenset()
    """Passages whose value is shown here only and is no answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """A sentence that answers the question with one value."""

    number: int
    site: str
    value: str
    unit: frozenset[str]
    frame: frozenset[str]
    years: frozenset[str]
    citation: Citation


def find_disagreements(
    question: str, passages: Mapping[int, Passage], language: str | None, quotes: Sequence[Citation] = ()
) -> tuple[Conflict, ...]:
    """Find copies with different values, or the one value that sites give differently, or else two opposite sides.

    `quotes` are the best ones of the passages: copies that differ elsewhere do not disagree on what was asked.
    """
    return (
        conflicts_of_copies(question, contests(question, quotes, passages, language))
        or conflict_of_values(question, passages, language)
        or conflict_of_sides(question, passages, language)
    )


def conflict_of_values(question: str, passages: Mapping[int, Passage], language: str | None) -> tuple[Conflict, ...]:
    """Find the one value that different sites give differently; nothing where it is not plain."""
    if not (asks_amount(question) or asks_time(question)):
        return ()
    stated = [
        statement
        for number, passage in passages.items()
        for statement in statements(question, number, passage, language)
    ]
    for first, second in combinations(stated, 2):
        if contradicts(first, second):
            return (conflict_between(question, stated, passages, first, second),)
    return ()


def conflict_of_sides(question: str, passages: Mapping[int, Passage], language: str | None) -> tuple[Conflict, ...]:
    """Put the statements of two sites side by side that take opposite sides; the first passage speaks for a site."""
    sites: dict[str, int] = {}
    for number, passage in passages.items():
        sites.setdefault(site_of(passage), number)
    numbers_of = list(sites.values())
    found = find_opposed(question, [passages[number].text for number in numbers_of], language)
    cited = [
        quote_span(number, passages[number], side.start, side.end, support=1.0)
        for side in found
        for number in [numbers_of[side.position]]
    ]
    if not cited or (asks_amount(question) and any(is_denied(citation.quote, language) for citation in cited)):
        return ()  # to deny one amount is not to give another
    dates = [citation.published for citation in cited if citation.published]
    values = tuple(
        DisputedValue(
            value=citation.quote,
            citations=(citation.number,),
            published=citation.published,
            is_newest=len(dates) > 1 and citation.published == max(dates) and dates.count(max(dates)) == 1,
        )
        for citation in cited
    )
    return (Conflict(disagreement=Disagreement(about=about(question), values=values), citations=tuple(cited)),)


def about(question: str) -> str:
    """Name what is disputed, in the words of the question."""
    return question.strip().rstrip("?").strip()


def site_of(passage: Passage) -> str:
    """Name who speaks in a passage."""
    return urlsplit(passage.url).hostname or passage.url


def statements(question: str, number: int, passage: Passage, language: str | None) -> Iterator[Statement]:
    """List the sentences of a passage that answer the question with exactly one value."""
    asked = asked_stems(question, language)
    if len(asked) < FEWEST_ASKED:
        return
    for start, end in sentence_spans(passage.text):
        text = passage.text[start:end]
        held = content(text, language)
        if len(asked & held) < max(FEWEST_ASKED, FRAME_OF_QUESTION * len(asked)):
            continue
        years = frozenset(YEAR.findall(text))
        values = years if asks_time(question) else numbers(text) - years
        if len(values) != 1 or (asks_time(question) and len(numbers(text)) > len(values)) or HEDGES.search(text):
            continue
        value = next(iter(values))
        yield Statement(
            number=number,
            site=site_of(passage),
            value=value,
            unit=unit_of(value, text, language),
            frame=held - all_numbers(text, language),
            years=frozenset() if asks_time(question) else years,
            citation=quote_span(number, passage, start, end, support=len(asked & held) / len(asked)),
        )


def unit_of(value: str, text: str, language: str | None) -> frozenset[str]:
    """Give the stems of the two words after a number: what it counts."""
    for match in re.finditer(r"\d[\d.,\u00a0\u202f']*\d|\d", text):
        if value in numbers(match.group()):
            return frozenset(content_stems(" ".join(text[match.end() :].split()[:2]), language)) | frozenset(
                re.findall(r"[%€$£°]", text[max(0, match.start() - 1) : match.end() + 2])
            )
    return frozenset()


def contradicts(first: Statement, second: Statement) -> bool:
    """Tell whether two statements give different values for the same thing."""
    if first.site == second.site or first.value == second.value or first.years != second.years:
        return False
    shared = len(first.frame & second.frame) / max(1, len(first.frame | second.frame))
    if shared < SAME_FRAME:
        return False
    if YEAR.fullmatch(first.value) and YEAR.fullmatch(second.value):
        return True
    if not first.unit & second.unit:
        return False
    return not is_rounding(first.value, second.value)


def is_rounding(first: str, second: str) -> bool:
    """Tell whether two amounts are one, rounded; what is no plain number is never compared."""
    try:
        one, other = float(first), float(second)
    except ValueError:
        return True
    return abs(one - other) <= ROUNDING * max(abs(one), abs(other))


def conflict_between(
    question: str, stated: Sequence[Statement], passages: Mapping[int, Passage], first: Statement, second: Statement
) -> Conflict:
    """Put every value that is given for the same thing side by side, with the sites that give it."""
    sides: dict[str, list[Statement]] = {first.value: [], second.value: []}
    for other in stated:
        is_third = other.value not in sides and contradicts(first, other) and contradicts(second, other)
        if is_third or (other.value in sides and any(is_same_thing(other, one) for one in (first, second))):
            sides.setdefault(other.value, []).append(other)
    return Conflict(
        disagreement=Disagreement(about=about(question), values=weighed(sides, passages)),
        citations=tuple(side.citation for given in sides.values() for side in given),
    )


def is_same_thing(first: Statement, second: Statement) -> bool:
    """Tell whether two statements are about the same thing, whatever their values."""
    shared = len(first.frame & second.frame) / max(1, len(first.frame | second.frame))
    return shared >= SAME_FRAME and first.years == second.years


def conflicts_of_copies(question: str, contested: Iterable[Contest]) -> tuple[Conflict, ...]:
    """Put the values of copies that differ side by side, those against one statement together."""
    sides: dict[tuple[int, str], dict[str, list[Contest]]] = {}
    for one in contested:
        kept = sides.setdefault((one.kept.number, one.kept_value), {})
        kept.setdefault(one.outvoted_value, []).append(one)
    return tuple(conflict_of_copies(question, value, against) for (_, value), against in sides.items())


def conflict_of_copies(question: str, value: str, against: Mapping[str, Sequence[Contest]]) -> Conflict:
    """Name the kept value first; it is that of the majority only where more other texts give it."""
    pairs = [one for given in against.values() for one in given]
    kept = pairs[0].kept
    given = {value: [kept], **{other: [one.outvoted for one in found] for other, found in against.items()}}
    dates = {
        said: max((one.published for one in cited if one.published), default=None) for said, cited in given.items()
    }
    known = [date for date in dates.values() if date]
    values = tuple(
        DisputedValue(
            value=said,
            citations=tuple(dict.fromkeys(one.number for one in cited)),
            published=dates[said],
            is_newest=len(known) > 1 and dates[said] == max(known) and known.count(max(known)) == 1,
            is_majority=said == value and all(one.is_majority for one in pairs),
        )
        for said, cited in given.items()
    )
    cited = tuple(one for quoted in given.values() for one in quoted)
    return Conflict(
        disagreement=Disagreement(about=about(question), values=values),
        citations=cited,
        outvoted=frozenset(one.outvoted.number for one in pairs),
    )


def weighed(sides: Mapping[str, Sequence[Statement]], passages: Mapping[int, Passage]) -> tuple[DisputedValue, ...]:
    """Name the newest value and the one that most sites give, each only where there is but one."""
    newest = {value: newest_date(given, passages) for value, given in sides.items()}
    sites = {value: len({side.site for side in given}) for value, given in sides.items()}
    dates, counts = [date for date in newest.values() if date], list(sites.values())
    return tuple(
        DisputedValue(
            value=value,
            citations=tuple(dict.fromkeys(side.number for side in given)),
            published=newest[value],
            is_newest=len(dates) > 1 and newest[value] == max(dates) and dates.count(max(dates)) == 1,
            is_majority=sites[value] == max(counts) and counts.count(max(counts)) == 1,
        )
        for value, given in sides.items()
    )


def newest_date(given: Sequence[Statement], passages: Mapping[int, Passage]) -> datetime | None:
    """Date a value by the newest page that gives it."""
    dates = (passages[side.number].published for side in given)
    return max((date for date in dates if date), default=None)
