"""Whether a question goes in two steps by its wording: it says something of a thing that it only describes.

"The city where X died" and "the spouse of the author of Y" must be found out before the question can be answered.
Knows relative clauses and chains of "of" and "'s" in five languages; a question in another one never counts.
"""

from __future__ import annotations

import re

from assistant.language import fold

__all__ = ["goes_in_two_steps"]

RELATIVE = {
    "en": r"""\b(?:the|an?|this|these|those)\s(?:[\w'&-]+,?\s){1,4}?
        (?:that|who|whom|whose|which|where|when)\b""",
    "fr": r"""(?:\b(?:l[ae]s?|du|des|une?|aux?|cel(?:le|ui)s?|ceux)\s | \bl')(?:[\w-]+\s){1,3}?
        (?:qui|dont|ou|que|qu'|auquel|duquel
        | (?:a|dans|avec|pour|par|sur|de)\s(?:qui|lequel|laquelle|lesquel(?:le)?s))\b""",
    "es": r"""\b(?:el|l[ao]s?|un[ao]?|del|al)\s(?:[\w-]+\s){1,3}?
        (?:que|quien|cuy[ao]s?|donde|en\s(?:el|la)\s(?:que|cual))\b""",
    "it": r"""(?:\b(?:il|l[aoei]|gli|i|un[ao]?|del(?:la)?|al(?:la)?)\s | \bl')(?:[\w-]+\s){1,3}?
        (?:che|cui|dove|(?:nel|al)(?:la)?\squale)\b""",
    "de": r"""\b(?:d(?:er|ie|as|es|em|en)|ein(?:e[rsmn]?)?)\s(?:[\w-]+\s){0,3}?[\w-]+,\s
        (?:(?:in|mit|von|aus|an|auf)\s)?(?:d(?:er|ie|as|em|en|essen|eren)|welche[rsmn]?|wo)\b""",
}
"""A noun with its article, and a clause that says which one is meant."""
CHAIN = {
    "en": r"""\b(?:of|by|for|did|do|does|is|was|were|are|with|in|on|to|from|has|had)\s(?:the|an?)\s
        (?:[\w'-]+\s){1,3}?(?:of|by|behind|at|in)\s | \w's\s\w | \ws'\s\w""",
    "fr": r"\b(?:du|de\sla|des|de\sl')\s?(?:[\w-]+\s){1,2}?(?:du|de\sla|des|de\sl'|d')",
    "es": r"\bdel?\s(?:l[ao]s?\s)?(?:[\w-]+\s){1,2}?del?\b",
    "it": r"\b(?:del(?:la|lo)?|dei|degli|delle)\s(?:[\w-]+\s){1,2}?(?:del(?:la|lo)?|dei|degli|delle|di)\b",
    "de": r"\bde[rs]\s(?:[\w-]+\s){1,2}?(?:de[rs]|von)\b",
}
"""A thing named by what it is of another: "the author of", "Taylor's city"."""
TWO_STEPS = {
    language: re.compile(f"{relative}|{CHAIN[language]}", re.VERBOSE) for language, relative in RELATIVE.items()
}
"""On the fitting halves and the others, with a third of the question's words left open by the best passage as well:
HotpotQA .42 .23, MuSiQue .77 .81, French FQuAD, all in one step, .00 .02. Spanish, Italian and German are modelled on
English and French and not measured."""


def goes_in_two_steps(question: str, language: str | None) -> bool:
    """Tell whether a question describes what it should name."""
    pattern = TWO_STEPS.get(language or "")
    return pattern is not None and pattern.search(fold(question).replace("\u2019", "'")) is not None
