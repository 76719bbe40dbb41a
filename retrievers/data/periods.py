"""The time that a question is about: "since March 2024", "les 30 derniers jours", "tomorrow".

Knows English and French. Gives days; leaves hours, and what a source can say about a day, to the sources.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

__all__ = ["MOST_CHARACTERS", "Period", "period", "timeless"]

MOST_CHARACTERS = 300
"""The longest text that is read as a question about figures: twice the length of any that we thought of. The rules
below take 4 ms at most for it, and minutes for a text of 20,000 characters that is made to be slow."""

NAMES = (
    "january jan janvier",
    "february feb février fevrier",
    "march mar mars",
    "april apr avril",
    "may mai",
    "june jun juin",
    "july jul juillet",
    "august aug août aout",
    "september sep sept septembre",
    "october oct octobre",
    "november nov novembre",
    "december dec décembre decembre",
)
MONTHS = {name: number for number, names in enumerate(NAMES, start=1) for name in names.split()}
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
YEAR = r"(?:19|20)\d\d"
DATE = (
    rf"(?:\d{{4}}-\d\d-\d\d|(?:\d{{1,2}}(?:st|nd|rd|th|er)?\s+(?:of\s+)?)?(?:{MONTH})\b\.?"
    rf"(?:\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?!\d))?(?:,?\s+{YEAR}\b)?|{YEAR}\b)"
)
NUMBERS = "one un une|two deux|three trois|four quatre|five cinq|six|seven sept|eight huit|nine neuf|ten dix"
COUNTS = {word: count for count, words in enumerate(NUMBERS.split("|"), start=1) for word in words.split()}
COUNT = rf"(?:\d{{1,3}}|{'|'.join(COUNTS)})"
LENGTHS = {
    "hour": 1, "heure": 1, "day": 1, "jour": 1, "week": 7, "semaine": 7, "month": 30, "mois": 30, "quarter": 91,
    "trimestre": 91, "year": 365, "an": 365, "année": 365, "annee": 365, "decade": 3652, "décennie": 3652,
}  # fmt: skip
UNIT = rf"(?:{'|'.join(sorted(LENGTHS, key=len, reverse=True))})s?\b"
RANGE = re.compile(
    rf"\b(?:from|between|entre|de|du)\s+({DATE})\s+(?:to|and|until|till|et|à|au|jusqu'en)\s+({DATE})", re.IGNORECASE
)
SINCE = re.compile(rf"\b(?:since|depuis|à partir de|as of)\s+(?:le\s+|the\s+)?({DATE})", re.IGNORECASE)
AGO = re.compile(rf"\b(?:({COUNT}|an?)\s+({UNIT})\s+ago\b|il y a\s+({COUNT})\s+({UNIT}))", re.IGNORECASE)
LAST = re.compile(
    rf"\b(?:(?:over\s+|in\s+|during\s+)?(?:the\s+)?(?:last|past|previous)\s+({COUNT})?\s*({UNIT})"
    rf"|(?:depuis\s+|pendant\s+|ces\s+|les\s+|au cours des\s+)*({COUNT})\s+derni[eè]re?s\s+({UNIT})"
    rf"|(?:ces\s+|les\s+|des\s+)derni[eè]re?s\s+({UNIT})"
    rf"|(?:la\s+|le\s+|l')?({UNIT})\s+(?:derni[eè]re?|pass[ée]e?)\b)",
    re.IGNORECASE,
)
THIS = re.compile(r"\b(?:this|cette|ce|cet)\s+(week|month|year|semaine|mois|année|annee)\b(?!-end)", re.IGNORECASE)
ON = re.compile(rf"\b(?:(in|on|en|le|of|during|for|pour|de|du|au|year|année)\s+)?({DATE})", re.IGNORECASE)
BEFORE_A_YEAR = frozenset({"in", "en", "during", "year", "année"})
"""Words after which a number is a year: after any other, and after none, it may be an amount ("for 2000 euros")."""
NAMED_DAYS = {"yesterday": -1, "hier": -1, "today": 0, "aujourd'hui": 0, "tomorrow": 1, "demain": 1}
NAMED = re.compile(rf"(?<!\w)(?<!après-)({'|'.join(NAMED_DAYS)})\b", re.IGNORECASE)
WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
OTHER_TIMES = re.compile(
    r"(?<!\w)(?:(?:right\s+)?now|currently|at the moment|tonight|(?:this\s+|next\s+)?week-?end|recently|latest"
    r"|(?:the\s+)?day after tomorrow|(?:later\s+)?this\s+(?:morning|afternoon|evening|night)|morning|afternoon|evening"
    rf"|(?:on\s+|this\s+|next\s+)?(?:{WEEKDAY})s?(?:\s+prochaine?)?|next\s+{UNIT}"
    rf"|(?:in\s+|over\s+|for\s+)?(?:the\s+)?(?:next|coming|following)\s+(?:{COUNT}\s+)?{UNIT}"
    r"|actuellement|maintenant|en ce moment|après-demain|apres-demain|(?:ce\s+)?(?:soir|matin)|cette nuit"
    r"|(?:cet\s+)?après-midi|ce week-?end|(?:la\s+|le\s+)?(?:semaine|mois)\s+prochaine?|r[ée]cemment"
    rf"|(?:dans\s+|pour\s+|pendant\s+)?(?:les\s+)?(?:{COUNT}\s+)?prochaine?s\s+{UNIT})(?!\w)",
    re.IGNORECASE,
)
SEVERAL = {"day": 7, "jour": 7}
"""How many "the last days" are; of any longer time it is three."""
AMBIGUOUS = frozenset({"may", "mar", "march", "mars", "dec", "sept"})
"""Months that are words of another meaning, unless "in", a day or a year stands beside them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """Name the first and the last day of a time."""

    first: date
    last: date


def period(text: str, today: date) -> Period | None:
    """Read the time that a question names, None where it names none; `today` is what "yesterday" is told from."""
    text = text[:MOST_CHARACTERS].replace("\u2019", "'")
    if (found := RANGE.search(text)) and (first := dated(found[1], today)) and (last := dated(found[2], today)):
        return Period(first=first.first, last=max(first.first, last.last))
    if (found := SINCE.search(text)) and (first := dated(found[1], today)):
        return Period(first=first.first, last=max(first.first, today))
    return relative(text, today) or named_date(text, today)


def relative(text: str, today: date) -> Period | None:
    """Read "3 days ago", "last week", "this year", "yesterday"."""
    if found := AGO.search(text):
        moment = today - length(found[1] or found[3], found[2] or found[4])
        return Period(first=moment, last=moment)
    if found := LAST.search(text):
        unit = found[2] or found[4] or found[5] or found[6]
        return Period(first=today - length(found[1] or found[3], unit), last=today)
    if found := THIS.search(text):
        days = {"w": today.weekday(), "s": today.weekday(), "m": today.day - 1}
        since = days.get(found[1][0].lower(), today.timetuple().tm_yday - 1)
        return Period(first=today - timedelta(days=since), last=today)
    if found := NAMED.search(text):
        moment = today + timedelta(days=NAMED_DAYS[found[1].lower()])
        return Period(first=moment, last=moment)
    return None


def named_date(text: str, today: date) -> Period | None:
    """Read "March 2024", "le 3 mars 2024", "in 2023"."""
    for found in ON.finditer(text):
        follows_in = (found[1] or "").lower() in BEFORE_A_YEAR
        if re.fullmatch(YEAR, found[2]) or found[2].lower() in AMBIGUOUS:
            if follows_in:
                return dated(found[2], today)
        elif moment := dated(found[2], today):
            return moment
    return None


def length(count: str | None, unit: str) -> timedelta:
    """Read how long "3 weeks" are; without a number one, or several where the word says so."""
    word = unit.lower() if unit.lower() in LENGTHS else unit.lower().removesuffix("s")
    times = 1 if word == unit.lower() else SEVERAL.get(word, 3)
    if count:
        times = int(count) if count.isdecimal() else COUNTS.get(count.lower(), 1)
    return timedelta(days=times * LENGTHS[word])


def dated(text: str, today: date) -> Period | None:
    """Read one date, month or year; a month without a year is the latest of its name."""
    text = text.strip(" .,")
    with suppress(ValueError):
        moment = date.fromisoformat(text)
        return Period(first=moment, last=moment)
    year = next(iter(re.findall(rf"\b({YEAR})\b", text)), None)
    name = next(iter(re.findall(rf"\b({MONTH})\b", text, re.IGNORECASE)), None)
    number = next(iter(re.findall(r"(?<!\d)(\d{1,2})(?!\d)", text)), None)
    if name is None:
        return Period(first=date(int(year), 1, 1), last=date(int(year), 12, 31)) if year else None
    month = MONTHS[name.lower()]
    whole = int(year) if year else today.year - (month > today.month)
    with suppress(ValueError):
        first = date(whole, month, int(number or 1))
        after = date(whole + month // 12, month % 12 + 1, 1)
        return Period(first=first, last=first if number else after - timedelta(days=1))
    return None


def timeless(text: str) -> str:
    """Take every time out of a question, so that what is left is about places and things."""
    text = text[:MOST_CHARACTERS].replace("\u2019", "'")
    for pattern in (RANGE, SINCE, AGO, LAST, OTHER_TIMES, THIS, NAMED):
        text = pattern.sub(" ", text)
    text = ON.sub(lambda found: " " if named_date(found[0], date(2000, 1, 1)) else found[0], text)
    return " ".join(text.split())
