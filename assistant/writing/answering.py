"""Whether what was said answers what was asked: a number for "how many", a date for "when".

Knows kinds of answers, not their truth. Asked after the model has spoken, of sentences that a source carries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.language.words import fold, numbers
from assistant.writing.occurrences import happening
from assistant.writing.quantities import asks_amount, asks_time

__all__ = ["AMOUNT", "LIFE_DATES", "TIME", "lacking", "lacking_in_quotations"]

AMOUNT = re.compile(
    r"\b(?:no|none|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fifteen|twenty|thirty|forty"
    r"|fifty|sixty|hundred|thousand|million|billion|dozens?|several|few|many|half|third|quarter|double|twice|single|both"
    r"|all|every|zero|once|free|most|decades?|centur(?:y|ies)|hours?|minutes?|days?|weeks?|months?|years?|always"
    r"|un|une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|cent|mille|aucun|aucune|plusieurs|moitie|tiers|quart|gratuit"
    r"|ein|eine|zwei|drei|vier|funf|sechs|sieben|acht|neun|zehn|hundert"
    r"|tausend|kein|keine|mehrere|halfte|drittel|viertel"
    r"|uno|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|cien|mil|ningun|ninguna|varios|mitad|tercio|cuarto)\b"
)
"""Folded words that tell how many, how much or how long without a figure."""
TIME = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tues|wednes|thurs|fri|satur|sun|january|february|march"
    r"|april|june|july|august|september|october|november|december|spring|summer|autumn|fall|winter|today|tomorrow"
    r"|yesterday|tonight|centur(?:y|ies)|ago|after|before|during|until|since|once|as soon as|when|while|never|always"
    r"|week|month|year|day|night|morning|evening|noon|midnight|annual|annually|daily|weekly|monthly"
    r"|janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre|hier|demain|siecle|apres"
    r"|avant|pendant|depuis|lorsque|jamais|semaine|mois|annee|jour"
    r"|januar|februar|marz|juni|juli|oktober|dezember|gestern|heute|morgen|jahrhundert|nach|vor|wahrend|seit|nie|woche"
    r"|monat|jahr|tag|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|ayer"
    r"|manana|siglo|despues|antes|durante|desde|cuando|nunca|semana|mes|ano|dia)s?\b|day\b"
)
"""Folded words that place something in time without a figure."""

LIFE_DATES = re.compile(r"\([^()]{0,40}\b\d{4}\b[^()]{0,40}\)")
"""How encyclopedias give them: "Ada Brunn (4 May 1880 \u2013 1951)"."""


def lacking(question: str, said: str) -> str:
    """Name the kind of answer that a question wants and a text does not give; empty where nothing lacks."""
    folded = fold(said)
    if numbers(said) - numbers(question):
        return ""
    if asks_time(question) and not TIME.search(folded):
        return "no date"
    if asks_amount(question) and not AMOUNT.search(folded):
        return "no figure"
    return ""


def lacking_in_quotations(question: str, quotes: Iterable[str]) -> str:
    """Name the kind of answer that no quotation gives; a date must stand in one that says what happened.

    A model leaves out what its question said ("It was in 1856."), a page that tells it says so.
    """
    found = list(quotes)
    happened = happening(question) if asks_time(question) else None
    if happened and not any(tells_when(question, quote, happened) for quote in found):
        return "no date"
    return lacking(question, "\n".join(found))


def tells_when(question: str, quote: str, happened: re.Pattern[str]) -> bool:
    """Tell whether a quotation dates what happened, in words or as the dates of a life behind a name."""
    is_dated = bool(numbers(quote) - numbers(question)) or TIME.search(fold(quote)) is not None
    return is_dated and (happened.search(fold(quote)) is not None or LIFE_DATES.search(quote) is not None)
