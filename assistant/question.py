"""A question, and what was said before it, made a query that stands on its own: by rules, in milliseconds.

Knows when a question leans on the one before. Leaves the words of languages to `assistant/language` and choosing
sources to `assistant/searching`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.errors import QuestionInvalid
from assistant.evidence import QuestionOptions, Turn
from assistant.language.detection import detect_language
from assistant.language.words import content_stems, names
from assistant.references import language_wished, pointed_at
from retrievers import SearchQuery

__all__ = ["MAX_QUESTION_CHARACTERS", "restate"]

MAX_QUESTION_CHARACTERS = 4_000
"""About two pages: what is longer is a text to be read, not a question to be searched."""
MAX_TURNS = 5
"""How far back a chain of follow-ups is traced."""
YEAR = re.compile(r"\b(?:1\d|20)\d\d\b")
"""A sequel that names a year means that one instead."""
WORD = re.compile(r"\w+(?:[-.]\w+)*[+#]*")
LANGUAGE = re.compile(r"([a-z]{2})([-_]\w+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Leaning:
    """What tells, in one language, that a question goes on from the one before."""

    opening: re.Pattern[str]
    """Words that begin a sequel."""
    pointing: re.Pattern[str]
    """Words that stand for something said before."""
    idle: re.Pattern[str]
    """Turns of phrase whose pronoun stands for nothing."""


def leaning(opening: str, pointing: str, idle: str) -> Leaning:
    """Compile the words of one language."""
    opens, points, stands_idle = (
        re.compile(pattern, re.IGNORECASE)
        for pattern in (rf"(?:{opening})\b", rf"\b(?:{pointing})\b", rf"\b(?:{idle})\b")
    )
    return Leaning(opens, points, stands_idle)


LEANING = {
    "en": leaning(
        "and|but|so|or|then|what about|how about|why not",
        "it|its|they|them|their|theirs|these|those|he|she|him|his|her|hers|ones|the same|the former|the latter|"
        r"(?:this|that)(?=\s*(?:[^\w\s]|$|(?:is|was|does|did|will|would|can|mean|work|happen)\b))",
        "is it (?:possible|true|safe|ok|okay|better|worth|legal|necessary|common|allowed)|what time is it|"
        "(?:does|did|will|would) it take|it is (?:possible|true)",
    ),
    "fr": leaning(
        "et|mais|alors|ou|donc",
        "il|elle|ils|elles|lui|leur|cela|ça|celui-ci|celle-ci|ceux-ci|celles-ci|celui-là|celle-là",
        "(?:est|serait)-il (?:possible|vrai|nécessaire|légal)|y a-t-il|il y a|il faut|faut-il|quelle heure est-il|s'il",
    ),
    "de": leaning(
        "und|aber|oder|also|dann",
        "er|ihn|ihm|ihr|ihre|sein|seine|dies|dieser|dieses|diese|davon|dafür|damit|dazu|dort",
        "seit dieser|diese woche|dieses jahr",
    ),
    "es": leaning("y|pero|o|entonces", "él|ella|ello|ellos|ellas|eso|esto|aquello", "por eso|eso sí"),
    "it": leaning("e|ma|o|allora", "esso|essa|essi|esse|questo|quello|lui|lei|loro|ciò", "per questo"),
    "pt": leaning("e|mas|ou|então", "ele|ela|eles|elas|isso|isto|aquilo", "por isso"),
    "nl": leaning("en|maar|of|dus", "hij|zij|hem|haar|deze|dit|daarvan|daarmee|ervan", "dit jaar|deze week"),
}
"""A language that is not here is completed only when it says next to nothing."""


def restate(
    question: str, history: Sequence[Turn], options: QuestionOptions, settings_language: str | None
) -> SearchQuery:
    """Return the query for a question, completed from the one before where it leans on it.

    Raises `QuestionInvalid` for a question that cannot be asked.
    """
    asked = cleaned(question)
    check(asked)
    earlier = [cleaned(turn.question) for turn in history[-MAX_TURNS:]]
    if earlier and (wished := language_wished(asked)):
        *before, asked = earlier
        text = standalone(asked, before, language_of([asked], options) or "en")
        return SearchQuery(text=text, language=wished, freshness=options.since)
    language = language_of([asked, *reversed(earlier)], options) or settings_language or "en"
    if history and (pointed := pointed_at(asked, history[-1].answer)) and leans(asked, language):
        asked = f"{asked} ({pointed})"
    return SearchQuery(text=standalone(asked, earlier, language), language=language, freshness=options.since)


def cleaned(question: str) -> str:
    """Put a question on one line, without characters that cannot be seen."""
    visible = "".join(" " if unicodedata.category(character) == "Cc" else character for character in question)
    return " ".join(unicodedata.normalize("NFC", visible).split())


def check(asked: str) -> None:
    """Raise `QuestionInvalid` for a question without a word and for one that is too long."""
    if not WORD.search(asked):
        message = "the question is empty; type what you want to know"
        raise QuestionInvalid(message)
    if len(asked) > MAX_QUESTION_CHARACTERS:
        message = (
            f"the question has {len(asked):,} characters and at most {MAX_QUESTION_CHARACTERS:,} can be asked; "
            "shorten it, or save the text in a searched folder and ask about that"
        )
        raise QuestionInvalid(message)


def language_of(asked: Sequence[str], options: QuestionOptions) -> str | None:
    """Take the language that was chosen, else the first that is recognised in the questions, newest first."""
    if options.language:
        named = LANGUAGE.fullmatch(options.language.strip())
        if not named:
            message = f"{options.language}: no such language; use a code of two letters such as en or fr"
            raise QuestionInvalid(message)
        return named[1].lower()
    return next(filter(None, map(detect_language, asked)), None)


def standalone(asked: str, earlier: Sequence[str], language: str) -> str:
    """Complete a question that leans on the one before it, which may lean on another in turn."""
    if not earlier or not leans(asked, language):
        return asked
    return completed(asked, standalone(earlier[-1], earlier[:-1], language), language)


def leans(asked: str, language: str) -> bool:
    """Tell whether a question means something said before: it begins like a sequel, points back, or says too little."""
    if not names(asked) and len(content_stems(asked, language)) <= 1:
        return True
    marks = LEANING.get(language)
    return bool(marks and (marks.opening.match(asked) or marks.pointing.search(marks.idle.sub(" ", asked))))


def completed(asked: str, earlier: str, language: str) -> str:
    """Add the words of content of the question before that this one does not have."""
    said = set(content_stems(asked, language))
    if YEAR.search(asked):
        earlier = YEAR.sub(" ", earlier)
    words = (word for word in WORD.findall(earlier) if is_new(word, said, detect_language(earlier) or language))
    missing = " ".join(dict.fromkeys(words))
    return f"{asked} ({missing})" if missing else asked


def is_new(word: str, said: set[str], language: str) -> bool:
    """Tell whether a word says something that was not said yet."""
    stems = content_stems(word, language)
    return bool(stems) and not said.issuperset(stems)
