"""Whether two texts agree in what they deny and in which way they point, clause by clause.

Knows words of negation in seven languages; opposites are those of `directions.py`. Leaves shared content to
`attribution.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from assistant.language.words import content_stems, fold, stems, words
from assistant.writing.directions import Direction, are_opposed, directions

__all__ = ["Clause", "agrees", "clauses", "is_denied"]

NEGATIONS = MappingProxyType(
    {
        "en": "not no never none nor cannot without neither nobody nothing nowhere hardly unable fails failed",
        "fr": "pas jamais aucun aucune rien sans ni nullement",
        "de": "nicht kein keine keinen keinem keiner keines nie niemals ohne weder niemand nichts",
        "es": "no nunca jamas ningun ninguno ninguna sin tampoco nadie ni",
        "it": "non mai senza nessun nessuno nessuna ne",
        "pt": "nao nunca jamais sem nenhum nenhuma ninguem nem",
        "nl": "niet geen nooit zonder niemand niets",
    }
)
"""Folded. French "ne" is missing: without "pas" it is "ne … que", only, or an ornament."""
NO_LONGER = re.compile(r"\bn(?:e |')\w+(?: \w+)? plus\b")
BORDERS = re.compile(
    r"[,;:()\u2013\u2014?!]|(?<=\w)\.(?=\s)| - |\n"
    r"|\b(?:but|while|whereas|although|though"
    r"|however|unlike|instead|mais|tandis|alors que|bien que|aber|sondern|während|obwohl|pero|sino|aunque|mientras)\b",
    re.IGNORECASE,
)
"""Where a clause ends, roughly: a negation before it does not reach behind it."""
FEWEST_SHARED = 0.5
"""Share of a clause's content words from which two clauses are about the same thing (judgement); it must hold
for both."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Clause:
    """What a clause is about, whether it denies, and which way it points."""

    stems: frozenset[str]
    denies: bool
    points: frozenset[Direction] = frozenset()
    topic: frozenset[str] = frozenset()
    """The stems without those of the words that point."""


@lru_cache(maxsize=2048)
def clauses(text: str, language: str | None) -> tuple[Clause, ...]:
    """Take a text apart into the clauses that say anything."""
    parts = ((part, frozenset(content_stems(part, language))) for part in BORDERS.split(text))
    return tuple(clause_of(part, held, language) for part, held in parts if held)


def clause_of(part: str, held: frozenset[str], language: str | None) -> Clause:
    """Take in one clause."""
    said = words(part)
    pointing = frozenset(stem for word in said if directions([word]) for stem in stems(word, language))
    return Clause(stems=held, denies=is_denied(part, language), points=directions(said), topic=held - pointing)


def is_denied(clause: str, language: str | None) -> bool:
    """Tell whether a clause, or a sentence, holds a word of negation."""
    negations = negations_of(language)
    tokens = words(clause)
    if any(token in negations or token.endswith("n't") for token in tokens):
        return True
    return language == "fr" and NO_LONGER.search(fold(clause)) is not None


@lru_cache(maxsize=16)
def negations_of(language: str | None) -> frozenset[str]:
    """Give the words of negation of a language; the English ones for one we do not know."""
    return frozenset(NEGATIONS.get(language or "en", NEGATIONS["en"]).split())


def agrees(claim: Sequence[Clause], source: Sequence[Clause]) -> bool:
    """Tell whether no clause of a claim denies what the source affirms or points the other way, nor the reverse."""
    return all(clause_agrees(clause, source) for clause in claim)


def clause_agrees(clause: Clause, source: Sequence[Clause]) -> bool:
    """Compare a clause with the clauses of the source that share most with it; one that agrees is enough."""
    if clause.points and points_away(clause, source):
        return False
    shared = [len(clause.stems & other.stems) for other in source]
    most = max(shared, default=0)
    if most < FEWEST_SHARED * len(clause.stems):
        return not clause.denies or any(other.denies for other in source)
    nearest = [other for other, count in zip(source, shared, strict=True) if count == most]
    if any(other.denies == clause.denies for other in nearest):
        return True
    # a long clause that denies something else besides is no contradiction
    return not clause.denies and all(most < FEWEST_SHARED * len(other.stems) for other in nearest)


def points_away(clause: Clause, source: Sequence[Clause]) -> bool:
    """Tell whether the clauses of a source with the same topic all point the other way."""
    shared = [len(clause.topic & other.topic) for other in source]
    most = max(shared, default=0)
    if not most or most < FEWEST_SHARED * len(clause.topic):
        return False
    nearest = (other for other, count in zip(source, shared, strict=True) if count == most)
    return all(are_opposed(clause.points, other.points) for other in nearest)
