"""The judge is compared with people."""

import json
from pathlib import Path

import pytest

from assistant.evaluation.grounding import evaluate
from assistant.evaluation.labels import area_under_curve
from assistant.evaluation.report import EvaluationRequest
from assistant.settings import Settings

BEGIN = Path(__file__).parents[4] / "shared" / "eval" / "begin"


def test_the_area_is_the_share_of_pairs_in_the_right_order() -> None:
    assert area_under_curve([0.9, 0.8, 0.1], [True, True, False]) == 1
    assert area_under_curve([0.9, 0.1, 0.5], [True, True, False]) == 0.5
    assert area_under_curve([0.5, 0.5], [True, False]) == 0.5
    with pytest.raises(ValueError, match="both labels"):
        area_under_curve([0.5], [True])


def test_a_folder_of_labels_measures_the_judge(tmp_path: Path) -> None:
    rows = [
        {"premise": "The cat sleeps on a mat.", "hypothesis": "The cat sleeps.", "label": "Fully attributable"},
        {"premise": "The cat sleeps on a mat.", "hypothesis": "Dogs bark.", "label": "Not fully attributable"},
    ]
    (tmp_path / "items.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    report = evaluate(EvaluationRequest(data=tmp_path, settings=Settings(data_dir=tmp_path)))
    assert report.n == 2
    assert report.metrics["judge AUROC"].value == 1
    assert report.metrics["judge agreement with people"].value == 1


@pytest.mark.skipif(not BEGIN.is_dir(), reason="the shared human labels are not here")
def test_the_judge_agrees_with_people_as_well_as_containment_alone_or_better(tmp_path: Path) -> None:
    metrics = evaluate(EvaluationRequest(data=BEGIN, settings=Settings(data_dir=tmp_path))).metrics
    assert metrics["judge AUROC"].value >= metrics["judge AUROC, containment alone"].value > 0.9
    assert metrics["judge precision"].value >= metrics["judge precision, containment alone"].value
