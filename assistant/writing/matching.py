"""Whether runs of sentences hold what a claim needs: its words, its figures, its names, its subject.

Knows one test at a time; `attribution.py` makes a verdict of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from assistant.language.words import stems
from assistant.writing.claims import Claim
from assistant.writing.days import Day, is_told
from assistant.writing.holdings import Holding
from assistant.writing.measures import Measure, is_stated
from assistant.writing.sources import Support, known_near
from assistant.writing.subjects import speaks_of

__all__ = [
    "coverage",
    "figures_in",
    "figures_told",
    "has_wider_bound",
    "is_near",
    "is_of_another",
    "is_subject_near",
    "main_place",
    "names_held",
    "whole_coverage",
]

BEFORE = 3
"""Sentences before a run in which "he" may have been named, and whose year holds on."""


def coverage(wanted: frozenset[str], *runs: Support) -> float:
    """Measure the share of stems that runs hold together."""
    held = frozenset[str]().union(*(run.held.stems for run in runs))
    return len(wanted & held) / len(wanted) if wanted else 0.0


def whole_coverage(claim: Claim, runs: Sequence[Support]) -> float:
    """Measure the share of all that a sentence says; what the question said may stand in the title of the page."""
    held = frozenset[str]().union(*(run.held.stems for run in runs))
    titles = frozenset[str]().union(*(run.source.title for run in runs))
    found = (claim.said & held) | ((claim.said - claim.new) & titles)
    return len(found) / len(claim.said) if claim.said else 0.0


def figures_told(claim: Claim, runs: Sequence[Support]) -> bool:
    """Tell whether every number, with its unit, and every date stands in the runs, and counts the same things."""
    known: tuple[Measure, ...] = tuple(chain.from_iterable(run.held.measures for run in runs))
    if not all(any(is_stated(wanted, one) for one in known) for wanted in claim.measures):
        return False
    told = frozenset[Day]().union(*(run.held.days for run in runs))
    years = frozenset[str]().union(*(known_near(run.source, around(run)) for run in runs))
    if not all(is_told(day, told, years) for day in claim.days):
        return False
    counts = frozenset(chain.from_iterable(run.held.counts for run in runs))
    counted = {noun for _, noun in counts}
    return all((value, noun) in counts or noun not in counted for value, noun in claim.counts)


def has_wider_bound(claim: Claim, runs: Sequence[Support]) -> bool:
    """Tell whether a sentence says "more than 5" where the source says 5."""
    known = tuple(chain.from_iterable(run.held.measures for run in runs))
    return any(
        wanted.bound and not any(one.bound == wanted.bound and is_stated(wanted, one) for one in known)
        for wanted in claim.measures
    )


def names_held(claim: Claim, runs: Sequence[Support]) -> bool:
    """Tell whether every name stands in the runs or in the titles of their pages."""
    known = frozenset[str]().union(*(run.held.words | run.held.stems | run.source.title for run in runs))
    return all(is_among(name, known, claim.language) for name in claim.names)


def is_near(wanted: frozenset[str], claim: Claim, runs: Sequence[Support]) -> bool:
    """Tell whether numbers and names stand in the runs or shortly before them, as where the span itself says "he"."""
    if not wanted:
        return True
    known = frozenset[str]().union(*(known_near(run.source, around(run)) for run in runs))
    return all(is_among(one, known, claim.language) for one in wanted)


def is_among(one: str, known: frozenset[str], language: str | None) -> bool:
    """Tell whether a word or a number is known, in another form of the word as well."""
    return one in known or not known.isdisjoint(stems(one, language))


def around(run: Support) -> tuple[Holding, ...]:
    """Give a run with the sentences before it."""
    return run.source.sentences[max(0, run.first - BEFORE) : run.last + 1]


def is_of_another(claim: Claim, runs: Sequence[Support]) -> bool:
    """Tell whether what is said of the claim's subject is said of somebody else in the source."""
    subject = claim.subject
    return subject is not None and any(
        not is_named(claim, run) and not speaks_of(subject, run.source.openings[place_of_claim(claim, run)])
        for run in runs
    )


def is_subject_near(claim: Claim, runs: Sequence[Support]) -> bool:
    """Tell whether the claim's subject stands in each run, shortly before it or in the title of its page."""
    return claim.subject is None or all(
        is_named(claim, run) or not claim.subject.stems.isdisjoint(known_near(run.source, around(run))) for run in runs
    )


def is_named(claim: Claim, run: Support) -> bool:
    """Tell whether the sentence of a run that holds most of the claim names the subject, or opens with the claim."""
    subject = claim.subject
    if subject is None or subject.stems.isdisjoint(claim.said):  # a date, say
        return True
    place = place_of_claim(claim, run)
    sentence, opening = run.source.sentences[place], run.source.openings[place].subject
    return not subject.stems.isdisjoint(sentence.stems | sentence.words) or bool(
        opening and not opening.stems.isdisjoint(claim.said)  # "Founded in 1990, …"
    )


def place_of_claim(claim: Claim, run: Support) -> int:
    """Find the sentence that holds most of what is said of the subject."""
    return main_place(claim.said - claim.subject.stems if claim.subject else claim.said, run)


def figures_in(claim: Claim, held: Holding) -> frozenset[str]:
    """Collect the figures of a claim that a sentence states, in whatever notation."""
    told = (one.raw for one in claim.measures if any(is_stated(one, other) for other in held.measures))
    dated = (day for day in claim.days if is_told(day, held.days, held.numbers))
    figures = (str(part) for day in dated for part in (day.year, day.month, day.day) if part)
    return frozenset(chain(chain.from_iterable(told), figures))


def main_place(said: frozenset[str], run: Support) -> int:
    """Find which sentence of the passage, within a run, holds most of what is said."""
    return max(range(run.first, run.last + 1), key=lambda at: len(said & run.source.sentences[at].stems))
