"""Whether a question wants a figure, and whether a text has one: "when" and "how many" are answered by digits.

Knows question words of seven languages; numbers written as words are not seen.
"""

from __future__ import annotations

import re

from assistant.language import fold

__all__ = ["has_figure", "wants_figure"]

WANTING = re.compile(
    r"""\b(?:
        how\s(?:many|much|old|long|far|tall|high|big|large|often|fast)
        | when(?=\s(?:is|was|were|did|does|do|will|has)\b)
        | (?:what|which)\s(?:year|date|day|time|age|percentage|percent|share|number|amount|price)
        | combien | quand(?=\s(?:est|a|ont|sont|fut|furent|etait|commence|\w+-t-))
        | quelle?\s(?:annee|date|heure|age)
        | (?:en|a|de)\squel(?:le)?\s(?:annee|date|siecle)
        | wie\s(?:viele?|lange|alt|hoch|weit|gross|oft|teuer) | wieviele? | wann | welche[mnrs]?\sjahr(?:hundert)?
        | cuant[oa]s? | cuando
        | (?:en|a)\sque\s(?:ano|fecha|siglo) | quando
        | quant[oiae]s? | (?:in\s)?(?:che|quale)\sanno
        | em\sque\sano | hoeveel | wanneer | welk\sjaar
    )\b""",
    re.VERBOSE,
)
DIGIT = re.compile(r"\d")


def wants_figure(question: str) -> bool:
    """Tell whether a question is one for a number, a date or an amount."""
    return WANTING.search(fold(question)) is not None


def has_figure(text: str) -> bool:
    """Tell whether a text has a number in digits."""
    return DIGIT.search(text) is not None
