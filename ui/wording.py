"""The words of the page in the reader's language, with numbers, times and days written as that language does.

Knows the catalogues in `locales/`, one JSON file per language. A text of two forms is a list: for one, for many.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TypeAlias

__all__ = ["Wording", "wording_for"]

FOLDER = Path(__file__).parent / "locales"
DEFAULT = "en"
ZERO_IS_ONE = {"fr"}
"""Languages in which nothing takes the singular (CLDR plural rules)."""
DECIMAL_COMMA = {"fr"}
FIRST_OF_MONTH = {"fr": "1er"}
"""Languages in which the first day of a month is an ordinal."""
MINUTE_S = 60
LARGEST = 1e10
"""Figures of more digits than these are written with an exponent."""

Catalogue: TypeAlias = dict[str, str | list[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """Say things in one language."""

    language: str
    catalogue: Catalogue

    def say(self, key: str, **values: str) -> str:
        """Return a text with its blanks filled in."""
        text = self.catalogue[key]
        if not isinstance(text, str):
            message = f"{key} has a form for one and a form for many: use count"
            raise TypeError(message)
        return text.format_map(values)

    def count(self, key: str, n: int, **values: str) -> str:
        """Return a text in the form that a number demands; `{n}` is the number."""
        one, many = self.list_of(key)
        singular = n == 1 or (n == 0 and self.language in ZERO_IS_ONE)
        return (one if singular else many).format_map(values | {"n": str(n)})

    def list_of(self, key: str) -> list[str]:
        """Return a list of texts."""
        texts = self.catalogue[key]
        return texts if isinstance(texts, list) else [texts]

    def seconds(self, elapsed_s: float) -> str:
        """Write a duration; past a minute tenths of a second tell nothing."""
        if elapsed_s >= MINUTE_S:
            return self.whole_seconds(elapsed_s)
        return f"{elapsed_s:.1f} s".replace(".", self.decimal)

    def whole_seconds(self, elapsed_s: float) -> str:
        """Write a duration that is only known roughly."""
        minutes, seconds = divmod(round(elapsed_s), MINUTE_S)
        return f"{minutes}\u00a0min {seconds}\u00a0s" if minutes else f"{seconds}\u00a0s"

    @property
    def decimal(self) -> str:
        """What stands before the decimals of a figure."""
        return "," if self.language in DECIMAL_COMMA else "."

    @property
    def thousands(self) -> str:
        """What stands between groups of three digits."""
        return "\u202f" if self.language in DECIMAL_COMMA else ","

    def number(self, value: float) -> str:
        """Write a figure with as many digits as it has, in groups of three."""
        written = f"{value:,.10g}" if abs(value) < LARGEST else f"{value:g}"
        separators = {",": self.thousands, ".": self.decimal}
        return "".join(separators.get(character, character) for character in written)

    def language_name(self, code: str) -> str:
        """Name a language; one that the catalogue does not know keeps its code."""
        name = self.catalogue.get(f"language.{code}", code)
        return name if isinstance(name, str) else code

    def dated(self, at: date) -> str:
        """Write a day as readers of the language do."""
        day = FIRST_OF_MONTH.get(self.language, "1") if at.day == 1 else str(at.day)
        return self.say("date", day=day, month=self.list_of("months")[at.month - 1], year=str(at.year))

    def age(self, then: datetime, now: datetime) -> str:
        """Write how long ago something was published."""
        days = max((now - then).days, 0)
        hours = int((now - then) / timedelta(hours=1))
        if hours < 1:
            return self.say("age.now")
        for unit, size in (("years", 365), ("months", 30), ("days", 1)):
            if days >= size:
                return self.count(f"age.{unit}", days // size)
        return self.count("age.hours", hours)

    def read_ago(self, age_s: float) -> str:
        """Write how long ago a page from the cache was read."""
        for unit, size_s in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
            if age_s >= size_s:
                return self.count(f"read.{unit}", int(age_s // size_s))
        return self.say("read.now")

    def day(self, day: date, today: date) -> str:
        """Name the group of days that a past chat belongs to."""
        ago = (today - day).days
        if ago <= 0:
            return self.say("day.today")
        if ago == 1:
            return self.say("day.yesterday")
        return self.say("day.week") if ago < 7 else self.say("day.earlier")  # noqa: PLR2004 - days of a week


def wording_for(locale: str | None) -> Wording:
    """Choose the catalogue for a browser's locale, such as "fr-CA"; English where there is none."""
    language = (locale or DEFAULT).replace("_", "-").split("-")[0].lower()
    known = language if language in languages() else DEFAULT
    return Wording(language=known, catalogue=catalogue_of(known))


@cache
def languages() -> frozenset[str]:
    """Name the languages that have a catalogue."""
    return frozenset(path.stem for path in FOLDER.glob("*.json"))


@cache
def catalogue_of(language: str) -> Catalogue:
    """Read a catalogue; what it lacks is said in English."""
    own: Catalogue = json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return own if language == DEFAULT else catalogue_of(DEFAULT) | own
