"""What kind of answer a question wants: of now, a reason, yes or no; and what it asks of which subject.

Knows how questions are worded, in four languages. Numbers and dates are known by `quantities.py`; whether an answer is
there is judged by `sufficiency.py` and `answering.py`.
"""

from __future__ import annotations

import re

from assistant.language.words import fold

__all__ = [
    "asks_definition",
    "asks_measure",
    "asks_now",
    "asks_person",
    "asks_place",
    "asks_reason",
    "asks_yes_or_no",
    "parts",
]

NOW = re.compile(
    r"\b(?:current|currently|latest|now|today|tonight|recent|recently|newest|nowadays|up.to.date"
    r"|this (?:year|month|week|morning|season)"
    r"|actuel\w*|actuellement|dernier|derniere|maintenant|aujourd'hui|recent\w*|cette (?:annee|semaine)|ce mois"
    r"|aktuell\w*|derzeit|derzeitig\w*|heute|jetzt|neueste\w*|gegenwartig\w*|dieses jahr|diese woche"
    r"|actual|actualmente|ultim[oa]|hoy|ahora|este (?:ano|mes)|esta semana)\b"
    r"|\bwho (?:is|leads|heads) (?:the )?(?:\w+ )?(?:president|chancellor|minister|king|queen|pope|mayor|governor|ceo"
    r"|head|director|chair|chairman|chairwoman|coach|captain|champion|speaker|secretary)\b"
    r"|\b(?:price|stock|share price|exchange rate|weather|prix|preis|precio)\b"
)
"""Folded. Prices and who holds an office change even where the question does not say "now"."""
YES_OR_NO = re.compile(
    r"(?:is|are|was|were|does|do|did|can|could|should|has|have|will|would|est-ce que|est-il|peut-on|faut-il"
    r"|ist|sind|war|hat|haben|kann|soll|sollte|es|esta|son|puede|debe)\b"
)
REASON = re.compile(r"(?:why|pourquoi|warum|weshalb|wieso|por que)\b")
PERSON = re.compile(r"(?:who|whose|qui|wer|quien|quienes)\b")
DEFINITION = re.compile(
    r"(?:what (?:is|are|was|were)|what does .{1,40} mean|define"
    r"|qu'est.ce qu(?:e |')|c'est quoi|que (?:signifie|veut dire)|was (?:ist|sind|bedeutet)|que (?:es|son|significa))\b"
)
PLACE = re.compile(
    r"^(?:\w+ )?(?:where|ou|wo|woher|wohin|donde)\b"
    r"|\b(?:what|which|quel|quelle|welche\w*|que|cual) (?:city|country|state|place|location|town|region"
    r"|ville|pays|lieu|region|stadt|land|ort|ciudad|pais|lugar)\b"
)
MEASURE = re.compile(
    r"\b(?:percentage|rate|number|cost|price|average|size|population|temperature|deadline|fee|salary|revenue"
    r"|taux|cout|prix|moyenne|taille|delai|salaire|kosten|preis|durchschnitt\w*|grosse|frist|gehalt"
    r"|tasa|coste|costo|precio|promedio|tamano|plazo|salario)\b"
)
"""Nouns for what is told in figures, wherever in a question they stand."""
BETWEEN = re.compile(
    r"\b(?:of|for|in|on|to|at|by|from|with|against|during|between|behind|de|du|des|pour|dans|en|von|vom|fur|im|zu"
    r"|del|para)\b",
    re.IGNORECASE,
)


def asks_now(question: str) -> bool:
    """Tell whether the answer to a question changes with time and is wanted as it is now."""
    return NOW.search(fold(question)) is not None


def asks_yes_or_no(question: str) -> bool:
    """Tell whether a question can be answered by yes or no."""
    return YES_OR_NO.match(fold(question).lstrip("¿ ")) is not None


def asks_reason(question: str) -> bool:
    """Tell whether a question wants to know why."""
    return REASON.match(fold(question).lstrip("¿ ")) is not None


def asks_person(question: str) -> bool:
    """Tell whether a question wants to know who."""
    return PERSON.match(fold(question).lstrip("¿ ")) is not None


def asks_definition(question: str) -> bool:
    """Tell whether a question may want to know what something is; "what is the price of" begins so too."""
    return DEFINITION.match(fold(question).lstrip("¿ ")) is not None


def asks_place(question: str) -> bool:
    """Tell whether a question wants to know where."""
    return PLACE.search(fold(question).lstrip("¿ ")) is not None


def asks_measure(question: str) -> bool:
    """Tell whether a question names something that is told in figures."""
    return MEASURE.search(fold(question)) is not None


def parts(question: str) -> tuple[str, str]:
    """Split "the boiling point of mercury" into what is asked and of what; both are all of it where nothing splits."""
    border = BETWEEN.search(question)
    return (question[: border.start()], question[border.end() :]) if border else (question, question)
