"""Whether a model's sentence states what code computed: the only way for a computed number to be supported.

Knows one calculation, that of the question; compares numbers, names, order and direction. Leaves numbers that pages
state to `attribution.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from assistant.evidence import Calculation, Sentence, Verdict
from assistant.language.words import content_stems, fold, numbers, stems, words
from assistant.writing.attribution import Attributed
from assistant.writing.figures_shown import rounded
from assistant.writing.polarity import clauses
from assistant.writing.written_values import WrittenValue, values_in

__all__ = ["recomputed"]

FEWEST_DIGITS = 2
"""A model may round, but not to one digit."""
UP = re.compile(
    r"\bris|\brose\b|\bincreas|\bgr[eo]w|\bgain|\bhigher\b|\bmore\b|\bstrengthen|\baugment|\bhausse|\bprogress"
    r"|\bplus\b|\bup\b"
)
DOWN = re.compile(
    r"\bfall|\bfell\b|\bdrop|\bdecreas|\bdeclin|\blos[et]|\blower\b|\bless\b|\bfewer\b|\bweaken|\bbaiss|\brecul"
    r"|\bdiminu|\bmoins\b|\bchut|\bdown\b|\bshr[aiu]nk"
)
COMPARING = re.compile(r"\bthan\b|\bque\b|\bqu'")
ORDINARY = frozenset(
    """
    difference differ change total result value ratio rate share percent percentage increase decrease rise rose
    risen fall fell fallen grew grown drop decline gain lose lost weaken strengthen mean average highest lowest
    maximum minimum trend equal amount approximately about roughly per year month day week time between against
    compared calculated ecart variation moyenne rapport part environ soit entre hausse baisse augmente recule
    maximale minimale taux an mois jour valeur plus moins haut
    """.split()  # noqa: SIM905 - a column of strings would fill the page
)
"""Words that a sentence about a result may have beyond those of the question and of its sources."""


def recomputed(
    found: Attributed, computed: Attributed | None, question: str, language: str | None
) -> Attributed | None:
    """Support a model's sentence that states the computed result, and nothing else that is new; None for any other."""
    text = found.sentence.text
    calculation = computed.sentence.calculation if computed else None
    if computed is None or calculation is None or found.sentence.verdict is Verdict.SUPPORTED:
        return None
    values = values_in(text, language)
    result = Decimal(str(calculation.value))
    states = [value for value in values if is_result(value, result, calculation.unit)]
    if not states or any(clause.denies for clause in clauses(text, language)):
        return None
    quoted = " ".join(f"{citation.title} {citation.quote}" for citation in computed.citations)
    known = f"{question} {quoted} {computed.sentence.text}"
    if not numbers(without(text, states)) <= numbers(known) or not says_nothing_else(
        without(text, values), known, language
    ):
        return None
    if not agrees_in_direction(text, calculation, language):
        return None
    sentence = Sentence(
        text=text, citations=computed.sentence.citations, verdict=Verdict.SUPPORTED, calculation=calculation
    )
    return Attributed(sentence=sentence, citations=computed.citations)


def is_result(value: WrittenValue, result: Decimal, unit: str) -> bool:
    """Tell whether a number as written is a result, rounded at most, and of its unit."""
    if value.unit not in {unit, unit.split("/", maxsplit=1)[0], ""}:
        return False
    exact = abs(result)
    if abs(value.value) == exact:
        return True
    return value.digits >= FEWEST_DIGITS and abs(value.value) == abs(rounded(exact, value.decimals))


def without(text: str, values: Sequence[WrittenValue]) -> str:
    """Take numbers out of a sentence, each with its unit."""
    for value in reversed(values):
        text = f"{text[: value.start]} {text[value.end :]}"
    return text


def says_nothing_else(text: str, known: str, language: str | None) -> bool:
    """Tell whether a sentence has no word but those of the question, of the sources and of calculations."""
    held = frozenset(stems(known, language)) | frozenset(words(known))
    usual = frozenset(stems(" ".join(ORDINARY), language)) | ORDINARY
    said = (stem for stem in content_stems(text, language) if not stem.isdecimal())
    return all(stem in held or stem in usual for stem in said)


def agrees_in_direction(text: str, calculation: Calculation, language: str | None) -> bool:
    """Tell whether a sentence turns a change, or a comparison, the right way round."""
    if calculation.kind not in {"difference", "percentage", "trend", "ratio"}:
        return True
    folded = fold(text)
    if COMPARING.search(folded):
        return are_in_order(text, [operand.name for operand in calculation.operands], language)
    is_up, is_down = UP.search(folded) is not None, DOWN.search(folded) is not None
    return not (is_up and is_down) and not (is_up and calculation.value < 0) and not (is_down and calculation.value > 0)


def are_in_order(text: str, names: list[str], language: str | None) -> bool:
    """Tell whether the first of two things is named first, as where it is higher "than" the other, and nothing less."""
    told = stems(text, language)
    own = [frozenset(content_stems(name, language)) for name in names]
    shared = frozenset.intersection(*own)
    places = [min((told.index(stem) for stem in found - shared if stem in told), default=-1) for found in own]
    return -1 not in places and places == sorted(places) and DOWN.search(fold(text)) is None
