"""Which words of a text name something particular, and whether other texts know that name.

Knows spelling only: capitals, digits, acronyms, slips of the pen. Leaves what a missing name means to its callers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from unicodedata import normalize

from assistant.language.stop_words import stop_words
from assistant.language.words import WORD, fold, names, stems, words

__all__ = ["CAPITALISED", "Lexicon", "code_names", "named_things", "particular_names", "required_names"]

ORDINARY = frozenset(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
    october november december mr mrs ms dr prof president prime minister king queen pope ceo senator governor professor
    american british english scottish irish welsh french german spanish italian portuguese dutch belgian swiss austrian
    danish swedish norwegian finnish polish russian ukrainian greek turkish chinese japanese korean indian african asian
    european mexican canadian brazilian australian israeli iranian arab western eastern northern southern
    us usa uk eu america united states kingdom ok faq
    """.split()  # noqa: SIM905 - a column of strings would fill the page
)
"""English words with a capital that a page which answers need not hold: it says "France" for "French", and takes the
country of its readers for granted."""
CAPITALISED = re.compile(r"\b[^\W\d_a-z]\w*")
APPOSITION = re.compile(r"\b[A-ZÄÖÜ]\w+[ \-]([A-ZÄÖÜ]\w+)")
"""In German, where every noun has a capital, a noun right after a noun is a name: "Raumschiff Zorblax"."""
WHEREABOUTS = re.compile(r"\b[A-Z]\w+, ([A-Z]\w+)(?=[?.,]|$)")
"""The larger place after the smaller one, "Austin, Texas": pages leave it out."""
TITLE_CASE_SHARE = 0.6
FEWEST_TITLE_WORDS = 4
"""A question with capitals nearly everywhere is in title case: they say nothing."""
MIXED_CASE = re.compile(r"\b(?=(?:\w*?[a-z]){2})(?=\w*[a-z]\w*[A-Z]|\w*[A-Z]{2}\w*[a-z]{2})\w{4,}")
"""With two small letters, and a capital after one or several before both: no plural such as "GMOs", and no "mRNA"."""
SLIP = 0.84
"""difflib ratio from which a name is merely misspelt: "Jakson" and "Jackson" have 0.92, "Zorblax" and "Zorbas" 0.77."""
SHARED_START = 5
ACRONYM = re.compile(r"(?:[A-Z]\.?){2,6}")
NAME_RUN = re.compile(
    r"[A-Z][\w.]*(?:[\s-]+(?:(?:of|the|for|and|on|de|du|des|la|le|les|pour|et|del|y|für|und)\s+)*[A-Z][\w.]*)+"
)


def particular_names(text: str, language: str | None) -> list[str]:
    """List, folded, the words of a text that name something particular."""
    capitals = len(CAPITALISED.findall(text))
    total = len(words(text))
    if total >= FEWEST_TITLE_WORDS and capitals >= TITLE_CASE_SHARE * total:
        return []
    ignored = stop_words(language)
    found = [name for name in names(text) if not name.isdecimal() and name not in ignored and len(name) > 1]
    if language == "de":
        sure = {fold(match.group(1)) for match in APPOSITION.finditer(text)}
        sure |= {fold(word) for word in re.findall(r"\w+", text) if any(char.isupper() for char in word[1:])}
        return [name for name in found if name in sure]
    return found


def required_names(question: str, language: str | None) -> list[str]:
    """List the particular names of a question that a page which answers it must know."""
    spared = ORDINARY | {fold(place) for place in WHEREABOUTS.findall(question)}
    return [name for name in particular_names(question, language) if name not in spared]


def named_things(question: str, language: str | None) -> list[tuple[str, ...]]:
    """Group the required names of a question by what they name: those that follow one another are one name."""
    required = frozenset(required_names(question, language))
    things: list[tuple[str, ...]] = []
    end = -1
    composed = normalize("NFC", question)
    for match in WORD.finditer(composed):
        name = fold(match.group())
        if name not in required:
            continue
        follows = bool(things) and end >= 0 and not composed[end : match.start()].strip(" -")
        things = [*things[:-1], (*things[-1], name)] if follows else [*things, (name,)]
        end = match.end()
    return things


def code_names(question: str) -> list[str]:
    """List, folded, the names in mixed case, such as SQLite: no language translates them."""
    return [fold(match.group()) for match in MIXED_CASE.finditer(question)]


@dataclass(frozen=True)
class Lexicon:
    """The words of some texts, to ask whether they know a name."""

    texts: Sequence[str]
    language: str | None

    @cached_property
    def _all(self) -> str:
        return "\n".join(self.texts)

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(words(self._all))

    @cached_property
    def _stems(self) -> frozenset[str]:
        return frozenset(stems(self._all, self.language))

    @cached_property
    def _initials(self) -> frozenset[str]:
        """The initials of names of several words: "un" for United Nations."""
        runs = (re.findall(r"\b[A-Z]", match.group()) for match in NAME_RUN.finditer(self._all))
        return frozenset("".join(run).lower() for run in runs)

    @cached_property
    def _acronyms(self) -> frozenset[str]:
        return frozenset(match.group().replace(".", "").lower() for match in ACRONYM.finditer(self._all))

    def spelt_otherwise(self, known: Sequence[str]) -> frozenset[str]:
        """Collect the stems of known names that stand there only in another form."""
        return frozenset(stem for name in known for stem in stems(name, self.language)) - self._stems

    def knows(self, name: str, question: str) -> bool:
        """Tell whether the texts hold a folded name of a question: inflected, in a compound, short or misspelt."""
        if name in self._words or self._stems.intersection(stems(name, self.language)):
            return True
        if any(name in initials for initials in self._initials) or name.removesuffix("s") in self._acronyms:
            return True
        if any(name in spelt_out(question, acronym) for acronym in self._acronyms):
            return True
        start = name[:SHARED_START]
        if len(name) > SHARED_START and any(word.startswith(start) or name in word for word in self._words):
            return True
        return bool(len(name) >= SHARED_START and get_close_matches(name, self._words, n=1, cutoff=SLIP))


def spelt_out(question: str, acronym: str) -> frozenset[str]:
    """Give the words of a question that an acronym stands for."""
    for match in NAME_RUN.finditer(question):
        if "".join(re.findall(r"\b[A-Z]", match.group())).lower() == acronym:
            return frozenset(words(match.group()))
    return frozenset()
