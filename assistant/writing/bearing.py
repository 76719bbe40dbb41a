"""Which sentences bear the answer to a question: the signs of it and their weight.

Knows the question's words and the kind of answer it wants: an amount, a time, a person, a place, a reason. Leaves
cutting quotations to `quoting.py`. Whether the passages can answer at all is judged by `sufficiency.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from assistant.language.stop_words import stop_words
from assistant.language.words import content_stems, fold, numbers, stems, words
from assistant.writing.answering import AMOUNT, LIFE_DATES, TIME
from assistant.writing.covering import asked_stems
from assistant.writing.occurrences import happening
from assistant.writing.quantities import asks_amount, asks_time
from assistant.writing.wanting import asks_definition, asks_measure, asks_person, asks_place, asks_reason

__all__ = ["Asked", "Said", "asked_of", "is_closed", "signs", "tells_kind", "worth"]

WEIGHTS = MappingProxyType(
    {
        "held": 4.0, "rare": 3.6, "before": 0.7, "in a row": 0.7, "amount": 0.9, "amount in words": 0.25,
        "counted": 1.0, "year": 2.1, "month": 0.5, "time in words": 0.25, "person": 0.95, "place": 0.8,
        "name of a place": 0.8, "reason": 0.25, "defines": 1.5, "life": 1.5, "happened": 0.9, "fragment": -0.85,
        "first": 0.25, "asks": -3.0,
    }
)  # fmt: skip
"""Of the sentences of the gold passage, and pairs of them, which holds the answer: a multinomial model fitted on the
halves that `is_fitted_on` names of XQuAD (English, Spanish, German), FQuAD, HotpotQA and the passages of RAMDocs.
"defines", "life" and "asks" are judgements. On the other halves the quotation holds the answer, by words alone and so
weighed: XQuAD .85 .85 .82, .89 .88 .85 (n = 587 587 586); FQuAD .81 .86 (193); HotpotQA .80 .86 (51); RAMDocs .71 .81
(379)."""
OF_A_KIND = frozenset({"amount", "time", "person", "place"})
ANSWERING = ("amount", "amount in words", "counted", "year", "person", "place", "name of a place")
"""Signs that what is told is of the kind that is wanted."""
FEWEST_WORDS = 5
"""A heading or a fragment says too little by itself."""
FEWEST_WORDS_OPEN = 7
"""The same of words of content without a stop at the end."""
NEAR_COUNT = 4
"""Words after a number among which stands what it counts."""
YEAR = re.compile(r"\b(?:1\d{3}|20\d\d)\b")
MONTH = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|janvier|fev|avr|mai|juin|juil|aout|okt|dez|ene|abr|ago|dic)"
    r"\w*\b"
)
NUMBER = re.compile(
    r"\d[\d.,]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|deux|trois|quatre|cinq|sept|huit"
    r"|neuf|dix|zwei|drei|vier|funf|sechs|sieben|acht|neun|zehn|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez)\b"
)
COUNTED = re.compile(
    r"\b(?:how many|how much|combien d[e']|wie ?viele?|cuant[oa]s?|what (?:percentage|number|share) of)\s+(.{0,40})"
)
REASON = re.compile(
    r"\b(?:because|since|due to|so that|as a result|in order to|thanks to|owing to|caused|reason"
    r"|parce qu\w*|car|afin|en raison|grace a|puisqu\w*|weil|da|denn|wegen|aufgrund|um|porque|debido|ya que|para)\b"
)
PLACE = re.compile(
    r"\b(?:in|at|from|to|near|of|a|au|en|dans|de|bei|aus|nach|von|zu) (?:the |la |le |el |der |dem )?[A-ZÀ-Þ]\w+"
)
DEFINES = re.compile(
    r"\b(?:is|are|was|were|means|refers to|est|sont|designe|etait|ist|sind|war|bezeichnet|es|son|era)"
    r" (?:an?|the|one|any|un|une|des|le|la|l'|ein|eine|der|die|das|unos?|una|el)(?:\b|(?<='))"
)
FARTHEST_DEFINED = 120
"""Characters before "is a": the subject, its short form in brackets, a relative clause."""
LIFE = re.compile(
    r"\b(?:born|birth|die[ds]?|death|ne|nee|naissance|mort|mourut|geboren|geburt|gestorben|tod|nacio|murio)\b"
)
CAPITALISED = re.compile(r"\b[A-ZÀ-Þ][\w'’-]+")  # noqa: RUF001 - the apostrophe of print is meant


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What a question asks, taken apart once."""

    stems: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    words: frozenset[str]
    numbers: frozenset[str]
    counted: frozenset[str]
    wants: frozenset[str]
    language: str | None
    happened: re.Pattern[str] | None = None
    """Words for what the question says happened, where it asks when."""

    @property
    def wants_kind(self) -> bool:
        """Whether an answer is known by its kind: an amount, a time, a person or a place."""
        return not self.wants.isdisjoint(OF_A_KIND)


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A run of sentences of a passage, and the stems of the sentence before it."""

    text: str
    stems: tuple[str, ...]
    before: frozenset[str] = frozenset()
    is_first: bool = False


def asked_of(question: str, language: str | None) -> Asked:
    """Take a question apart."""
    found = content_stems(question, language)
    counted = COUNTED.search(fold(question))
    kinds = {
        "amount": asks_amount(question) or asks_measure(question),
        "time": asks_time(question),
        "person": asks_person(question),
        "place": asks_place(question),
        "reason": asks_reason(question),
        "definition": asks_definition(question),
        "life": LIFE.search(fold(question)) is not None,
    }
    return Asked(
        stems=asked_stems(question, language) or frozenset(found),
        pairs=frozenset(pairwise(found)),
        words=frozenset(words(question)),
        numbers=numbers(question),
        counted=frozenset(content_stems(counted.group(1), language)[:2]) if counted else frozenset(),
        wants=frozenset(kind for kind, is_wanted in kinds.items() if is_wanted),
        language=language,
        happened=happening(question) if kinds["time"] else None,
    )


def worth(asked: Asked, said: Said, rarity: dict[str, float]) -> float:
    """Weigh how surely a run of sentences bears the answer; `rarity` tells how rare the asked stems are around it."""
    return sum(WEIGHTS[sign] * value for sign, value in signs(asked, said, rarity).items() if value)


def signs(asked: Asked, said: Said, rarity: dict[str, float]) -> dict[str, float]:
    """Measure each sign, most from 0 to 1."""
    held = frozenset(said.stems)
    found = asked.stems & held
    whole = max(1, len(asked.stems))
    return {
        "held": len(found) / whole,
        "rare": sum(rarity[stem] for stem in found) / (sum(rarity.values()) or 1),
        "before": len(asked.stems & (said.before - held)) / whole,
        "in a row": len(asked.pairs & frozenset(pairwise(said.stems))) / max(1, len(asked.pairs)),
        "fragment": float(is_fragment(said.text, held)),
        "first": float(said.is_first),
        "asks": float(said.text.endswith("?")),
        "defines": float("definition" in asked.wants and defines(asked, said.text)),
        **signs_of_figures(asked, said.text),
        **signs_of_names(asked, said.text),
        "reason": float("reason" in asked.wants and REASON.search(fold(said.text)) is not None),
    }


def is_fragment(text: str, held: frozenset[str]) -> bool:
    """Tell a heading or a scrap from a sentence."""
    told = sum(not stem.isdecimal() for stem in held)  # "10.3.2. Virtual networks" is numbered
    return told < (FEWEST_WORDS if is_closed(text) else FEWEST_WORDS_OPEN)


def is_closed(text: str) -> bool:
    """Tell whether a text ends as sentences do."""
    return text.rstrip().endswith((".", "!", "?", "…", ":", '"', "”", ")", "»", "。"))


def signs_of_figures(asked: Asked, text: str) -> dict[str, float]:
    """Measure whether an amount or a time that is wanted is told."""
    if not asked.wants & {"amount", "time"}:
        return {}
    folded, is_told = fold(text), bool(numbers(text) - asked.numbers)
    amount, time = "amount" in asked.wants, "time" in asked.wants
    return {
        "amount": float(amount and is_told),
        "amount in words": float(amount and not is_told and AMOUNT.search(folded) is not None),
        "counted": float(counts(folded, asked)),
        "year": float(time and is_told and YEAR.search(text) is not None),
        "month": float(time and MONTH.search(folded) is not None),
        "life": float(time and "life" in asked.wants and LIFE_DATES.search(text) is not None),
        "time in words": float(time and TIME.search(folded) is not None),
        "happened": float(is_told and asked.happened is not None and asked.happened.search(folded) is not None),
    }


def defines(asked: Asked, text: str) -> bool:
    """Tell whether a sentence opens with all that is asked about and goes on to say what it is."""
    found = DEFINES.search(fold(text))
    if not found or found.start() > FARTHEST_DEFINED:
        return False
    return asked.stems <= frozenset(content_stems(text[: found.start()], asked.language))


def tells_kind(asked: Asked, text: str) -> bool:
    """Tell whether a text gives an amount, a time, a person or a place where one is wanted."""
    found = {**signs_of_figures(asked, text), **signs_of_names(asked, text)}
    return any(found.get(sign) for sign in ANSWERING)


def counts(folded: str, asked: Asked) -> bool:
    """Tell whether a number is followed by what the question wants counted."""
    return bool(asked.counted) and any(
        asked.counted.intersection(stems(" ".join(folded[found.end() :].split()[:NEAR_COUNT]), asked.language))
        for found in NUMBER.finditer(folded)
    )


def signs_of_names(asked: Asked, text: str) -> dict[str, float]:
    """Measure whether a name that the question lacks is told where a person or a place is wanted."""
    if not asked.wants & {"person", "place"}:
        return {}
    is_named = any(new_names(asked, text))
    return {
        "person": float("person" in asked.wants and is_named),
        "place": float("place" in asked.wants and PLACE.search(text) is not None),
        "name of a place": float("place" in asked.wants and is_named),
    }


def new_names(asked: Asked, text: str) -> Sequence[str]:
    """List, folded, the capitalised words that the question does not say."""
    ignored = stop_words(asked.language)
    found = (fold(match.group()) for match in CAPITALISED.finditer(text))
    return [name for name in found if name not in asked.words and name not in ignored]
