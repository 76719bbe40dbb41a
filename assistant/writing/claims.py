"""What a sentence claims: the words, numbers, dates and names that a source must hold, and who is spoken of.

Knows one sentence and the question it answers. Leaves finding all that in a source to `attribution.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.language.words import stems, words
from assistant.writing.days import Day, days, without_days
from assistant.writing.directions import strong_words
from assistant.writing.holdings import content, counts
from assistant.writing.measures import Measure, is_stated, measures
from assistant.writing.naming import particular_names
from assistant.writing.polarity import Clause, clauses
from assistant.writing.subjects import Subject, subject_of

__all__ = ["Claim", "claim_of", "parts_of"]

JOINTS = re.compile(r"[,;:]|\s\u2013\s|\b(?:and|et|und|y|e|while|whereas|tandis que|während|mientras)\b", re.IGNORECASE)
"""Where a sentence falls into parts that may each have a source of its own."""
FEWEST_STEMS = 2
"""Content words of a part that says anything by itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """What of a sentence must be found in a source; `said` is all of it, the rest is what the question did not say."""

    text: str
    said: frozenset[str]
    new: frozenset[str]
    measures: tuple[Measure, ...]
    days: frozenset[Day]
    counts: frozenset[tuple[str, str]]
    """Numbers with what they count."""
    names: frozenset[str]
    asked: frozenset[str]
    """Numbers and names that it took over from the question."""
    strong: frozenset[str]
    clauses: tuple[Clause, ...]
    subject: Subject | None
    language: str | None


def claim_of(sentence: str, question: str, language: str | None) -> Claim:
    """Take apart what a sentence claims beyond the question; one that only repeats it must be found whole."""
    asked = content(question, language)
    said = content(sentence, language)
    in_question = frozenset(words(question)) | frozenset(stems(question, language))
    told = particular_names(without_days(sentence), language)
    new_names = frozenset(name for name in told if in_question.isdisjoint([name, *stems(name, language)]))
    asked_measures = measures(question, language)
    claimed = measures(sentence, language)
    new_measures = tuple(one for one in claimed if not any(is_stated(one, other) for other in asked_measures))
    repeated = {value for one in claimed if one not in new_measures for value in one.raw}
    return Claim(
        text=sentence,
        said=said,
        new=(said - asked) or said,
        measures=new_measures,
        days=days(sentence) - days(question),
        counts=counts(sentence, language),
        names=new_names,
        asked=frozenset(repeated) | frozenset(told) - new_names,
        strong=strong_words(words(sentence)) - in_question,
        clauses=clauses(sentence, language),
        subject=subject_of(sentence, language),
        language=language,
    )


def parts_of(claim: Claim) -> list[frozenset[str]]:
    """List what each part of a sentence says, parts too short to say anything left out."""
    parts = (content(part, claim.language) for part in JOINTS.split(claim.text))
    return [part for part in parts if len(part) >= FEWEST_STEMS]
