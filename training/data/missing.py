"""What a library does not tell, though it tells something near to it: questions without an answer, of several kinds.

Knows what is stated. Leaves wording to `questions.py`. What is missing is missing by construction: no page states that
relation of that thing, or not for that year.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from training.data.lexicon import Relation, relations
from training.data.pages import Library
from training.data.worlds import Thing

__all__ = ["Missing", "Near", "missing_in_turn"]


class Near(StrEnum):
    """What is told instead."""

    OF_OTHERS = "of_others"
    """The same of another thing, and something else of this one."""
    OTHER_YEAR = "other_year"
    """The same of the same thing, for other years."""
    UNKNOWN = "unknown"
    """The same of others; nothing of this thing."""
    ELSE = "else"
    """Something else of the same thing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Missing:
    """A fact that no page states."""

    thing: Thing
    relation: Relation
    near: Near
    year: int | None = None


def missing_in_turn(library: Library, chance: random.Random) -> Iterator[Missing]:
    """Give what is missing, of one kind of nearness after the other, in an order drawn anew for each library."""
    found = list(missing(library))
    chance.shuffle(found)
    kinds = list(Near)
    chance.shuffle(kinds)
    by_kind = {near: [one for one in found if one.near is near] for near in kinds}
    for turn in range(max(map(len, by_kind.values()), default=0)):
        for each in by_kind.values():
            yield from each[turn : turn + 1]


def missing(library: Library) -> Iterator[Missing]:
    """List what no page states of things that have a page, then of things that have none."""
    told = {(one.fact.thing, one.fact.relation) for one in library.stated}
    of_some = {relation for _, relation in told}
    for thing in {thing: None for thing, _ in told}:
        for relation in relations()[thing.kind]:
            if (thing, relation) not in told:
                near = Near.OF_OTHERS if relation in of_some else Near.ELSE
                yield Missing(thing=thing, relation=relation, near=near)
    for thing, relation in {key: None for key in told if key[1].yearly}:
        years = {
            one.fact.year
            for one in library.stated
            if (one.fact.thing, one.fact.relation) == (thing, relation) and one.fact.year
        }
        if years:
            yield Missing(thing=thing, relation=relation, near=Near.OTHER_YEAR, year=min(years) - 1)
    for thing in library.world.absent:
        for relation in relations()[thing.kind]:
            if relation in of_some:
                yield Missing(thing=thing, relation=relation, near=Near.UNKNOWN)
