"""What a follow-up points at in the answer before it: "the second one", "he"; and a wish for another language.

Knows ordinals, lists and names. Leaves whether a question is a follow-up at all to `question.py`.
"""

from __future__ import annotations

import re
from types import MappingProxyType

from assistant.language.words import fold

__all__ = ["language_wished", "pointed_at"]

ORDINALS = MappingProxyType(
    {
        0: "first|1st|former|premier|premiere|erste|ersten|primero|primera",
        1: "second|2nd|deuxieme|seconde|zweite|zweiten|segundo|segunda",
        2: "third|3rd|troisieme|dritte|dritten|tercero|tercera",
        3: "fourth|4th|quatrieme|vierte|vierten|cuarto|cuarta",
        -1: "last|latter|dernier|derniere|letzte|letzten|ultimo|ultima",
    }
)
ONE = r"(?:the|la|le|l'|der|die|das|den|el) ?(?:{})(?: ones?| un| une)?(?=\s*(?:[?!.,]|$|\b(?:is|was|do|does|did)\b))"
LIST = re.compile(
    r"((?:[A-ZÀ-Þ][\w'-]*(?: [A-ZÀ-Þ][\w'-]*){0,3}, )+[A-ZÀ-Þ][\w'-]*(?: [A-ZÀ-Þ][\w'-]*){0,3})?"
    r"(?:,? (?:and|or|et|ou|und|oder|y|o) ([A-ZÀ-Þ][\w'-]*(?: [A-ZÀ-Þ][\w'-]*){0,3}))"
)
"""Names in a row, "Russia, Canada and Australia": the last is a group of its own."""
PERSON = re.compile(r"\b[A-ZÀ-Þ][\w'-]+(?: [A-ZÀ-Þ][\w'-]+){1,2}\b")
SAID_OF_A_PERSON = re.compile(r"\b(?:he|she|him|her|his|hers)\b", re.IGNORECASE)
LANGUAGES = MappingProxyType(
    {
        "en": "english|anglais|englisch|ingles",
        "fr": "french|francais|franzosisch|frances",
        "de": "german|allemand|deutsch|aleman",
        "es": "spanish|espagnol|spanisch|espanol",
        "it": "italian|italien|italienisch|italiano",
        "pt": "portuguese|portugais|portugiesisch|portugues",
        "nl": "dutch|neerlandais|niederlandisch|neerlandes",
    }
)
WISH = (
    r"(?:(?:and|et|und|y|now|please|maintenant|jetzt|ahora|again|answer|reponds|antworte|responde) ?)*"
    r"(?:in|en|auf) (?:{}) ?(?:please|bitte|por favor|s'il (?:te|vous) plait)?[ ?!.]*"
)


def language_wished(question: str) -> str | None:
    """Name the language of a question that only wants the same again in another: "and in French?"."""
    asked = fold(question).strip()
    return next((code for code, names in LANGUAGES.items() if re.fullmatch(WISH.format(names), asked)), None)


def pointed_at(question: str, answer: str) -> str | None:
    """Give the name in an answer that a question points at, None where it is not plain."""
    asked = fold(question)
    for place, words in ORDINALS.items():
        if re.search(ONE.format(words), asked):
            return listed(answer, place)
    person = PERSON.search(answer) if SAID_OF_A_PERSON.search(question) else None
    return person.group() if person else None


def listed(answer: str, place: int) -> str | None:
    """Give the name at a place of the first list of names."""
    found = LIST.search(answer)
    if not found or not found.group(1):
        return None
    items = [*found.group(1).split(", "), found.group(2)]
    return items[place] if place < len(items) else None
