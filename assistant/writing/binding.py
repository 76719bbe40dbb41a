"""Which stated value a question means: of the thing it names, of the property, of the time.

Knows when that is not certain, and then gives none: a wrong operand is worse than no calculation. Leaves whole series
to `stated_series.py` and reading the question to `calculation_question.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from assistant.evidence import Passage
from assistant.language.words import content_stems, stems, words
from assistant.writing.calculation_question import Asked, Side
from assistant.writing.naming import required_names
from assistant.writing.properties import DIMENSIONS, has_unit_of
from assistant.writing.stated_values import StatedValue
from assistant.writing.units import dimension_of
from assistant.writing.written_dates import dates_in
from retrievers.data.periods import Period

__all__ = ["alike", "best_named", "bound", "fitness", "is_about", "is_of", "is_within", "latest", "of_codes", "only"]

LABEL = re.compile(r"(?:^|\|)\s*[^|:]{1,40}:")
"""The name of a column in a row of a table."""
WORD = re.compile(r"\w+")
EXTRA_WORD = 0.1
"""What a word of a name that the question lacks takes from its fitness: "temperature" before "apparent temperature"."""
LIKE = 0.01
"""Rates that differ by less are one rate, fixed at another hour or rounded otherwise."""


def bound(
    side: Side, asked: Asked, pools: Sequence[Sequence[StatedValue]], others: Iterable[Side], language: str | None
) -> StatedValue | None:
    """Find the one value of a side; the first pool that has any decides. None where there is none, or no one."""
    rivals = [other.wanted for other in others if other is not side and other.wanted]
    for pool in pools:
        found = [
            value
            for value in pool
            if is_of(value, side.property or asked.property, asked)
            and is_within(value, side.period)
            and is_about(value, side.wanted | asked.wanted, language)
            and is_nearest(value, side.wanted, rivals, language)
        ]
        if found:
            fitting = best_named(found, asked, language)
            return only(latest(fitting) if side.period is None else fitting)
    return None


def best_named(found: Sequence[StatedValue], asked: Asked, language: str | None) -> Sequence[StatedValue]:
    """Keep the values whose measurements are called most like what the question says."""
    worth = {value.name: fitness(value.name, asked, language) for value in found}
    return [value for value in found if worth[value.name] == max(worth.values())]


def fitness(name: str, asked: Asked, language: str | None) -> float:
    """Measure how well the name of a measurement fits a question."""
    own = frozenset(stems(name, language)) | frozenset(words(name))
    return len(own & asked.words) - EXTRA_WORD * len(own - asked.words)


def is_of(value: StatedValue, wanted: str | None, asked: Asked) -> bool:
    """Tell whether a value can be of a property, by its unit and by the words around it."""
    if value.dimension == "rate" or wanted == "rate":
        return wanted == "rate" and of_codes(value, asked.codes)
    if wanted is None:
        return value.dimension != "share" or asked.kind == "difference"
    if not has_unit_of(value.dimension, wanted):
        return False
    if value.dimension == "money" and asked.codes and asked.kind != "conversion" and value.unit not in asked.codes:
        return False
    return wanted in value.properties or (not value.properties and DIMENSIONS[wanted] != "count")


def of_codes(value: StatedValue, codes: Iterable[str]) -> bool:
    """Tell whether a value is the rate between two currencies, either way round."""
    return value.dimension == "rate" and set(value.unit.split("/")) == set(codes)


def is_within(value: StatedValue, period: Period | None) -> bool:
    """Tell whether a value is surely of a time; any is of no time in particular."""
    return period is None or bool(value.when and period.first <= value.when.first and value.when.last <= period.last)


def is_about(value: StatedValue, wanted: frozenset[str], language: str | None) -> bool:
    """Tell whether a sentence speaks of what is wanted, the title of its page helping where it names nothing else."""
    said = stems_of(f"{value.sentence} {value.name}", language)
    if wanted <= said:
        return True
    titled = stems_of(f"{value.passage.title} {value.passage.heading}", language)
    if not wanted <= said | titled:
        return False
    return value.whole is not None or not is_of_another(value.sentence, value.passage, language)


@lru_cache(maxsize=4096)
def stems_of(text: str, language: str | None) -> frozenset[str]:
    """Stem a text, with its words as they are."""
    return frozenset(stems(text, language)) | frozenset(words(text))


def is_of_another(sentence: str, passage: Passage, language: str | None) -> bool:
    """Tell whether a sentence names something that the title of its page does not."""
    text = LABEL.sub(" ", sentence)
    for found in reversed(list(dates_in(text))):
        text = text[: found.start] + text[found.end :]
    known = stems_of(f"{passage.title} {passage.heading}", language)
    return any(name not in known and not known.intersection(stems(name, language)) for name in named(text, language))


def named(text: str, language: str | None) -> list[str]:
    """List the names in a sentence; a capitalised word that opens it may be one too, if it is no stop word."""
    opening = WORD.search(text)
    first = [opening[0].lower()] if opening and opening[0][:1].isupper() and len(text.split()) > 1 else []
    follows = text[opening.end() :].lstrip() if opening else ""
    opens_name = bool(first) and follows[:1].isupper() and bool(content_stems(first[0], language))
    return [*required_names(text, language), *(first if opens_name else ())]


def is_nearest(value: StatedValue, own: frozenset[str], rivals: Sequence[frozenset[str]], language: str | None) -> bool:
    """Tell whether a number belongs to one of two things that its sentence names: to the last named before it."""
    told = mentions(value.sentence, language)
    mine = [place for place, stem in told if stem in own - frozenset[str]().union(*rivals)]
    theirs = [place for place, stem in told if any(stem in rival - own for rival in rivals)]
    if not theirs:
        return True
    before = [place for place in (*mine, *theirs) if place < value.place]
    if before:
        return max(before) in mine
    return bool(mine) and min((*mine, *theirs)) in mine


@lru_cache(maxsize=1024)
def mentions(sentence: str, language: str | None) -> tuple[tuple[int, str], ...]:
    """List the stems of a sentence with their places."""
    return tuple((word.start(), stem) for word in WORD.finditer(sentence) for stem in stems_of(word[0], language))


def latest(found: Sequence[StatedValue]) -> Sequence[StatedValue]:
    """Keep the newest of measurements; what sentences state without a time asked for stays as it is."""
    measured = [value.whole.at for value in found if value.whole]
    return [value for value in found if value.whole and value.whole.at == max(measured)] if measured else found


def only(found: Sequence[StatedValue]) -> StatedValue | None:
    """Give the one value that all agree on, as exactly as any writes it; None where they differ."""
    if not found:
        return None
    best = max(found, key=lambda value: (value.digits, -value.number, -(value.end - value.start)))
    return best if all(alike(value, best) for value in found) else None


def alike(first: StatedValue, second: StatedValue) -> bool:
    """Tell whether two values are one, written more or less exactly; units must be the same."""
    if first.unit != second.unit:
        return False
    coarse, fine = sorted((first, second), key=lambda value: value.digits)
    if coarse.value == fine.value:
        return True
    if dimension_of(first.unit) == "rate" and first.whole and second.whole:
        return abs(coarse.value - fine.value) <= abs(fine.value) * type(fine.value)(str(LIKE))
    step = type(fine.value)(1).scaleb(int(coarse.value.as_tuple().exponent))
    return coarse.digits > 1 and abs(coarse.value - fine.value) <= step / 2
