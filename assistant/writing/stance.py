"""Whether passages take opposite sides on a question: the signs of it, their weight, and the statement of each side.

Knows verdicts, negations, directions, amounts that differ and words that contest, in English. One value given
differently in the same words is found, more surely, by `disagreement.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from types import MappingProxyType

from assistant.language.sentences import sentence_spans
from assistant.language.similarity import is_near_duplicate
from assistant.language.words import content_stems, stems
from assistant.writing.covering import coverage, weighty_stems, years
from assistant.writing.differing import Amounts, amounts_between
from assistant.writing.directions import are_opposed
from assistant.writing.polarity import Clause, clauses, is_denied
from assistant.writing.quantities import asks_amount, asks_time
from assistant.writing.stance_words import ATTRIBUTED, CONTRASTED, HEDGED, leaning
from assistant.writing.wanting import asks_measure, asks_yes_or_no

__all__ = ["Opposed", "find_opposed"]

LANGUAGE = "en"
COMPARED = 4
"""Passages that are compared; the more there are, the surer two of them differ in tone. The set that the weights are
fitted on has no more."""
LEAN_OF_TOPIC = 2
"""What a verdict weighs more for each word of the question beside it (judgement)."""
FAINT = 3
"""Added to the words of a verdict, so that a single one decides little (judgement)."""
FEWEST_OF_CLAUSE = 2
MANY_CONTRASTS = 3
MANY_HEDGES = 6
TRIED = 3
"""Sentences of a passage that may speak for it."""
FEWEST_ASKED = 0.25
"""Share of the question's words that a statement holds, to be one on what was asked."""
FACT = re.compile(
    r"(?:when|who|whose|where|which)\b|(?:what|in what) (?:year|date|day|position|sport)\b", re.IGNORECASE
)
"""Questions for a name, a place or a date: several answers are several bearers of a name, not sides."""
WEIGHED = re.compile(
    r"\b(?:better|best|worse|worst|should|benefits?|safer|safest|effective|preferable|direction|trending)\b",
    re.IGNORECASE,
)
"""Words by which such a question is for a judgement all the same: "Which regimen is best?"."""
LONGEST = 300
"""Characters of a statement that can be read side by side with another."""
WEIGHTS = MappingProxyType(
    {
        "yes or no": 0.81, "denial gap": 0.52, "overlap": 2.56, "agreed": -1.07, "attributed": 0.46, "hedged": -3.25,
        "contrasted": -1.45, "amounts differ, asked": 1.00, "amounts agree": 0.35,
    }
)  # fmt: skip
OUTSET = -1.09
APART = 0.6
DISPUTED = -0.10
"""Logistic regression (ridge 10) on the items of several passages in the half of fitz-gov that `is_fitted_on` names
(n = 396, 176 of them disputed); `APART` and the threshold leave 9.5 % false alarms there among all items that are
trustworthy, cross-validated. On the other half: found .38 (.31 to .45) of 180 disputed items, alarms .086 (.062 to
.118) of 384 trustworthy ones; `conflict_of_values` alone found none of either."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stance:
    """How one passage speaks of what is asked."""

    text: str
    stems: frozenset[str]
    clauses: tuple[Clause, ...]
    verdict: float
    """From -1, all against, to 1, all for."""
    denials: float
    """Share of its sentences that deny something."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Opposed:
    """A passage, by its position, and the span of the sentence that speaks for its side."""

    position: int
    start: int
    end: int
    rank: int = 0
    """How many sentences of the passage speak more plainly."""


def find_opposed(question: str, texts: Sequence[str], language: str | None) -> tuple[Opposed, ...]:
    """Find the two texts that take opposite sides, and the statement of each; nothing where none plainly do."""
    if language != LANGUAGE or is_for_fact(question):
        return ()
    asked = weighty_stems(question, LANGUAGE)
    near = sorted(range(len(texts)), key=lambda position: -coverage(asked, stems_in(texts[position], LANGUAGE)))
    chosen = sorted(near[:COMPARED])
    stances = {position: stance_of(texts[position], asked) for position in chosen}
    pairs = [pair for pair in combinations(chosen, 2) if not is_near_duplicate(*(texts[one] for one in pair))]
    far = {pair: distance(*(stances[one] for one in pair)) for pair in pairs}
    ranked = sorted((pair for pair in pairs if far[pair] >= APART), key=lambda pair: -far[pair])
    if not ranked or weigh(signs(question, [texts[one] for one in chosen])) <= DISPUTED:
        return ()
    only_amounts = wants_amount(question) and not asks_yes_or_no(question)
    return next((sides for pair in ranked if (sides := sides_of(pair, stances, asked, only_amounts=only_amounts))), ())


def is_for_fact(question: str) -> bool:
    """Tell a question for a name, a place or a date from one that weighs things against each other."""
    return asks_time(question) or (FACT.match(question) is not None and WEIGHED.search(question) is None)


def sides_of(
    pair: tuple[int, int], stances: Mapping[int, Stance], asked: frozenset[str], *, only_amounts: bool
) -> tuple[Opposed, ...]:
    """Give the plainest statement of each of two passages that stand against each other; nothing if none do."""
    first, second = pair
    leans = 1 if stances[first].verdict >= stances[second].verdict else -1
    said = statements(first, stances[first].text, asked, leans), statements(second, stances[second].text, asked, -leans)
    met_in_order = sorted(product(*said), key=lambda sides: sides[0].rank + sides[1].rank)
    for one, other in met_in_order:
        texts = stances[first].text[one.start : one.end], stances[second].text[other.start : other.end]
        if are_opposite(*texts, asked, only_amounts=only_amounts):
            return one, other
    return ()


def are_opposite(first: str, second: str, asked: frozenset[str], *, only_amounts: bool) -> bool:
    """Tell whether two statements, read by themselves, speak of what was asked and against each other."""
    if min(coverage(asked, stems_in(text, LANGUAGE)) for text in (first, second)) < FEWEST_ASKED:
        return False
    if only_amounts:
        return are_of_one_time(first, second) and amounts_between(first, second, LANGUAGE).differ > 0
    one, other = stance_of(first, asked), stance_of(second, asked)
    turned = one.verdict * other.verdict < 0 or bool(one.denials) != bool(other.denials)
    return turned or amounts_between(first, second, LANGUAGE).differ > 0 or met(one, other)[0] > 0


def are_of_one_time(first: str, second: str) -> bool:
    """Tell whether two statements of amounts can contradict: both affirm, and they name no different years."""
    named = years(first), years(second)
    return not any(is_denied(text, LANGUAGE) for text in (first, second)) and not (
        all(named) and not named[0] & named[1]
    )


def weigh(found: Mapping[str, float]) -> float:
    """Weigh the signs."""
    return OUTSET + sum(weight * found[sign] for sign, weight in WEIGHTS.items())


def signs(question: str, texts: Sequence[str]) -> dict[str, float]:
    """Measure what tells texts that contradict one another from texts that complete one another."""
    asked = weighty_stems(question, LANGUAGE)
    stances = [stance_of(text, asked) for text in texts]
    pairs = list(combinations(stances, 2))
    denials = [one.denials for one in stances]
    clauses_met = [met(*pair) for pair in pairs]
    hedges = sum(len(HEDGED.findall(text)) for text in texts) / len(texts)
    return {
        "yes or no": float(asks_yes_or_no(question)),
        "denial gap": max(denials) - min(denials),
        "overlap": max(overlap(*pair) for pair in pairs),
        "agreed": max(alike - against for against, alike in clauses_met),
        "attributed": sum(ATTRIBUTED.search(text) is not None for text in texts) / len(texts),
        "hedged": min(MANY_HEDGES, hedges) / MANY_HEDGES,
        "contrasted": min(MANY_CONTRASTS, len(CONTRASTED.findall(texts[0]))) / MANY_CONTRASTS,
        **signs_of_amounts(question, [amounts_between(one.text, other.text, LANGUAGE) for one, other in pairs]),
    }


def signs_of_amounts(question: str, found: Sequence[Amounts]) -> dict[str, float]:
    """Measure whether figures of the same thing differ, above all where figures are asked for."""
    wanted = wants_amount(question)
    differ = max(one.differ for one in found)
    return {
        "amounts differ, asked": differ * wanted,
        "amounts agree": max(one.agree for one in found),
    }


def wants_amount(question: str) -> bool:
    """Tell whether a question is for a figure, however it is worded."""
    return asks_amount(question) or asks_measure(question)


def stance_of(text: str, asked: frozenset[str]) -> Stance:
    """Sum up how a passage speaks."""
    parts = [text[start:end] for start, end in sentence_spans(text)] or [text]
    said = [frozenset(stems(part, LANGUAGE)) for part in parts]
    weighed = [1 + LEAN_OF_TOPIC * len(asked & held) for held in said]
    leans = [leaning(held) for held in said]
    speaks_for = sum(weight * lean[0] for weight, lean in zip(weighed, leans, strict=True))
    against = sum(weight * lean[1] for weight, lean in zip(weighed, leans, strict=True))
    return Stance(
        text=text,
        stems=stems_in(text, LANGUAGE),
        clauses=clauses(text, LANGUAGE),
        verdict=(speaks_for - against) / (speaks_for + against + FAINT),
        denials=sum(is_denied(part, LANGUAGE) for part in parts) / len(parts),
    )


def stems_in(text: str, language: str | None) -> frozenset[str]:
    """Collect the content stems of a text."""
    return frozenset(content_stems(text, language))


def met(first: Stance, second: Stance) -> tuple[float, float]:
    """Measure how much is shared by the clauses that contradict each other most, and by those that agree most."""
    against = alike = 0.0
    for one, other in product(first.clauses, second.clauses):
        fewer = min(len(one.stems), len(other.stems))
        if fewer < FEWEST_OF_CLAUSE:
            continue
        shared = len(one.stems & other.stems) / fewer
        if one.denies != other.denies or are_opposed(one.points, other.points):
            against = max(against, shared)
        else:
            alike = max(alike, shared)
    return against, alike


def overlap(first: Stance, second: Stance) -> float:
    """Measure the share of the lesser passage's stems that the other has."""
    return len(first.stems & second.stems) / max(1, min(len(first.stems), len(second.stems)))


def distance(first: Stance, second: Stance) -> float:
    """Measure how far apart two passages stand."""
    against, _ = met(first, second)
    amounts = amounts_between(first.text, second.text, LANGUAGE)
    return abs(first.verdict - second.verdict) + abs(first.denials - second.denials) / 2 + against + amounts.differ


def statements(position: int, text: str, asked: frozenset[str], leans: int) -> list[Opposed]:
    """List the sentences that say most of what was asked and most plainly speak for a side; short ones first."""
    spans = sorted(sentence_spans(text), key=lambda span: -plainness(text[slice(*span)], asked, leans))
    return [
        Opposed(position=position, start=start, end=end, rank=rank) for rank, (start, end) in enumerate(spans[:TRIED])
    ]


def plainness(text: str, asked: frozenset[str], leans: int) -> float:
    """Measure how plainly a sentence takes a side on what was asked."""
    speaks_for, against = leaning(frozenset(stems(text, LANGUAGE)))
    tilt = leans * (speaks_for - against) / (speaks_for + against + 1)
    return coverage(asked, stems_in(text, LANGUAGE)) + tilt / 2 - (len(text) > LONGEST)
