"""Which quotations are shown, and in which order: the answer where no model writes one.

Knows how well each meets the question and what its passage is worth. Leaves where to cut a quotation to `quoting.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from assistant.evidence import Citation, Passage
from assistant.language.detection import detect_language
from assistant.language.similarity import is_near_duplicate
from assistant.language.words import content_stems
from assistant.writing.bearing import Asked, Said, asked_of, signs, tells_kind
from assistant.writing.mentions import mentioning
from assistant.writing.wanting import asks_now

__all__ = ["nearest"]

OTHERWISE = 0.6
"""What it costs to tell nothing of the kind that is wanted, in shares of the question's words; with `NEAR` and
`FRAGMENT` from a logistic model of whether a quotation holds a right answer, on the half of RAMDocs that constants are
fitted on (695 quotations): AUROC .79 there and .75 on the other half; words alone .74 and .71."""
NEAR = 3.7
"""What nearness adds, above that of any two texts in multilingual-e5."""
USUAL_NEARNESS = 0.85
FRAGMENT = 1.0
ABROAD = 0.5
"""Share of the question's words that a quotation in another language is taken to hold (judgement): the few that two
languages share, "git" and "branch", say nothing of the others; nearness and ranking decide."""
RANKED = 0.13
"""What the ranking's score adds, the best being 1."""
NEW = 0.4
"""What it adds to be the newest where the answer changes with time; on the half of RealtimeQA that constants are fitted
on (n = 14), right with 0, .2 to .6 and .8: 11, 12, 11."""
HALF_LIFE = timedelta(days=30)
BEHIND = 0.8
"""How far behind the best a quotation may be: of .3 to .8 and no bound, every right answer and no wrong one in .27 .35
.37 .37 .41 .42 of that half, of 2.2 2.6 2.8 3.0 3.3 4.2 quotations."""


def nearest(
    question: str, quotes: Iterable[Citation], evidence: Mapping[int, Passage], language: str | None, count: int
) -> tuple[Citation, ...]:
    """Give the quotations that meet a question best, no two of them copies and none far behind.

    Where pages speak of what the question names, the others are not quoted.
    """
    chosen: list[Citation] = []
    given = list(quotes)
    speaking = mentioning(question, {quote.number: evidence[quote.number] for quote in given}, language)
    ordered = in_order(question, [quote for quote in given if quote.number in speaking], evidence, language)
    for worth, quote in ordered:
        if len(chosen) == count or worth < ordered[0][0] - BEHIND:
            break
        if not any(is_near_duplicate(quote.quote, other.quote) for other in chosen):
            chosen.append(quote)
    return tuple(chosen)


def in_order(
    question: str, quotes: Sequence[Citation], evidence: Mapping[int, Passage], language: str | None
) -> list[tuple[float, Citation]]:
    """Put quotations in order, each after what it is worth."""
    asked, is_now = asked_of(question, language), asks_now(question)
    best = max((evidence[quote.number].score for quote in quotes), default=0.0) or 1.0
    newest = max((quote.published for quote in quotes if quote.published), default=None)
    foreign = abroad({quote.number: evidence[quote.number] for quote in quotes}, language)
    worths: list[tuple[float, Citation]] = []
    for quote in quotes:
        passage = evidence[quote.number]
        worth = fitness(asked, quote, passage, is_abroad=quote.number in foreign) + RANKED * passage.score / best
        worths.append((worth + NEW * newness(quote, newest) * is_now, quote))
    return sorted(worths, key=lambda one: -one[0])


def newness(quote: Citation, newest: datetime | None) -> float:
    """Give 1 to what is as new as the newest, half of it for each month that it is older, and nothing without date."""
    if newest is None or quote.published is None:
        return 0.0
    halves: float = 0.5 ** ((newest - quote.published) / HALF_LIFE)
    return halves


def fitness(asked: Asked, quote: Citation, passage: Passage, *, is_abroad: bool) -> float:
    """Weigh how well a quotation meets the question."""
    said = Said(text=quote.quote, stems=tuple(content_stems(quote.quote, asked.language)))
    found = signs(asked, said, dict.fromkeys(asked.stems, 1.0))
    held = ABROAD if is_abroad else found["held"]
    is_otherwise = asked.wants_kind and not tells_kind(asked, quote.quote)
    near = NEAR * (passage.nearness - USUAL_NEARNESS) if passage.nearness is not None else 0.0
    return held + near - FRAGMENT * found["fragment"] - OTHERWISE * is_otherwise


def abroad(evidence: Mapping[int, Passage], language: str | None) -> frozenset[int]:
    """Number the passages in another language than the question; code is in that of the pages around it."""
    spoken = {number: detect_language(passage.text) for number, passage in evidence.items()}
    near = {None, language} if language in spoken.values() else {language}
    return frozenset(number for number, found in spoken.items() if language and found not in near)
