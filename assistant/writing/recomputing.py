"""Whether a model's sentence states what code computed: the only way for a computed number to be supported.

Knows one calculation, that of the question; compares numbers, names, order and direction. Leaves numbers that pages
state to `attribution.py`.
"""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.evidence import Sentence, Verdict
from assistant.language.words import content_stems, fold, numbers, stems, words
from assistant.writing.attribution import Attributed
from assistant.writing.figures_shown import rounded
from assistant.writing.polarity import clauses
from assistant.writing.written_values import WrittenValue, values_in

__all__ = ["recomputed"]

FEWEST_DIGITS = 2
"""A model may round, but not to one digit."""
UP = re.compile(
    r"\bris|\brose\b|\bincreas|\bgr[eo]w|\bgain|\bhigher\b|\bmore\b|\bstrengthen|\baugment|\bhausse|\bprogress|\bplus\b|\bup\b"
)
DOWN = re.compile(
    r"\bfall|\bfell\b|\bdrop|\bdecreas|\bdeclin|\blos[et]|\blower\b|\bless\b|\bfewer\b|\bweaken|\bbaiss|\brecul|\bdiminu"
    r"|\bmoins\b|\bchut|\bdown\b|\bshr[aiu]nk"
)
COMPARING = re.compile(r"\bthan\b|\bque\b|\bqu'")
ORDINARY = frozenset(
    """
    difference differ change total result value ratio rate share percent percentage increase decrease rise fall mean average
    highest lowest maximum minimum trend equal amount approximately about roughly per year month day week time between
    compared calculated difference ecart variation moyenne rapport part environ soit entre hausse baisse maximale minimale
    taux an mois jour valeur plus moins haut
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
    states = [
        value
        for value in values_in(text, language)
        if is_result(value, Decimal(str(calculation.value)), calculation.unit)
    ]
    if not states or any(clause.denies for clause in clauses(text, language)):
        return None
    quoted = " ".join(citation.quote for citation in computed.citations)
    if not others_are_known(text, states, f"{question} {quoted} {computed.sentence.text}"):
        return None
    known = (
        f"{question} {quoted} {computed.sentence.text} {' '.join(citation.title for citation in computed.citations)}"
    )
    if not says_nothing_else(text, known, language) or not agrees_in_direction(
        text, calculation.value, computed, language
    ):
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


def others_are_known(text: str, states: list[WrittenValue], known: str) -> bool:
    """Tell whether every other number of a sentence stands in the question or in what is cited."""
    rest = text
    for value in reversed(states):
        rest = rest[: value.start] + rest[value.end :]
    return numbers(rest) <= numbers(known)


def says_nothing_else(text: str, known: str, language: str | None) -> bool:
    """Tell whether a sentence has no word but those of the question, of the sources and of calculations."""
    held = frozenset(stems(known, language)) | frozenset(words(known))
    usual = frozenset(stems(" ".join(ORDINARY), language)) | ORDINARY
    said = (stem for stem in content_stems(text, language) if not stem.isdecimal())
    return all(stem in held or stem in usual for stem in said)


def agrees_in_direction(text: str, result: float, computed: Attributed, language: str | None) -> bool:
    """Tell whether a sentence turns a change, or a comparison, the right way round."""
    folded = fold(text)
    calculation = computed.sentence.calculation
    if calculation is None or calculation.kind not in {"difference", "percentage", "trend", "ratio"}:
        return True
    if COMPARING.search(folded):
        return names_in_order(text, [operand.name for operand in calculation.operands], language)
    is_up, is_down = UP.search(folded) is not None, DOWN.search(folded) is not None
    return not (is_up and is_down) and not (is_up and result < 0) and not (is_down and result > 0)


def names_in_order(text: str, names: list[str], language: str | None) -> bool:
    """Tell whether the larger of two things is named first, as where it is higher "than" the other, and nothing less."""
    told = stems(text, language)
    places = [
        min((told.index(stem) for stem in content_stems(name, language) if stem in told), default=-1) for name in names
    ]
    return -1 not in places and places == sorted(places) and DOWN.search(fold(text)) is None
