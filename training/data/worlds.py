"""Invented things and what is true of them: every page and every question of a pack is about one small world.

Knows names, numbers and chance. Leaves saying it to `pages.py` and asking about it to `questions.py`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from training.data.lexicon import Lexicon, Relation, relations

__all__ = ["Fact", "Thing", "Value", "World", "make_value", "make_world", "new_thing"]

CENTRES = (
    "firm",
    "museum",
    "software",
    "law",
    "festival",
    "device",
    "book",
    "bridge",
    "study",
    "club",
    "town",
    "river",
)
KIN = (1, 2, 2, 3)
STRANGERS = (0, 1, 1, 2)
"""How many more things of the central kind, and how many others, have a page: with the central ones and what is tied to
them four to nine, as a search finds them."""
NAMESAKES = frozenset({"museum", "law", "festival", "device", "bridge", "study"})
"""Kinds whose names say what they are: two named after the same place cannot be taken for one."""
NAMESAKE_SHARE = 0.5
FIRST_NAMES = (
    *("Ana", "Bram", "Chiara", "Dario", "Elif", "Farid", "Greta", "Hana", "Ingrid", "Jonas", "Karim", "Lea", "Malik"),
    *("Nadia", "Otto", "Paula", "Quentin", "Rosa", "Samir", "Teresa", "Ulf", "Vera", "Wanda", "Yusuf", "Zoe", "Anouk"),
    *("Benoît", "Céline", "Damien", "Élodie", "Mei", "Kofi", "Amara", "Tomasz", "Ravi", "Priya", "Sven", "Lucía"),
)
LAST_NAMES = (
    *(
        "Abril",
        "Brandt",
        "Castell",
        "Dorne",
        "Eriksen",
        "Farkas",
        "Gallo",
        "Haddad",
        "Ivars",
        "Jansen",
        "Kovac",
        "Lind",
    ),
    *(
        "Moreau",
        "Navarro",
        "Okafor",
        "Perrin",
        "Quist",
        "Rossi",
        "Sato",
        "Tremblay",
        "Ueda",
        "Vidal",
        "Weiss",
        "Zanetti",
    ),
    *("Achterberg", "Bellini", "Chevrier", "Dubreuil", "Engström", "Fontaine", "Mensah", "Nowak", "Osei", "Petrov"),
)
ONSETS = ("b", "br", "c", "d", "dr", "f", "g", "gl", "k", "l", "m", "n", "p", "r", "s", "st", "t", "tr", "v", "w", "z")
VOWELS = ("a", "e", "i", "o", "u", "ae", "ei", "ou", "ia")
CODAS = ("", "l", "n", "r", "s", "m", "nd", "rt", "th", "x", "ck", "lm")
ENDINGS = ("a", "en", "is", "or", "ona", "eth", "ville", "stad", "mont", "ar", "ovia", "bek", "una", "igo")
COMPOUNDS = (
    (
        (
            "Ash",
            "Oak",
            "Mill",
            "Stone",
            "Silver",
            "North",
            "Green",
            "Clear",
            "High",
            "Red",
            "Black",
            "Fair",
            "Wolf",
            "Salt",
        ),
        ("ford", "ton", "field", "wick", "well", "mere", "dale", "port", "haven", "gate", "worth", "brook", "combe"),
    ),
    (
        (
            "Beau",
            "Clair",
            "Haut",
            "Mont",
            "Roche",
            "Font",
            "Bois",
            "Grand",
            "Pierre",
            "Chante",
            "Belle",
            "Franc",
            "Sauve",
        ),
        ("val", "ville", "lac", "champ", "court", "pré", "fort", "roux", "lieu", "mer", "loup", "ray", "bourg"),
    ),
    (
        ("Hel", "Kal", "Nor", "Sol", "Ver", "Lum", "Dex", "Tri", "Alt", "Cor", "Pax", "Quin", "Zen", "Mar"),
        ("via", "tex", "ona", "ix", "ano", "era", "ium", "is", "ova", "enta", "aris", "olo", "ander"),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Thing:
    """Something that does not exist, named in the language of its world."""

    kind: str
    name: str
    base: str = ""
    """What its name is made of; others may be named after the same."""


@dataclass(frozen=True, kw_only=True)
class Value:
    """A value as pages write it; `number` is there where values can be compared, `thing` where it is one."""

    text: str
    number: int | None = None
    thing: Thing | None = None


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What is true of a thing; with a year, in that year."""

    thing: Thing
    relation: Relation
    value: Value
    year: int | None = None


@dataclass(kw_only=True)
class World:
    """Things and facts, the central ones first."""

    lexicon: Lexicon
    things: list[Thing] = field(default_factory=list)
    facts: dict[Thing, list[Fact]] = field(default_factory=dict)
    absent: list[Thing] = field(default_factory=list)
    """Things that no page tells anything about."""


def make_world(lexicon: Lexicon, chance: random.Random) -> World:
    """Invent two things of one kind, what they are tied to, more of their kind, and something else beside them."""
    world = World(lexicon=lexicon)
    centre = chance.choice(CENTRES)
    pair = [new_thing(centre, lexicon, chance) for _ in range(2)]
    for thing in pair:
        settle(world, thing, chance)
    tied = [fact.value.thing for thing in pair for fact in world.facts[thing] if fact.value.thing]
    chance.shuffle(tied)
    for thing in tied[: chance.choice((1, 1, 2))]:
        settle(world, thing, chance)
    kin = [alike(thing, lexicon, chance) for thing in chance.choices(pair, k=chance.choice(KIN))]
    strangers = [new_thing(chance.choice(CENTRES), lexicon, chance) for _ in range(chance.choice(STRANGERS))]
    for thing in (*kin, *strangers):
        settle(world, thing, chance)
    named = {thing.name for thing in world.things}
    world.absent = [thing for one in pair if (thing := alike(one, lexicon, chance)).name not in named]
    return world


def settle(world: World, thing: Thing, chance: random.Random) -> None:
    """Decide what is true of a thing."""
    if thing in world.facts:
        return
    world.things.append(thing)
    world.facts[thing] = [
        Fact(thing=thing, relation=relation, value=make_value(relation, world.lexicon, chance))
        for relation in relations()[thing.kind]
    ]


def alike(thing: Thing, lexicon: Lexicon, chance: random.Random) -> Thing:
    """Name another thing of the same kind, some of them after the same: the Ashford Bridge, the Ashford Footbridge."""
    if thing.kind in NAMESAKES and chance.random() < NAMESAKE_SHARE:
        forms = [form.format(n=thing.base) for form in lexicon.words["kind"][thing.kind]["names"]]
        name = chance.choice([form for form in forms if form != thing.name])
        return Thing(kind=thing.kind, name=name, base=thing.base)
    return new_thing(thing.kind, lexicon, chance)


def new_thing(kind: str, lexicon: Lexicon, chance: random.Random) -> Thing:
    """Name a new thing."""
    base = f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}" if kind == "person" else invented(chance)
    return Thing(kind=kind, name=chance.choice(lexicon.words["kind"][kind]["names"]).format(n=base), base=base)


def invented(chance: random.Random) -> str:
    """Make up a name that can be spoken: half of them of words, half of sounds."""
    if chance.random() < 0.5:  # noqa: PLR2004 - an even chance
        roots, ends = chance.choice(COMPOUNDS)
        return chance.choice(roots) + chance.choice(ends)
    syllable = chance.choice(ONSETS) + chance.choice(VOWELS) + chance.choice(CODAS)
    return (syllable + chance.choice(ENDINGS)).capitalize()


def make_value(relation: Relation, lexicon: Lexicon, chance: random.Random) -> Value:
    """Draw a value of the kind that a relation has."""
    if relation.value in relations():
        thing = new_thing(relation.value, lexicon, chance)
        return Value(text=thing.name, thing=thing)
    if relation.value in {"year", "number"}:
        number = (
            chance.randint(relation.low, relation.high) if relation.value == "year" else log_uniform(relation, chance)
        )
        return Value(text=str(number) if relation.value == "year" else lexicon.number(number), number=number)
    return Value(text=drawn_text(relation, lexicon, chance))


def drawn_text(relation: Relation, lexicon: Lexicon, chance: random.Random) -> str:
    """Draw a value that is words."""
    words = lexicon.of(relation)
    match relation.value:
        case "date":
            return lexicon.date(chance.randint(1995, 2025), chance.randint(1, 12), chance.randint(1, 28))
        case "version":
            return f"{chance.randint(1, 14)}.{chance.randint(0, 19)}.{chance.randint(0, 9)}"
        case "score":
            lost = chance.randint(0, 3)
            return f"{lost + chance.randint(1, 3)}-{lost}"
        case "many_of":
            pool = [invented(chance) for _ in range(6)] if relation.names else words["pool"]
            return lexicon.several(chance.sample(pool, chance.randint(2, 4)), words.get("joined", ""))
        case _:
            return str(chance.choice(words["pool"]))


def log_uniform(relation: Relation, chance: random.Random) -> int:
    """Draw a number whose length varies as much as its digits."""
    drawn: float = relation.low * (relation.high / relation.low) ** chance.random()
    return max(relation.low, round(drawn / relation.step) * relation.step)
