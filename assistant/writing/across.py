"""Whether pages in another language than the question can answer it.

Words do not compare there. Names do in part, numbers do, and so does the nearness of question and passage by a
multilingual encoder, where ranking measured it. Pages in the question's own language are for `sufficiency.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from types import MappingProxyType

from assistant.evidence import Passage
from assistant.language.words import fold, numbers
from assistant.writing.mentions import told
from assistant.writing.naming import CAPITALISED, Lexicon, named_things

__all__ = ["doubt_across"]

WEIGHTS = MappingProxyType({"things": -1.01, "numbers missing": 1.93, "nearest": -117.54})
OUTSET = 92.78
"""Logistic regression (ridge 1) on the fitting half of XQuAD, Spanish and German questions over English paragraphs and
English ones over Spanish (n = 1,809), each with the five nearest with its own and without those of its article; the
outset leaves 5 % false abstention there, at .72 abstention. Requiring every name as spelt had .20 and .46."""
HALF = 0.5
"""Share of the things named from which pages may answer, where nothing but names compares: .08 and .33 there."""
SAME_NAME = 0.7
"""difflib ratio of one name in two languages: Lutero and Luther have 0.83, Londres and London 0.62."""
ROMAN = re.compile(r"[ivxlc]+")
"""Of a century or a king: told by a figure elsewhere."""


def doubt_across(question: str, passages: Sequence[Passage], language: str | None) -> float:
    """Weigh how little the pages seem to answer; 0 or more is too little."""
    found = signs_across(question, passages, language)
    if "nearest" not in found:
        return HALF - found["things"]
    return OUTSET + sum(WEIGHTS[sign] * value for sign, value in found.items())


def signs_across(question: str, passages: Sequence[Passage], language: str | None) -> dict[str, float]:
    """Measure what compares between two languages."""
    texts = [told(passage) for passage in passages]
    near = [passage.nearness for passage in passages if passage.nearness is not None]
    held = frozenset[str]().union(*(numbers(text) for text in texts))
    return {
        "things": share_known(question, texts, language),
        "numbers missing": float(bool(numbers(question) - held)),
        **({"nearest": max(near)} if near else {}),
    }


def share_known(question: str, texts: Sequence[str], language: str | None) -> float:
    """Measure the share of the things a question names that pages name too, spelt a little otherwise or not."""
    things = [[name for name in thing if not ROMAN.fullmatch(name)] for thing in named_things(question, language)]
    wanted = [thing for thing in things if thing]
    lexicon = Lexicon(texts=texts, language=language)
    theirs = frozenset(fold(name) for text in texts for name in CAPITALISED.findall(text))
    known = sum(
        any(lexicon.knows(name, question) or get_close_matches(name, theirs, n=1, cutoff=SAME_NAME) for name in thing)
        for thing in wanted
    )
    return known / len(wanted) if wanted else 1.0
