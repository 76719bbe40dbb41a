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
from assistant.language.detection import detect_language
from assistant.language.words import fold, stems, words
from assistant.writing.covering import asked_stems, signs, weighty_stems, years
from assistant.writing.naming import Lexicon, required_names

__all__ = ["Sufficiency", "asked_stems", "judge"]

MIN_COVERAGE = 1 / 3
"""Share of the question's words below which the best passage is about something else (judgement); chooses the wording
of a reason only."""
NAMED = 3
"""Missing words that a reason names."""
WEIGHTS = MappingProxyType(
    {
        "together": 0.77, "passage": -1.85, "window": -0.79, "focus": -0.57, "subject": -0.80, "whole": -0.52,
        "yes or no": -1.05, "reason": -1.13, "named": 0.36, "names unknown": 1.02, "names in one": -0.17,
        "figure": -0.34, "no figure": 1.27, "numbers missing": 1.06, "year missing": 1.36, "now": 0.63,
        "now, age": 2.70, "now, undated": 0.09,
    }
)  # fmt: skip
OUTSET = 0.36
TOO_LITTLE = -0.30
"""Logistic regression (ridge 10) on the half of fitz-gov that `is_fitted_on` names (n = 736, 170 of them to abstain);
the threshold leaves 9.5 % false abstention there, cross-validated. On the other half (n = 716) `judge` abstains on 70
of 152, falsely on 57 of 564; falsely on 7 of 240 of RAMDocs and on 1 of 30 of RealtimeQA. More is not to be had from
words: the set calls "What is MIT's acceptance rate?" answerable from pages that do not give it, and "What is the
boiling point of mercury?" not."""
NEARNESS_WEIGHTS = MappingProxyType(
    {
        "together": 1.16, "passage": -1.03, "window": -0.05, "focus": -0.34, "subject": -0.74, "whole": -0.84,
        "yes or no": -1.15, "reason": -0.94, "named": 0.60, "names unknown": 0.96, "names in one": 0.23,
        "figure": -0.35, "no figure": 1.32, "numbers missing": 1.04, "year missing": 1.23, "now": 0.61,
        "now, age": 3.00, "now, undated": 0.54, "nearest": -12.8, "near": -13.0,
    }
)  # fmt: skip
NEARNESS_OUTSET = 21.0
NEARNESS_TOO_LITTLE = -0.32
"""The same with the cosines of question and passages by multilingual-e5-small, the largest and the mean. On the other
half: abstains on 82 of 152, falsely on 53 of 564."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sufficiency:
    """Whether to ask the model, and if not, why not."""

    enough: bool
    reason: str = ""


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
    texts = [written(passage) for passage in passages]
    unknown = unknown_name(question, texts, language)
    if is_foreign(texts, language):
        return Sufficiency(enough=not unknown, reason=unknown)
    found = signs(question, texts, language, (asked_at or datetime.now(UTC)).year)
    near = [passage.nearness for passage in passages if passage.nearness is not None]
    if not found["together"] or lacks(found, near):
        return Sufficiency(enough=False, reason=unknown or missing(question, texts, language, found))
    return Sufficiency(enough=True)


def written(passage: Passage) -> str:
    """Put a passage under its title, with the year of its page."""
    dated = f" ({passage.published.year})" if passage.published else ""
    return f"{passage.title}{dated}\n{passage.text}"


def lacks(found: Mapping[str, float], nearness: Sequence[float]) -> bool:
    """Weigh the signs."""
    if not nearness:
        return OUTSET + sum(WEIGHTS[sign] * value for sign, value in found.items()) > TOO_LITTLE
    near = {"nearest": max(nearness), "near": sum(nearness) / len(nearness)}
    weighed = sum(NEARNESS_WEIGHTS[sign] * value for sign, value in {**found, **near}.items())
    return NEARNESS_OUTSET + weighed > NEARNESS_TOO_LITTLE


def unknown_name(question: str, texts: Sequence[str], language: str | None) -> str:
    """Say which name of the question no text knows; empty if there is none."""
    lexicon = Lexicon(texts=texts, language=language)
    names = (name for name in required_names(question, language) if not lexicon.knows(name, question))
    name = next(names, None)
    return f"no page that was read says anything about “{as_written(name, question)}”" if name else ""


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


def is_foreign(texts: Sequence[str], language: str | None) -> bool:
    """Tell whether no text is in the question's language: then its words need not be there."""
    spoken = {detect_language(text) for text in texts}
    return language is not None and None not in spoken and language not in spoken


def as_written(name: str, question: str) -> str:
    """Give a folded name back as the user wrote it."""
    tokens = (token.strip("?!.,;:«»\"'()[]“”") for token in question.split())
    return next((token for token in tokens if name in words(token) or fold(token) == name), name)
