"""What a question says happened, in the words that pages use for it: founded, established, created.

Knows families of words in four languages. Whether a date stands beside one of them is asked by `answering.py`, and
which sentence to quote by `bearing.py`.
"""

from __future__ import annotations

import re

from assistant.language.words import fold

__all__ = ["happening"]

FAMILIES = (
    (
        r"found(?:ed|ing|ation)|establish\w*|creat(?:ed|ion)|form(?:ed|ation)|incorporated|launch\w*|originated"
        r"|inception|introduced|built|construct\w*|erected|completed"
        r"|fond(?:e|ee|es|ees|er|ation)|cre(?:e|ee|es|ees|er|ation|a)|etabli\w*|constitu\w*|lanc(?:e|ee|er|ement)"
        r"|construit\w*|batie?s?|erigee?s?|edifie\w*|gegrundet\w*|grundung\w*|grundete\w*|entstand\w*"
        r"|erbaut\w*|gebaut\w*|errichtet\w*|baujahr|fund(?:ad[oa]s?|acion|o|ar)|cread[oa]s?|creacion|establec\w*"
        r"|construid[oa]s?|construy\w*|construccion"
    ),
    (
        r"born|birth\w*|nee|nees|(?:est|fut|sont|ils?|elles?) nes?|naissance|naquit|geboren\w*|geburt\w*"
        r"|naci(?:o|d[oa]s?|miento)"
    ),
    (
        r"died|dies|die(?=\W*$)|death|killed|passed away|murdered|executed|morte?s?|mourut|deces|decede\w*|tuee?s?"
        r"|gestorben|starb\w*|todes\w*|getotet|murio|muerte|fallec\w*"
    ),
    (
        r"releas\w*|publish\w*|publication|issued|premier\w*|aired|broadcast\w*|transmitted|came out|debut\w*"
        r"|sorti\w*|publie\w*|parue?s?|parution|diffuse\w*|veroffentlich\w*|erschien\w*|ausgestrahlt\w*"
        r"|publicad[oa]s?|lanzad[oa]s?|lanzamiento|estren\w*|emitid\w*"
    ),
    r"opened|inaugurat\w*|ouvert\w*|ouvrit|inaugur\w*|eroffn\w*|abiert\w*|abrio",
)
"""Folded words, a family for each thing that a when-question asks of most: founding and building, birth, death,
release, opening."""
LOOSE = (
    r"start\w*|beg[aiu]n\w*|first|dat(?:es?|ed|ing) (?:to|from|back)|announced|opens?|opening|built|build\w*"
    r"|remonte\w*|date (?:de|du)|annonc\w+|premiere? fois|debut\w*|ouvre\w*|beg[ao]nn\w*|comenz\w*"
)
"""Folded words by which a page may say any of it, and too common in questions to tell what happened."""


def happening(question: str) -> re.Pattern[str] | None:
    """Give the words for what a question says happened, to be looked for in folded text; None where it says nothing.

    A question that says several things ("When was Born to Run released?") is content with any of them.
    """
    folded = fold(question)
    found = [family for family in FAMILIES if re.search(bounded(family), folded)]
    return re.compile(bounded("|".join([*found, LOOSE]))) if found else None


def bounded(family: str) -> str:
    """Make a family a pattern of whole words."""
    return rf"\b(?:{family})\b"
