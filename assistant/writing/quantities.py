"""Whether a question asks for a number or a date, in four languages.

Knows how questions open; leaves finding values to its callers.
"""

from __future__ import annotations

import re

from assistant.language.words import fold

__all__ = ["asks_amount", "asks_quantity", "asks_time"]

AMOUNT = re.compile(
    r"\bhow (?:many|much|tall|long|old|far|high|large|big|deep|heavy|fast|wide)\b"
    r"|\bwhat (?:percentage|number|share|age"
    r"|is the (?:\w+ )?(?:population|number|height|length|price|cost|rate|distance|area|size|speed|weight|age)\b)"
    r"|\bcombien\b|\bquelle? (?:est la |est le |est l')?"
    r"(?:population|nombre|hauteur|longueur|prix|taux|distance|superficie|age)\b"
    r"|\bwie ?viele?\b|\bwie (?:hoch|lang|alt|weit|gross|schwer|schnell|teuer|breit|tief)\b"
    r"|\bcuant[oa]s?\b"
)
TIME = re.compile(
    r"^(?:\w+ ){0,2}when (?:was|were|did|is|are|does|will)\b"
    r"|\b(?:what|which) (?:year|date|day)\b|\bin (?:what|which) year\b"
    r"|^(?:\w+ )?quand (?!ils?\b|elles?\b|on\b|je\b|tu\b|nous\b|vous\b)|\bquand\W*$"
    r"|\b(?:depuis|jusqu'a|partir de|des|pour) quand\b|\bquand [^,?]*-(?:ils?|elles?|on)\b"
    r"|\bquelle (?:annee|date)\b|\ben quelle annee\b"
    r"|^(?:\w+ )?wann\b|\bin welchem jahr\b|\bwelches jahr\b"
    r"|^\W*(?:\w+ ){0,2}cuando\b|\ben que (?:ano|fecha)\b|\bque ano\b"
)


def asks_amount(question: str) -> bool:
    """Tell whether a question wants a number."""
    return AMOUNT.search(fold(question)) is not None


def asks_time(question: str) -> bool:
    """Tell whether a question wants a date or a year."""
    return TIME.search(fold(question)) is not None


def asks_quantity(question: str) -> bool:
    """Tell whether a question wants a number or a date."""
    return asks_amount(question) or asks_time(question)
