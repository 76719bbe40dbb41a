"""Of whom or what a sentence speaks, and whether a sentence of a source speaks of the same.

Knows how sentences open in four languages: it goes by the first words and by pronouns, not by grammar. So it only
objects where a source's sentence plainly opens with somebody else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from unicodedata import normalize

from assistant.language.stop_words import stop_words
from assistant.language.words import WORD, fold, stems

__all__ = ["Opening", "Subject", "opening_of", "speaks_of", "subject_of"]

PRONOUNS = frozenset(
    """
    it he she they this these that those his her its their who which we you i one
    il elle ils elles ce cela celui celle son sa ses leur leurs
    er sie es dies diese dieser dieses sein seine ihr ihre
    el ella ellos ellas esto este esta su sus
    """.split()  # noqa: SIM905 - a column of strings would fill the page
)
"""Folded words that stand for somebody named before."""
ARTICLES = frozenset(
    """
    the a an le la les l un une der die das den dem des ein eine einer el los las una unos unas
    """.split()  # noqa: SIM905 - as above
)
FRONTED = re.compile(
    r"^(?:in|on|at|by|during|after|before|since|from|for|with|as|under|until|within|en|dans|depuis|apres|avant|pendant"
    r"|lors|selon|im|am|nach|seit|bei|vor|unter|zum|zur|durante|desde|segun|tras)\b[^,]{0,80},\s*",
    re.IGNORECASE,
)
"""An opening that says when or where: the subject comes after it."""
FEWEST_WORDS = 5
"""A heading, a row or a list item has no subject of its own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """The first thing that a sentence names: its stems, and whether it is a common noun with its article."""

    stems: frozenset[str]
    is_common: bool
    is_several: bool
    """A bare plural, "customers": another word may well mean the same."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """How a sentence of a source begins."""

    subject: Subject | None
    refers_back: bool
    """It opens with a pronoun, or is too short to have a subject."""


def subject_of(sentence: str, language: str | None) -> Subject | None:
    """Name what a sentence is about by its opening; None where it opens with a pronoun or nothing to go by."""
    return opening_of(sentence, language).subject


def opening_of(sentence: str, language: str | None) -> Opening:
    """Read the opening of a sentence."""
    rest = FRONTED.sub("", normalize("NFC", sentence.strip()), count=1)
    found = WORD.findall(rest)
    folded = [fold(word) for word in found]
    if not folded or folded[0] in PRONOUNS:
        return Opening(subject=None, refers_back=True)
    has_article = folded[0] in ARTICLES
    first = 1 if has_article else 0
    if first >= len(folded) or folded[first] in stop_words(language) or folded[first].isdecimal():
        return Opening(subject=None, refers_back=len(folded) < FEWEST_WORDS)
    last = first + 1
    while last < len(found) and found[last][0].isupper():
        last += 1
    head = frozenset(stem for word in folded[first:last] for stem in stems(word, language))
    is_common = has_article and found[first][:1].islower()
    is_several = not has_article and last == first + 1 and folded[first].endswith("s")
    subject = Subject(stems=head, is_common=is_common, is_several=is_several)
    return Opening(subject=subject, refers_back=len(folded) < FEWEST_WORDS)


def speaks_of(subject: Subject, opening: Opening) -> bool:
    """Tell whether a sentence that does not hold the subject may still speak of it.

    A pronoun may stand for anything; "the company" for a name, not for "the bridge"; another name for nobody else.
    """
    if opening.refers_back or opening.subject is None:
        return True
    return opening.subject.is_common and not subject.is_common
