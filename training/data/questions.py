"""Questions about a library, each with the one sentence that answers it and the numbers of the passages it rests on.

Knows the kinds of answers. Leaves how a prompt shows passages to `assistant.writing`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from training.data.lexicon import Relation
from training.data.missing import Missing, missing_in_turn
from training.data.pages import Library, Stated
from training.data.worlds import Fact, make_value

__all__ = ["Asked", "Kind", "ask_all"]

CASUAL_SHARE = 0.07
"""Of the questions are typed as into a search box."""
BRIEF_SHARE = 0.4
"""Of the refusals do not say again what was asked for."""
ABSENT_SHARE = 0.24
"""Questions without an answer, by those with one."""


class Kind(StrEnum):
    """What an answer takes."""

    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    WORDS = "words"
    LIST = "list"
    YES_NO = "yes_no"
    TWO_SOURCE = "two_source"
    MULTI_HOP = "multi_hop"
    COMPARE = "compare"
    DIFFER = "differ"
    ABSENT = "absent"


OF_VALUE = {
    **dict.fromkeys(("number", "score", "version"), Kind.NUMBER),
    **dict.fromkeys(("year", "date"), Kind.DATE),
    "one_of": Kind.WORDS,
    "many_of": Kind.LIST,
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question, its answer with source numbers in brackets, and those numbers: none where it has no answer."""

    kind: Kind
    question: str
    answer: str
    passages: tuple[int, ...]


def ask_all(library: Library, chance: random.Random) -> list[Asked]:
    """Ask one library everything that a pack should hold, less than one question in five without an answer."""
    asked = [*plain(library, chance), *composed(library, chance)]
    absent = islice(missing_in_turn(library, chance), max(1, round(len(asked) * ABSENT_SHARE)))
    return asked + [unanswerable(library, missing, chance) for missing in absent]


def plain(library: Library, chance: random.Random) -> Iterator[Asked]:
    """Ask for single facts: four, and a list where one is told."""
    facts = [one for thing in library.world.things for one in library.about(thing)]
    chance.shuffle(facts)
    facts.sort(key=lambda one: one.fact.relation.value != "many_of")
    lists = sum(one.fact.relation.value == "many_of" for one in facts)
    for one in facts[max(0, lists - 1) :][:5]:
        yield ask_fact(library, one, chance)


def composed(library: Library, chance: random.Random) -> Iterator[Asked]:
    """Ask what takes more than reading one fact."""
    facts = [one for thing in library.world.things for one in library.about(thing)]
    for make in (yes_no, two_source, multi_hop, compare, differ):
        if made := make(library, facts, chance):
            yield made


def words_of(library: Library, relation: Relation) -> dict[str, list[str]]:
    """Return the templates of a relation."""
    return dict(library.world.lexicon.of(relation))


def say(library: Library, fact: Fact, chance: random.Random, *, inside: bool = False) -> str:
    """State a fact without a full stop, at the start of a sentence or inside one, its thing by name, never as "it"."""
    words = words_of(library, fact.relation)
    template = str(chance.choice(words["year_says"] if fact.year else words["says"]))
    name, year = fact.thing.name, str(fact.year or "")
    return library.world.lexicon.fill(template, x=name, v=fact.value.text, y=year, inside=inside)


def question(library: Library, fact: Fact, chance: random.Random, *, name: str | None = None) -> str:
    """Ask for a fact."""
    words = words_of(library, fact.relation)
    templates = words["year_asks"] if fact.year else words["asks"]
    return library.world.lexicon.fill(chance.choice(templates), x=name or fact.thing.name, y=str(fact.year or ""))


def casual(library: Library, fact: Fact, chance: random.Random) -> str:
    """Ask as into a search box."""
    name = fact.thing.name
    for article in ("the ", "le ", "la ", "l'"):
        name = name.removeprefix(article)
    field = str(words_of(library, fact.relation)["field"]).partition(" (")[0].lower()
    return " ".join(filter(None, (name.lower() if chance.random() < 0.5 else name, field, str(fact.year or ""))))  # noqa: PLR2004


def ask_fact(library: Library, one: Stated, chance: random.Random) -> Asked:
    """Ask for what one passage states."""
    kind = OF_VALUE.get(one.fact.relation.value, Kind.NAME)
    posed = casual if chance.random() < CASUAL_SHARE else question
    answer = f"{say(library, one.fact, chance)} [{one.passage}]."
    return Asked(kind=kind, question=posed(library, one.fact, chance), answer=answer, passages=(one.passage,))


def yes_no(library: Library, facts: list[Stated], chance: random.Random) -> Asked | None:
    """Ask whether a fact is so; half of the time it is not."""
    fitting = [one for one in facts if not one.fact.year and "yes" in words_of(library, one.fact.relation)]
    if not fitting:
        return None
    one = chance.choice(fitting)
    lexicon = library.world.lexicon
    other = make_value(one.fact.relation, lexicon, chance).text
    is_so = chance.random() < 0.5 or other == one.fact.value.text  # noqa: PLR2004 - an even chance
    asked = lexicon.fill(
        str(words_of(library, one.fact.relation)["yes"]),
        x=one.fact.thing.name,
        v=one.fact.value.text if is_so else other,
    )
    said = say(library, one.fact, chance, inside=True)
    answer = str(lexicon.words["yes"]["true" if is_so else "false"][0]).format(says=said)
    return Asked(kind=Kind.YES_NO, question=asked, answer=f"{answer} [{one.passage}].", passages=(one.passage,))


def two_source(library: Library, facts: list[Stated], chance: random.Random) -> Asked | None:
    """Ask two things at once, which different passages answer."""
    pairs = [
        (one, other)
        for one in facts
        for other in facts
        if one.passage != other.passage and one.fact.thing != other.fact.thing
    ]
    if not pairs:
        return None
    one, other = chance.choice(pairs)
    joined = library.world.lexicon.words["and"]
    second = question(library, other.fact, chance)
    return Asked(
        kind=Kind.TWO_SOURCE,
        question=chance.choice(joined["asks"]).format(
            first=question(library, one.fact, chance), second=second[:1].lower() + second[1:]
        ),
        answer=joined["says"][0].format(
            first=say(library, one.fact, chance),
            cite_first=f"[{one.passage}]",
            second=say(library, other.fact, chance, inside=True),
            cite_second=f"[{other.passage}]",
        ),
        passages=(one.passage, other.passage),
    )


def multi_hop(library: Library, facts: list[Stated], chance: random.Random) -> Asked | None:
    """Ask for a fact about a thing that is only named by what it is to another."""
    bridges = [
        (first, second)
        for first in facts
        for second in facts
        if "via" in words_of(library, first.fact.relation)
        and first.fact.value.thing == second.fact.thing
        and first.passage != second.passage
    ]
    if not bridges:
        return None
    first, second = chance.choice(bridges)
    via = library.world.lexicon.fill(str(words_of(library, first.fact.relation)["via"]), x=first.fact.thing.name)
    via = via[:1].lower() + via[1:]
    answer = f"{say(library, second.fact, chance)} [{first.passage}][{second.passage}]."
    return Asked(
        kind=Kind.MULTI_HOP,
        question=question(library, second.fact, chance, name=via),
        answer=answer,
        passages=(first.passage, second.passage),
    )


def compare(library: Library, facts: list[Stated], chance: random.Random) -> Asked | None:
    """Ask which of two has more of something."""
    pairs = [
        (one, other)
        for one in facts
        for other in facts
        if one.fact.relation == other.fact.relation
        and one.fact.thing != other.fact.thing
        and one.fact.relation.compare
        and one.fact.year == other.fact.year
        and (one.fact.value.number or 0) > (other.fact.value.number or 0)
    ]
    if not pairs:
        return None
    more, less = chance.choice(pairs)
    if more.fact.relation.value == "year":  # the earlier one is older, or first
        more, less = less, more
    words = words_of(library, more.fact.relation)
    named = [more.fact.thing.name, less.fact.thing.name]
    first, second = named if chance.random() < 0.5 else reversed(named)  # noqa: PLR2004 - an even chance
    lexicon = library.world.lexicon
    return Asked(
        kind=Kind.COMPARE,
        question=lexicon.fill(chance.choice(words["compare_asks"]), x=first, z=second),
        answer=lexicon.fill(
            chance.choice(words["compare_says"]),
            x=named[0],
            z=named[1],
            v=more.fact.value.text,
            w=less.fact.value.text,
            cx=f"[{more.passage}]",
            cz=f"[{less.passage}]",
        ),
        passages=(more.passage, less.passage),
    )


def differ(library: Library, facts: list[Stated], chance: random.Random) -> Asked | None:
    """Ask for what two passages state differently."""
    del facts  # none of them is disputed
    if not library.differing:
        return None
    one, other = chance.choice(library.differing)
    answer = chance.choice(library.world.lexicon.words["differ"]["says"]).format(
        first=say(library, one.fact, chance, inside=True),
        cite_first=f"[{one.passage}]",
        value=other.fact.value.text,
        cite_second=f"[{other.passage}]",
    )
    asked = question(library, one.fact, chance)
    return Asked(kind=Kind.DIFFER, question=asked, answer=answer, passages=(one.passage, other.passage))


def unanswerable(library: Library, missing: Missing, chance: random.Random) -> Asked:
    """Ask for what no page tells, and say that the sources do not: of a part of them in few words."""
    lexicon = library.world.lexicon
    value = make_value(missing.relation, lexicon, chance)
    fact = Fact(thing=missing.thing, relation=missing.relation, value=value, year=missing.year)
    told = lexicon.fill(str(words_of(library, missing.relation)["missing"]), x=missing.thing.name)
    told = told[:1].lower() + told[1:]
    words = lexicon.words["decline"]
    is_brief = missing.year is not None or chance.random() < BRIEF_SHARE
    answer = str(words["brief"]) if is_brief else chance.choice(words["says"]).format(missing=told)
    return Asked(kind=Kind.ABSENT, question=question(library, fact, chance), answer=answer, passages=())
