"""Support across languages: a French sentence that rests on an English page.

Words do not compare there. Numbers, dates, names and negation do, and so does meaning, by vectors of a multilingual
encoder that is passed in. Without one such a sentence is supported partly at best.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TypeAlias

import numpy as np

from assistant.errors import ModelError
from assistant.evidence import Passage, Verdict
from assistant.language.detection import detect_language
from assistant.language.words import names, words
from assistant.writing.attribution import Attributed, attributed
from assistant.writing.claims import Claim, claim_of
from assistant.writing.days import is_told
from assistant.writing.directions import are_opposed, directions
from assistant.writing.measures import is_stated
from assistant.writing.polarity import is_denied
from assistant.writing.sources import Support, read

__all__ = ["Comparer", "Vectors", "attribute_across"]

Vectors: TypeAlias = Callable[[Sequence[str]], Awaitable[np.ndarray]]
"""Embeds texts of any language in one space, as rows of length one; raises ModelError where it cannot."""

SUPPORTED_FROM = 0.90
PARTLY_FROM = 0.88
"""Cosine of a sentence and its source by multilingual-e5-small, "query: " before both. Set on half of the paragraphs of
XQuAD (es, de, en; 700 sentences with their translations, 2,856 pairs with another sentence of the same paragraph): with
numbers that agree 0.90 takes .904 of the former and .003 of the latter, 0.88 takes .947 and .020."""
NAMES_SHARE = 0.5
"""Share of the names that must be found for "partly": London is Londres elsewhere."""
SAME_NAME = 0.7
"""difflib ratio of one name in two languages: Mexico and Mexique have 0.71, Eiffel and Dupont none."""
COMPARED = 8
"""Sentences embedded for one claim: 5 to 10 ms each."""
FEWEST_ANCHORS = 2
"""Numbers and names that must all agree before a sentence counts as partly supported without vectors."""
COGNATE_CHARS = 4
"""Letters by which related words of two languages are told, before vectors decide."""


@dataclass(kw_only=True)
class Comparer:
    """Embed each text once a turn."""

    vectors: Vectors
    _known: dict[str, np.ndarray] = field(default_factory=dict)

    async def likenesses(self, text: str, others: Sequence[str]) -> list[float]:
        """Give the cosine of a text and each of some others."""
        missing = [one for one in dict.fromkeys([text, *others]) if one not in self._known]
        self._known.update(zip(missing, await self.vectors(missing), strict=True) if missing else ())
        return [float(self._known[other] @ self._known[text]) for other in others]


async def attribute_across(
    sentence: str, question: str, passages: Mapping[int, Passage], language: str | None, comparer: Comparer | None
) -> Attributed | None:
    """Find the sentence in another language that supports this one; None where there is none."""
    claim = claim_of(sentence, question, language)
    runs = sorted(candidates(claim, passages), key=lambda run: nearness(claim, run), reverse=True)[:COMPARED]
    if not runs:
        return None
    if comparer is None:
        return by_anchors(claim, runs)
    try:
        likenesses = await comparer.likenesses(sentence, [text_of(run) for run in runs])
    except ModelError:
        return by_anchors(claim, runs)
    likeness, run = max(zip(likenesses, runs, strict=True), key=lambda pair: pair[0])
    share = names_share(claim, run)
    if likeness >= SUPPORTED_FROM and share == 1:
        return attributed(claim, [run], Verdict.SUPPORTED, support=likeness)
    if likeness >= PARTLY_FROM:
        return attributed(claim, [run], Verdict.PARTLY, support=likeness)
    return None


def by_anchors(claim: Claim, runs: Sequence[Support]) -> Attributed | None:
    """Without vectors: several numbers and names that all agree make a source partly sure."""
    anchors = len(claim.measures) + len(claim.days) + len(told_names(claim))
    if anchors < FEWEST_ANCHORS or not (claim.names or claim.measures or claim.days):
        return None
    run = next((run for run in runs if names_share(claim, run) == 1), None)
    return attributed(claim, [run], Verdict.PARTLY, support=PARTLY_FROM) if run else None


def candidates(claim: Claim, passages: Mapping[int, Passage]) -> Iterator[Support]:
    """List the sentences of foreign passages whose numbers, dates, names and negation agree with a claim."""
    for number, passage in passages.items():
        spoken = detect_language(passage.text)
        if claim.language is None or spoken in {None, claim.language}:
            continue
        source = read(passage, spoken)
        for place, held in enumerate(source.sentences):
            run = Support(number=number, source=source, held=held, first=place, last=place)
            if not held.is_code and agrees_in_figures(claim, run) and agrees_in_sense(claim, run, spoken):
                yield run


def agrees_in_figures(claim: Claim, run: Support) -> bool:
    """Tell whether every number and date and enough of the names stand in a sentence."""
    numbered = all(any(is_stated(one, other) for other in run.held.measures) for one in claim.measures)
    dated = all(is_told(day, run.held.days, run.source.years) for day in claim.days)
    return numbered and dated and names_share(claim, run) >= NAMES_SHARE


def agrees_in_sense(claim: Claim, run: Support, language: str | None) -> bool:
    """Tell whether a sentence denies what the claim denies and points no other way."""
    text = text_of(run)
    if is_denied(claim.text, claim.language) != is_denied(text, language):
        return False
    return not are_opposed(directions(words(claim.text)), directions(words(text)))


def told_names(claim: Claim) -> frozenset[str]:
    """Collect the names of a claim, those of the question too; German capitals say nothing."""
    if claim.language == "de":
        return claim.names | frozenset(name for name in claim.asked if not name[0].isdecimal())
    return frozenset(name for name in names(claim.text) if not any(char.isdecimal() for char in name) and len(name) > 1)


def names_share(claim: Claim, run: Support) -> float:
    """Measure the share of a claim's names that a sentence or the title of its page holds, spelt alike."""
    wanted = told_names(claim)
    known = run.held.words | run.source.title
    found = sum(name in known or bool(get_close_matches(name, known, n=1, cutoff=SAME_NAME)) for name in wanted)
    return found / len(wanted) if wanted else 1.0


def nearness(claim: Claim, run: Support) -> float:
    """Order sentences before they are compared: by names, and by words that begin alike."""
    ours = {word[:COGNATE_CHARS] for word in words(claim.text) if len(word) > COGNATE_CHARS}
    theirs = {word[:COGNATE_CHARS] for word in run.held.words if len(word) > COGNATE_CHARS}
    return names_share(claim, run) + len(ours & theirs) / max(1, len(ours))


def text_of(run: Support) -> str:
    """Give the words of a run."""
    return run.source.passage.text[run.held.start : run.held.end]
