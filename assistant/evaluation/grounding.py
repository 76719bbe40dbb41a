"""The suite `grounding`: are answers from given pages carried, right, and withheld where there is none?

Answers with the product's code (`answering.py`) and scores what was stored with code of its own. A folder of human
labels (BEGIN) measures the judge instead. Every figure is given for all items, and again for the half that nothing is
fitted on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.evaluation.answering import answer_items
from assistant.evaluation.answers import StoredAnswer
from assistant.evaluation.citing import CitationCounts, count_citations
from assistant.evaluation.correctness import Correctness, correctness_of
from assistant.evaluation.items import Item, chosen_items, is_marked
from assistant.evaluation.labels import evaluate_judge
from assistant.evaluation.report import HIGH, LOW, RESAMPLES, UNSEEN, EvaluationRequest, Figure, Report, mean, ratio

__all__ = ["Scored", "evaluate", "figures_of", "score"]

SLOW = 95
"""Percentile of the slowest answers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scored:
    """An item with its answer and what both come to."""

    item: Item
    answer: StoredAnswer
    citing: CitationCounts
    correctness: Correctness


def evaluate(request: EvaluationRequest) -> Report:
    """Answer and score every chosen item."""
    if is_marked(request.data):
        return evaluate_judge(request)
    items = chosen_items(request)
    answers = answer_items(request, items)
    scored = [score(item, answers[item.id]) for item in items]
    metrics = figures_of(scored, request.seed)
    unseen = [one for one in scored if not one.item.is_fitted_on]
    if len(unseen) not in {0, len(scored)}:
        metrics |= {f"{name}{UNSEEN}": figure for name, figure in figures_of(unseen, request.seed).items()}
    return Report(suite="grounding", data=str(request.data), n=len(items), metrics=metrics)


def score(item: Item, answer: StoredAnswer) -> Scored:
    """Score one answer; no model is asked."""
    return Scored(
        item=item, answer=answer, citing=count_citations(item, answer), correctness=correctness_of(item, answer)
    )


def figures_of(scored: Sequence[Scored], seed: int) -> dict[str, Figure]:
    """Put together every figure that a set has a reason for."""
    found: dict[str, Figure | None] = {"items": Figure(value=float(len(scored)))}
    answerable = [one for one in scored if one.item.is_answerable]
    found |= citation_figures(answerable, seed)
    found |= answer_figures(scored, answerable, seed)
    found |= abstention_figures(scored, seed)
    found |= disagreement_figures(scored, seed)
    found |= time_figures(scored)
    return {name: figure for name, figure in found.items() if figure is not None}


def citation_figures(scored: Sequence[Scored], seed: int) -> dict[str, Figure | None]:
    """Recall, precision and what they must stand beside, on items whose pages hold an answer."""
    counts = [one.citing for one in scored]

    def share(part: Callable[[CitationCounts], int], whole: Callable[[CitationCounts], int]) -> Figure | None:
        return ratio([part(one) for one in counts], [whole(one) for one in counts], seed)

    return {
        "citation recall": share(lambda one: one.supported, lambda one: one.sentences + one.dropped),
        "citation recall, sentences shown": share(lambda one: one.supported, lambda one: one.sentences),
        "citation precision": share(lambda one: one.relevant, lambda one: one.citations),
        "citation recall, by whole passages": share(
            lambda one: one.supported_by_passages, lambda one: one.sentences + one.dropped
        ),
        "citation precision, by whole passages": share(lambda one: one.relevant_passages, lambda one: one.citations),
        "coverage": share(lambda one: one.covered, lambda one: one.sentences),
        "dangling": share(lambda one: one.dangling, lambda one: one.numbers),
        "sentences kept": share(
            lambda one: one.sentences + one.crossed - one.instead,
            lambda one: one.sentences + one.crossed - one.instead + one.dropped,
        ),
        "words copied verbatim": share(lambda one: one.copied, lambda one: one.words),
        "sentences": Figure(value=float(sum(one.sentences + one.crossed for one in counts))),
        "cross-language sentences": Figure(value=float(sum(one.crossed for one in counts))),
        "cross-language, numbers and names agree": share(lambda one: one.crossed_alike, lambda one: one.crossed),
    }


def answer_figures(all_: Sequence[Scored], answerable: Sequence[Scored], seed: int) -> dict[str, Figure | None]:
    """Right answers where there are gold ones, the headline over all items, and patterns nobody may say."""
    gold = [one.correctness for one in answerable if one.item.answers]
    asked = [one.correctness for one in all_ if one.item.answers]
    strict = [one.correctness.is_strictly_right for one in answerable if one.item.states_who]
    barred = [
        any(re.search(pattern, one.answer.answer, re.IGNORECASE) for pattern in one.item.forbidden)
        for one in all_
        if one.item.forbidden
    ]
    return {
        "right answers": mean_of([one.is_right for one in gold], seed),
        "wrong answers": mean_of([one.is_wrong for one in gold], seed),
        "truthfulness": mean_of([one.truthfulness for one in asked], seed),
        "token F1": mean_of([one.token_f1 for one in gold], seed),
        "every right answer and no wrong one": mean_of(strict, seed),
        "forbidden patterns said": mean_of(barred, seed),
    }


def abstention_figures(scored: Sequence[Scored], seed: int) -> dict[str, Figure | None]:
    """How often no answer is given: where there is none, where there is one, where sources disagree."""
    without = [float(one.answer.abstained) for one in scored if not one.item.is_answerable]
    plain = [float(one.answer.abstained) for one in scored if one.item.is_answerable and not one.item.is_disputed]
    disputed = [float(one.answer.abstained) for one in scored if one.item.is_answerable and one.item.is_disputed]
    found = {
        "abstention": mean_of(without, seed),
        "false abstention": mean_of(plain, seed),
        "abstention on disputed": mean_of(disputed, seed),
    }
    if without and plain:
        found["balanced abstention"] = balanced(without, [1 - one for one in plain], seed)
    return found


def balanced(first: Sequence[float], second: Sequence[float], seed: int) -> Figure:
    """Return the middle of two means over different items, its interval from drawing both."""
    generator = np.random.default_rng(seed)
    draws = [
        np.asarray(one)[generator.integers(0, len(one), (RESAMPLES, len(one)))].mean(axis=1) for one in (first, second)
    ]
    low, high = np.percentile((draws[0] + draws[1]) / 2, [LOW, HIGH])
    return Figure(value=float(np.mean(first) + np.mean(second)) / 2, low=float(low), high=float(high))


def disagreement_figures(scored: Sequence[Scored], seed: int) -> dict[str, Figure | None]:
    """How often sources that contradict each other are shown side by side, and ones that do not."""
    known = [one for one in scored if one.item.is_disputed is not None and one.item.is_answerable]
    return {
        "disagreement found": mean_of([shows_conflict(one.answer) for one in known if one.item.is_disputed], seed),
        "false alarms": mean_of([shows_conflict(one.answer) for one in known if not one.item.is_disputed], seed),
    }


def shows_conflict(answer: StoredAnswer) -> bool:
    """Tell whether two values at least are stated, each with a citation."""
    return any(len(sides) > 1 and all(side.citations for side in sides) for sides in answer.disagreements)


def time_figures(scored: Sequence[Scored]) -> dict[str, Figure | None]:
    """Seconds from the question to each moment, in the middle and for the slowest; they depend on the machine."""
    found: dict[str, Figure | None] = {}
    for name in ("first_useful_s", "ttft_s", "first_sentence_s", "total_s"):
        taken = [value for one in scored if (value := one.answer.timings.get(name)) is not None]
        if taken:
            found[f"{name}, median"] = Figure(value=float(np.median(taken)))
            found[f"{name}, slowest twentieth"] = Figure(value=float(np.percentile(taken, SLOW)))
    return found


def mean_of(values: Sequence[float], seed: int) -> Figure | None:
    """Return the mean, None of no values."""
    return mean([float(value) for value in values], seed) if values else None
