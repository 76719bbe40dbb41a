"""Pages about a world, in prose, as a list or as a table, some of them untidy, one of them perhaps wrong.

Knows forms and noise. Leaves what is true to `worlds.py` and questions to `questions.py`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from assistant.evidence import Passage
from training.data.lexicon import capital
from training.data.worlds import Fact, Thing, World, make_value

__all__ = ["Library", "Stated", "make_library"]

MOST_PASSAGES = 9
FEWEST_FACTS, MOST_FACTS = 2, 4
PROSE_SHARE, LIST_SHARE = 0.68, 0.84
FILLER_SHARE = 0.4
LONG_SHARE = 0.2
"""Of the pages in prose say much else before and after what is asked for, as real ones do."""
MOST_FILLER = 14
ORDER_SHARE = 0.06
"""Of the pages hold an order to whoever reads them: the answer is the same as without it."""
DATED_SHARE = 0.4
DIFFER_SHARE = 0.4
YEARLY_SHARE = 0.25
UNTITLED_SHARE = 0.5
"""Of the pages whose text names their thing have no title: paragraphs that a search finds often have none."""


@dataclass(frozen=True, kw_only=True)
class Stated:
    """A fact with the number of the passage that states it."""

    fact: Fact
    passage: int


@dataclass(frozen=True, kw_only=True)
class Library:
    """Passages as a prompt numbers them, and what they state; `differing` holds two passages that disagree."""

    world: World
    passages: tuple[Passage, ...]
    stated: tuple[Stated, ...]
    differing: tuple[tuple[Stated, Stated], ...]

    def about(self, thing: Thing) -> list[Stated]:
        """List what is stated of a thing, without what is disputed."""
        disputed = {(both[0].fact.thing, both[0].fact.relation) for both in self.differing}
        return [one for one in self.stated if one.fact.thing == thing and (thing, one.fact.relation) not in disputed]


def make_library(world: World, chance: random.Random) -> Library:
    """Write one page about each thing, some of them with a second one that contradicts it, in any order."""
    told = [(thing, some_facts(world, thing, chance)) for thing in world.things[:MOST_PASSAGES]]
    if len(told) < MOST_PASSAGES and chance.random() < DIFFER_SHARE:
        told.append(contradiction(world, *told[0], chance))
    chance.shuffle(told)
    stated = tuple(
        Stated(fact=fact, passage=number) for number, (_, facts) in enumerate(told, start=1) for fact in facts
    )
    passages = tuple(write_page(world, thing, facts, number, chance) for number, (thing, facts) in enumerate(told, 1))
    return Library(world=world, passages=passages, stated=stated, differing=tuple(disputes(stated)))


def some_facts(world: World, thing: Thing, chance: random.Random) -> list[Fact]:
    """Choose what a page tells; the rest stays unknown. Facts that lead to another page are told first."""
    facts = list(world.facts[thing])
    chance.shuffle(facts)
    facts.sort(key=lambda fact: fact.value.thing not in world.facts)
    chosen = facts[: chance.randint(FEWEST_FACTS, MOST_FACTS)]
    yearly = [fact for fact in chosen if fact.relation.yearly and fact.value.number]
    if yearly and chance.random() < YEARLY_SHARE:
        chosen.remove(yearly[0])
        chosen += by_year(world, yearly[0], chance)
    return chosen


def by_year(world: World, fact: Fact, chance: random.Random) -> list[Fact]:
    """Tell a number for three or four years."""
    last = chance.randint(2012, 2025)
    values = [make_value(fact.relation, world.lexicon, chance) for _ in range(chance.choice((3, 4)))]
    return [replace(fact, value=value, year=last - back) for back, value in enumerate(values)]


def contradiction(world: World, thing: Thing, told: Sequence[Fact], chance: random.Random) -> tuple[Thing, list[Fact]]:
    """Give a second page on a thing that says otherwise in one point, and something new in another."""
    plain = [fact for fact in told if fact.year is None and fact.relation.value != "many_of"]
    known = {fact.relation for fact in told}
    fresh = [fact for fact in world.facts[thing] if fact.relation not in known]
    if not plain:
        return thing, fresh[:2]
    wrong = chance.choice(plain)
    value = make_value(wrong.relation, world.lexicon, chance)
    return thing, [replace(wrong, value=value), *fresh[:1]] if value.text != wrong.value.text else fresh[:2]


def disputes(stated: Sequence[Stated]) -> list[tuple[Stated, Stated]]:
    """Find what two passages state differently."""
    found = []
    for place, one in enumerate(stated):
        for other in stated[place + 1 :]:
            same = (one.fact.thing, one.fact.relation, one.fact.year) == (
                other.fact.thing,
                other.fact.relation,
                other.fact.year,
            )
            if same and one.passage != other.passage and one.fact.value.text != other.fact.value.text:
                found.append((one, other))
    return found


def write_page(world: World, thing: Thing, facts: Sequence[Fact], number: int, chance: random.Random) -> Passage:
    """Write a page in one of the forms; what names its thing is its title or its text."""
    form = chance.random()
    yearly = any(fact.year for fact in facts)
    text = (
        prose(world, facts, chance)
        if form < PROSE_SHARE and not yearly
        else listing(world, facts)
        if form < LIST_SHARE and not yearly
        else table(world, facts)
    )
    title = world.lexicon.fill(chance.choice(world.lexicon.words["title"]["forms"]), x=thing.name)
    if chance.random() < UNTITLED_SHARE and thing.name.lower() in text.lower():
        title = ""
    day = datetime(chance.randint(2015, 2025), chance.randint(1, 12), chance.randint(1, 28), tzinfo=UTC)
    return Passage(
        id=str(number),
        url=f"https://example.org/{number}",
        title=title,
        text=text,
        start=0,
        published=day if chance.random() < DATED_SHARE else None,
    )


def prose(world: World, facts: Sequence[Fact], chance: random.Random) -> str:
    """Tell the facts in sentences, with others around them."""
    sentences = [
        world.lexicon.fill(
            chance.choice(world.lexicon.of(fact.relation)["states"]), x=fact.thing.name, v=fact.value.text
        )
        for fact in facts
    ]
    most = MOST_FILLER if chance.random() < LONG_SHARE else 2
    fillers = chance.sample(world.lexicon.words["filler"]["states"], most)
    around = [filler for filler in fillers if chance.random() < FILLER_SHARE]
    around += [chance.choice(world.lexicon.words["orders"]["states"])] if chance.random() < ORDER_SHARE else []
    for filler in around:
        told = world.lexicon.fill(filler, x=facts[0].thing.name)
        sentences.insert(chance.randint(0 if most > 2 else 1, len(sentences)), told)  # noqa: PLR2004 - as above
    return " ".join(sentences)


def listing(world: World, facts: Sequence[Fact]) -> str:
    """Tell the facts one a line."""
    colon = " : " if world.lexicon.language == "fr" else ": "
    return "\n".join(f"- {field_of(world, fact)}{colon}{fact.value.text}" for fact in facts)


def table(world: World, facts: Sequence[Fact]) -> str:
    """Tell the facts in rows of two columns; a number by year is named in each row."""
    return "\n".join(f"| {field_of(world, fact)} | {capital(fact.value.text)} |" for fact in facts)


def field_of(world: World, fact: Fact) -> str:
    """Name a fact in a list."""
    name = str(world.lexicon.of(fact.relation)["field"])
    return f"{name}, {fact.year}" if fact.year else name
