"""The support judge against people: BEGIN's human labels of what is attributable to a text (Dziri et al. 2022).

Measures the judge, not the product. Every figure stands beside that of containment alone, which is what its checks of
numbers, names and negation are to improve on.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.evaluation.data_sets import read_lines
from assistant.evaluation.report import HIGH, LOW, RESAMPLES, EvaluationRequest, Figure, Report, mean, ratio, sample
from assistant.evaluation.support_judge import ENOUGH, judge_support

__all__ = ["area_under_curve", "evaluate_judge"]

ATTRIBUTABLE = "Fully attributable"


def evaluate_judge(request: EvaluationRequest) -> Report:
    """Judge every labelled sentence."""
    rows = sample(read_lines(request.data / "items.jsonl"), request.limit, request.seed)
    labels = [row["label"] == ATTRIBUTABLE for row in rows]
    judged = [judge_support(row["hypothesis"], row["premise"]) for row in rows]
    request.progress(len(rows), len(rows))
    passed = [judgement.is_supported for judgement in judged]
    contained = [judgement.share >= ENOUGH for judgement in judged]
    right = [label and verdict for label, verdict in zip(labels, passed, strict=True)]
    metrics: dict[str, Figure | None] = {
        "judge AUROC": area_figure([judgement.score for judgement in judged], labels, request.seed),
        "judge AUROC, containment alone": area_figure([one.share for one in judged], labels, request.seed),
        "judge agreement with people": mean([float(a == b) for a, b in zip(labels, passed, strict=True)], request.seed),
        "judge precision": ratio(right, passed, request.seed),
        "judge recall": ratio(right, labels, request.seed),
        "judge precision, containment alone": ratio(
            [a and b for a, b in zip(labels, contained, strict=True)], contained, request.seed
        ),
        "attributable by label": mean([float(label) for label in labels], request.seed),
    }
    kept = {name: figure for name, figure in metrics.items() if figure is not None}
    return Report(suite="grounding", data=str(request.data), n=len(rows), metrics=kept)


def area_under_curve(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """Return how often a positive one scores above a negative one, ties counting half (Mann and Whitney 1947)."""
    values, marks = np.asarray(scores, dtype=float), np.asarray(labels, dtype=bool)
    positive, negative = values[marks], values[~marks]
    if not positive.size or not negative.size:
        message = "an area under the curve needs items of both labels"
        raise ValueError(message)
    above = (positive[:, None] > negative[None, :]).mean()
    return float(above + (positive[:, None] == negative[None, :]).mean() / 2)


def area_figure(scores: Sequence[float], labels: Sequence[bool], seed: int) -> Figure | None:
    """Give the area with its bootstrap interval; None where all labels are the same."""
    values, marks = np.asarray(scores), np.asarray(labels)
    if marks.all() or not marks.any():
        return None
    drawn = np.random.default_rng(seed).integers(0, marks.size, (RESAMPLES // 4, marks.size))
    areas = [area_under_curve(values[one], marks[one]) for one in drawn if 0 < marks[one].sum() < marks.size]
    low, high = np.percentile(areas, [LOW, HIGH])
    return Figure(value=area_under_curve(scores, labels), low=float(low), high=float(high))
