"""How recent a question wants its answers: from words such as "latest", "today" and "cette semaine".

Knows such words in English, French, German and Spanish. Leaves what is done about it to the sources and to fusion.
"""

from __future__ import annotations

import re
from types import MappingProxyType

from assistant.language.folding import fold
from retrievers import Freshness

__all__ = ["implied_freshness"]

WORDS: MappingProxyType[Freshness, str] = MappingProxyType(
    {
        "day": r"""
            today | tonight | this (?:morning|afternoon|evening) | right now | at the moment | breaking |
            last (?:24|twenty-four) hours | past (?:24|twenty-four) hours | aujourd'hui | ce (?:matin|soir) |
            cet apres-midi | cette nuit | en ce moment | dernieres 24 heures | heute | heute (?:morgen|abend) |
            gerade eben | hoy | esta (?:manana|tarde|noche) | ahora mismo
        """,
        "week": r"""
            yesterday | this week | last week | past week | (?:past|last) (?:few|\d) days | these days |
            (?:latest|recent|newest) (?:news|headlines|developments|updates?) | news (?:about|on|from|of) |
            in the news | hier | cette semaine | la semaine derniere | ces (?:derniers )?jours(?:-ci)? |
            derniers jours | (?:dernieres|recentes) (?:nouvelles|actualites|infos) |
            actualites? (?:sur|de|du|des) | gestern | diese woche | letzte woche | neueste nachrichten |
            aktuelle nachrichten | ayer | esta semana | la semana pasada | ultimas noticias
        """,
        "month": r"""
            latest | newest | most recent | this month | last month | past month | up-to-date |
            current(?=\s(?:version|release|price|rate|record|champion|president|ceo|leader|status|situation|state)\b) |
            currently | nowadays |
            (?:le|la|les|du|des) (?:derniere?s?|plus recente?s?)(?=\s(?!fois|mot|moment|chance)\w) |
            ce mois(?:-ci)? | le mois dernier | actuellement | actuel(?:le)?s? | neueste[nrs]? |
            aktuelle[nrs]? | diesen monat | derzeit | (?:el|la|los|las) ultim[oa]s? | este mes | actualmente |
            mas recientes?
        """,
        "year": r"""
            this year | recent(?:ly)? | last year | past year | in recent months | cette annee | recemment |
            recente?s? | l'annee derniere | dieses jahr | letztes jahr | kurzlich | este ano | recientemente
        """,
    }
)
"""The shortest span first: "the latest news of today" is about a day."""
PATTERNS = MappingProxyType(
    {span: re.compile(rf"(?<![\w-])(?:{' '.join(words.split())})(?![\w-])".replace(" | ", "|"))
     for span, words in WORDS.items()}
)  # fmt: skip
IDLE = re.compile(r"(?:day after|day before) (?:tomorrow|yesterday)|today's date|today i learned|recent memory")
"""Turns of phrase in which such a word says nothing of when."""


def implied_freshness(question: str) -> Freshness | None:
    """Return the span that a question's words ask for; None where it does not matter."""
    said = IDLE.sub(" ", fold(question).replace("\u2019", "'"))
    return next((span for span, pattern in PATTERNS.items() if pattern.search(said)), None)
