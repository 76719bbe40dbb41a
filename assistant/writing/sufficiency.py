"""Whether the passages can answer the question at all: asked before the model is, without a model.

Weighs the signs that `covering.py` measures. Beyond that it rather lets a question pass, since `attribution.py` judges
what the model makes of it and `answering.py` whether that is what was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from assistant.evidence import Passage
from assistant.language.words import fold, stems, words
from assistant.writing.across import doubt_across
from assistant.writing.covering import asked_stems, signs, weighty_stems, years
from assistant.writing.mentions import is_abroad, naming_code, unmentioned
from assistant.writing.naming import Lexicon, required_names

__all__ = ["Sufficiency", "asked_stems", "judge"]

MIN_COVERAGE = 1 / 3
"""Share of the question's words below which the best passage is about something else (judgement); chooses the wording
of a reason only."""
NAMED = 3
"""Missing words that a reason names."""
WEIGHTS = MappingProxyType(
    {
        "together": 0.57, "passage": -1.36, "window": -1.11, "focus": -0.55, "subject": -1.08, "whole": -0.69,
        "yes or no": -0.98, "reason": -1.08, "named": 0.21, "names unknown": 1.00, "names in one": -0.24,
        "figure": -0.38, "no figure": 1.38, "numbers missing": 1.17, "year missing": 1.50, "now": 0.79,
        "now, age": 2.45, "now, undated": 0.10,
    }
)  # fmt: skip
OUTSET = 0.50
TOO_LITTLE = -0.20
"""Logistic regression (ridge 10) on the halves of fitz-gov and RAMDocs that `is_fitted_on` names, on the evidence that
a turn selects (n = 875, 170 of them to abstain); the threshold leaves 9.5 % false abstention there on what fitz-gov
calls trustworthy, cross-validated. On the other half of fitz-gov it abstains on 59 of 152, falsely on 39 of 384;
falsely on 2 of 101 of RAMDocs and on 1 of 16 of RealtimeQA. More is not to be had from words: the set calls "What is
MIT's acceptance rate?" answerable from pages that do not give it, and "What is the boiling point of mercury?" not."""
NEARNESS_WEIGHTS = MappingProxyType(
    {
        "together": 1.04, "passage": -0.93, "window": -0.54, "focus": -0.36, "subject": -1.03, "whole": -0.97,
        "yes or no": -1.01, "reason": -0.89, "named": 0.42, "names unknown": 0.94, "names in one": 0.13,
        "figure": -0.39, "no figure": 1.42, "numbers missing": 1.15, "year missing": 1.41, "now": 0.75,
        "now, age": 2.63, "now, undated": 0.32, "nearest": -23.97, "near": 4.80,
    }
)  # fmt: skip
NEARNESS_OUTSET = 15.89
NEARNESS_TOO_LITTLE = -0.17
"""The same with the cosines of question and passages by multilingual-e5-small, the largest and the mean. On the other
half: abstains on 63 of 152, falsely on 35 of 384 (AUROC .79, by words .77), on 2 of 101 of RAMDocs and 1 of 16 of
RealtimeQA. At .05 .10 .15 .20 .30 .40 false it would abstain on .26 .44 .53 .61 .73 .82. Tried there without gain: an
answer of the wanted kind beside the question's words, cosines of single sentences, boosted stumps for the logistic."""

SURE = -1.8
"""Doubt below which a model that wrote nothing carried is no reason to say no: on the halves that constants are fitted
on .11 of what fitz-gov wants abstained from lie below it (n = 170), .73 of what it calls confident or qualified (220)
and .81 of RAMDocs (139); by words alone .09, .66 and .76."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sufficiency:
    """Whether to ask the model, and if not, why not."""

    enough: bool
    reason: str = ""
    is_sure: bool = False
    """Whether the pages hold an answer so surely that they are quoted where a model makes nothing of them."""


def judge(
    question: str,
    passages: Sequence[Passage],
    language: str | None,
    *,
    asked_at: datetime | None = None,
) -> Sufficiency:
    """Decide whether the passages can answer, by their nearness too where ranking compared meanings.

    The reason names what is missing.
    """
    if not passages:
        return Sufficiency(enough=False, reason="no page could be found and read for this question")
    if name := unmentioned(question, passages, language):
        return Sufficiency(enough=False, reason=nothing_about(name, question))
    speaking = naming_code(question, passages, language)
    abroad = [passage for passage in speaking if is_abroad(passage, language)]
    if len(abroad) == len(speaking):
        return judge_across(question, abroad, language)
    at_home = judge_at_home(question, speaking, language, asked_at or datetime.now(UTC))
    if at_home.enough or all(passage.nearness is None for passage in abroad):
        return at_home
    return at_home if doubt_across(question, abroad, language) >= 0 else Sufficiency(enough=True)


def judge_at_home(question: str, passages: Sequence[Passage], language: str | None, asked_at: datetime) -> Sufficiency:
    """Decide by the words of the question."""
    texts = [written(passage) for passage in passages]
    found = signs(question, texts, language, asked_at.year)
    near = [passage.nearness for passage in passages if passage.nearness is not None]
    doubted = doubt(found, near)
    if not found["together"] or doubted > 0:
        unknown = unknown_name(question, texts, language)
        return Sufficiency(enough=False, reason=unknown or missing(question, texts, language, found))
    return Sufficiency(enough=True, is_sure=doubted < SURE)


def judge_across(question: str, passages: Sequence[Passage], language: str | None) -> Sufficiency:
    """Decide by what compares with pages in another language."""
    if doubt_across(question, passages, language) < 0:
        return Sufficiency(enough=True)
    unknown = unknown_name(question, [written(passage) for passage in passages], language)
    return Sufficiency(enough=False, reason=unknown or "the pages that were read do not deal with this question")


def written(passage: Passage) -> str:
    """Put a passage under its title, with the year of its page."""
    dated = f" ({passage.published.year})" if passage.published else ""
    return f"{passage.title}{dated}\n{passage.text}"


def doubt(found: Mapping[str, float], nearness: Sequence[float]) -> float:
    """Weigh the signs; more than 0 is too little to answer from."""
    if not nearness:
        return OUTSET + sum(WEIGHTS[sign] * value for sign, value in found.items()) - TOO_LITTLE
    near = {"nearest": max(nearness), "near": sum(nearness) / len(nearness)}
    weighed = sum(NEARNESS_WEIGHTS[sign] * value for sign, value in {**found, **near}.items())
    return NEARNESS_OUTSET + weighed - NEARNESS_TOO_LITTLE


def unknown_name(question: str, texts: Sequence[str], language: str | None) -> str:
    """Say which name of the question no text knows; empty if there is none."""
    lexicon = Lexicon(texts=texts, language=language)
    names = (name for name in required_names(question, language) if not lexicon.knows(name, question))
    name = next(names, None)
    return nothing_about(name, question) if name else ""


def nothing_about(name: str, question: str) -> str:
    """Say that no page speaks of a folded name."""
    return f"no page that was read says anything about “{as_written(name, question)}”"


def missing(question: str, texts: Sequence[str], language: str | None, found: Mapping[str, float]) -> str:
    """Say what of a question the pages do not tell."""
    told = years("\n".join(texts))
    if found["year missing"]:
        return f"no page that was read speaks of {', '.join(sorted(years(question)))}"
    if found["now, age"]:
        return f"the newest page that was read speaks of {max(told)}, and the question is about now"
    if found["no figure"]:
        return "the pages that were read do not give the figure that was asked for"
    if found["passage"] < MIN_COVERAGE:
        return "the pages that were read do not deal with this question"
    held = frozenset[str]().union(*(weighty_stems(text, language) for text in texts))
    lacking = weighty_stems(question, language) - held
    said = [word.strip("?!.,;:") for word in question.split() if lacking.intersection(stems(word, language))]
    named = ", ".join(f"“{word}”" for word in said[:NAMED])
    return f"the pages that were read say nothing about {named}" if named else "the pages do not tell what was asked"


def as_written(name: str, question: str) -> str:
    """Give a folded name back as the user wrote it."""
    tokens = (token.strip("?!.,;:«»\"'()[]“”") for token in question.split())
    return next((token for token in tokens if name in words(token) or fold(token) == name), name)
