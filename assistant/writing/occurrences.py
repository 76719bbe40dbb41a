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
        r"found(?:ed|ing|ation)?|establish\w*|creat(?:ed?|ion|ing)|form(?:ed|ation)|incorporated|launch\w*|originat\w*"
        r"|start\w*|beg[aiu]n\w*|inception|introduced|announced|dates? (?:from|back)"
        r"|fond(?:e|ee|es|ees|er|ation)|cre(?:e|ee|es|ees|er|ation|a)|etabli\w*|constitu\w*|lanc(?:e|ee|er|ement)|annonc\w+"
        r"|remonte|date (?:de|du)|gegrundet\w*|grundung\w*|grundete\w*|entstand\w*|entstanden"
        r"|fund(?:ad[oa]s?|acion|o|ar)|cread[oa]s?|creacion|establec\w*"
    ),
    r"born|birth\w*|nee?s?|naissance|naquit|geboren\w*|geburt\w*|naci(?:o|d[oa]s?|miento)",
    (
        r"die[ds]?|death|dead|killed|passed away|murdered|executed|mort\w*|mourut|deces|decede\w*|tuee?s?"
        r"|gestorben|starb\w*|tod|todes\w*|getotet|murio|muerte|fallec\w*"
    ),
    (
        r"built|build\w*|construct\w*|erected|completed|construit\w*|batie?s?|erigee?s?|edifie\w*"
        r"|erbaut\w*|gebaut\w*|errichtet\w*|bau(?:te|ten|jahr)|construid[oa]s?|construy\w*|construccion"
    ),
    (
        r"releas\w*|publish\w*|publication|launch\w*|issued|premier\w*|aired|broadcast\w*|came out|debut\w*"
        r"|sorti\w*|publie\w*|publication|parue?s?|parution|lancee?s?|veroffentlich\w*|erschien\w*|ausgestrahlt\w*"
        r"|publicad[oa]s?|lanzad[oa]s?|lanzamiento|estren\w*|emiti\w*"
    ),
    r"open\w*|inaugurat\w*|ouvert\w*|ouvrit|inaugur\w*|eroffn\w*|abiert\w*|abrio",
    (
        r"end(?:ed|s)?|clos\w*|dissol\w*|abolish\w*|disband\w*|ceased|fini\w*|ferm\w*|dissou\w*|aboli\w*"
        r"|endete\w*|geschlossen\w*|aufgelost\w*|termin\w*|cerr\w*|disuelt\w*|disolv\w*"
    ),
)
"""Folded words, a family for each thing that a when-question asks of most: founding, birth, death, building, release,
opening, end."""


def happening(question: str) -> re.Pattern[str] | None:
    """Give the words for what a question says happened, to be looked for in folded text; None where it says nothing.

    A question that says several things ("When was Born to Run released?") is content with any of them.
    """
    folded = fold(question)
    found = [family for family in FAMILIES if re.search(bounded(family), folded)]
    return re.compile(bounded("|".join(found))) if found else None


def bounded(family: str) -> str:
    """Make a family a pattern of whole words."""
    return rf"\b(?:{family})\b"
