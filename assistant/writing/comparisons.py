"""The two sides of a comparison in a question: two things, two times, a part and its whole.

Knows how English and French set them beside each other. Leaves what is compared, and how, to `calculation_question.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.writing.written_dates import WrittenDate

__all__ = ["Pair", "pair_in"]

VERB = r"(?:is|are|was|were|will|does|do|did|has|had|have)"
FRENCH_VERB = r"(?:est|était|sont|étaient|a|avait|fait|mesure|pèse|coûte|coûtait|vaut|compte)"
HOW_MUCH_FRENCH = r"\b(?:de\s+combien(?:\s+de\s+\w+)?|combien\s+d(?:e\s+|')\w+),?"
THAN_FRENCH = r"(?:de\s+)?(?:plus|moins)(?:\s+\w+)?\s+qu(?:e\s+|')"
THINGS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        (
            rf"\bhow (?:much|many)\b[^?]*?\b{VERB}\s+(?P<a>.+?)"
            r"(?:\s+(?:have|cost|weigh|measure|get|be|receive))?\s+than\s+(?P<b>.+)$"
        ),
        rf"\bhow many times (?:as )?\w+ (?:as|than)\s+(?P<b>.+?)\s+{VERB}\s+(?P<a>.+)$",
        rf"{HOW_MUCH_FRENCH}\s+(?P<a>.+?)\s+{FRENCH_VERB}\s+{THAN_FRENCH}(?P<b>.+)$",
        rf"{HOW_MUCH_FRENCH}\s+(?P<a>.+?)\s+dépasse\s+(?P<b>.+)$",
        r"\b(?:between|entre)\s+(?P<a>.+?)\s+(?:and|et)\s+(?P<b>.+)$",
        r"\b(?:ratio|rapport)\s+(?:of|de|du|des)\s+(?P<a>.+?)\s+(?:to|à|au|sur)\s+(?P<b>.+)$",
    )
)
SHARES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        (
            r"\b(?:percentage|percent|per cent|share|proportion)\s+of\s+(?P<b>.+?)"
            r"\s+(?:is|was|are|were|comes? from|came from|lives? in|lived in)\s+(?P<a>.+)$"
        ),
        r"\b(?:what is|what was|what were)\s+(?P<a>.+?)\s+as a (?:percentage|share|proportion) of\s+(?P<b>.+)$",
        (
            r"\b(?:pourcentage|part|proportion)\s+(?P<b>(?:de|du|des|d')\s*.+?)"
            r"\s+(?:est|était|représente(?:nt)?|représentait|vit à|vivent à|vient de)\s+(?P<a>.+)$"
        ),
    )
)
COMPARED = re.compile(r"\s+(?:(?:more|less)\s+\w+|\w+er)$", re.IGNORECASE)
"""The adjective after the thing, where none stands before it: "by how much is A taller than B"."""
ADJECTIVE_FIRST = re.compile(r"\bhow (?:much|many)\b(?: times)?(?: \w+)? (?:more|less|fewer|\w+er)\b", re.IGNORECASE)
OPENS = re.compile(r"\b(?:from|between|of|entre|de|du)\s+(?:the\s+|le\s+|l')?$", re.IGNORECASE)
JOINS = re.compile(r"\s*,?\s+(?:and|to|until|till|et|à|au)\s+(?:the\s+|le\s+)?", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """Two phrases of a question; two dates if `is_of_times`, a part and its whole if `is_share`."""

    first: str
    second: str
    is_of_times: bool = False
    is_share: bool = False


def pair_in(text: str, dates: Sequence[WrittenDate]) -> Pair | None:
    """Find the two sides that a question compares; None where there are none."""
    if times := pair_of_times(text, dates):
        return times
    for patterns, is_share in ((SHARES, True), (THINGS, False)):
        for pattern in patterns:
            if found := pattern.search(text):
                first = found["a"]
                if "than" in found[0] and not ADJECTIVE_FIRST.search(found[0]):
                    first = COMPARED.sub("", first)
                return Pair(first=first.strip(), second=found["b"].strip(), is_share=is_share)
    return None


def pair_of_times(text: str, dates: Sequence[WrittenDate]) -> Pair | None:
    """Find "between 2 and 6 March", "from 2010 to 2020"."""
    if len(dates) != 2:  # noqa: PLR2004 - two sides
        return None
    first, second = dates
    if not OPENS.search(text[: first.start]) or not JOINS.fullmatch(text[first.end : second.start]):
        return None
    sides = (text[one.start : one.end] for one in dates)
    return Pair(first=next(sides), second=next(sides), is_of_times=True)
