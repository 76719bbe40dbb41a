"""The words of one language: templates for invented things, and the little grammar that they need.

Knows `relations.toml` and one file of words per language. Leaves what is true to `worlds.py`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["LANGUAGES", "Lexicon", "Relation", "load_lexicon", "relations"]

FOLDER = Path(__file__).parent
LANGUAGES: Mapping[str, str] = {"en": "english.toml", "fr": "french.toml"}
VOWELS = "aàâeéèêiîoôuûyhAÀÂEÉÈÊIÎOÔUÛYH"
MONTHS = {
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
}
SEPARATOR = {"en": ",", "fr": "\N{NARROW NO-BREAK SPACE}"}
FIRST_GROUPED = 10_000
"""Smaller numbers are written without a separator, as years are."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Relation:
    """What a kind of thing has, as `relations.toml` says it."""

    kind: str
    name: str
    value: str
    low: int = 0
    high: int = 0
    step: int = 1
    compare: bool = False
    yearly: bool = False
    names: bool = False
    """Are the values of its list names that are made up, not words of a pool."""

    @property
    def key(self) -> str:
        """Its name in the files."""
        return f"{self.kind}.{self.name}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Lexicon:
    """Speak one language."""

    language: str
    words: Mapping[str, Any]

    def of(self, relation: Relation) -> Mapping[str, Any]:
        """Return the templates of a relation."""
        found: Mapping[str, Any] = self.words[relation.kind][relation.name]
        return found

    def fill(self, template: str, *, x: str, v: str = "", z: str = "", inside: bool = False, **others: str) -> str:
        """Put names and values into a template, with the contractions and capitals that they bring.

        `inside` a sentence it begins with a small letter, unless a name begins it.
        """
        forms = {"x": x, "v": v, "z": z, "X": x if inside else capital(x), "V": v if inside else capital(v)}
        if self.language == "fr":
            forms |= {"de": of(x), "dev": of(v), "dez": of(z), "a": to(x), "av": to(v), "az": to(z)}
        if not inside:
            return capital(template.format(**forms, **others))
        return (template[:1].lower() + template[1:] if template[0] != "{" else template).format(**forms, **others)

    def number(self, value: int) -> str:
        """Write a whole number."""
        return f"{value:,}".replace(",", SEPARATOR[self.language]) if value >= FIRST_GROUPED else str(value)

    def date(self, year: int, month: int, day: int) -> str:
        """Write a date."""
        return f"{day} {MONTHS[self.language][month - 1]} {year}"

    def several(self, parts: Sequence[str], joined: str = "") -> str:
        """Write a list inside a sentence."""
        last = joined or {"en": " and ", "fr": " et "}[self.language]
        return (joined or ", ").join(parts[:-1]) + last + parts[-1] if len(parts) > 1 else parts[0]


def capital(text: str) -> str:
    """Begin a sentence with it."""
    return text[:1].upper() + text[1:]


def of(name: str) -> str:
    """Put the French "de" before a name."""
    if name.startswith("le "):
        return f"du {name[3:]}"
    return f"d'{name}" if name[:1] in VOWELS else f"de {name}"


def to(name: str) -> str:
    """Put the French "à" before a name."""
    return f"au {name[3:]}" if name.startswith("le ") else f"à {name}"


@cache
def load_lexicon(language: str) -> Lexicon:
    """Read the words of a language."""
    text = (FOLDER / LANGUAGES[language]).read_text(encoding="utf-8")
    return Lexicon(language=language, words=tomllib.loads(text))


@cache
def relations() -> Mapping[str, tuple[Relation, ...]]:
    """Read what each kind of thing has."""
    tables = tomllib.loads((FOLDER / "relations.toml").read_text(encoding="utf-8"))
    return {
        kind: tuple(Relation(kind=kind, name=name, **row) for name, row in rows.items())
        for kind, rows in tables.items()
    }
