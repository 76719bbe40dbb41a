from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from assistant.errors import SettingsInvalid
from assistant.evaluation.extraction import agreement, evaluate
from assistant.evaluation.report import EvaluationRequest
from assistant.settings import Settings

TEXT = "The vane turns with the wind. " * 5


def request(data: Path) -> EvaluationRequest:
    return EvaluationRequest(data=data, settings=Settings())


def news(folder: Path) -> Path:
    (folder / "html").mkdir(parents=True)
    pages = {"one": TEXT, "two": "Another text altogether."}
    for name in pages:
        (folder / "html" / f"{name}.html.gz").write_bytes(gzip.compress(f"<html><body><p>{TEXT}</p></body>".encode()))
    marked = {name: {"articleBody": text, "url": "https://a.example/"} for name, text in pages.items()}
    (folder / "ground-truth.json").write_text(json.dumps(marked), "utf-8")
    return folder


def test_a_set_is_measured_alone_or_from_the_folder_above(tmp_path: Path) -> None:
    news(tmp_path / "news")
    for data in (tmp_path, tmp_path / "news"):
        report = evaluate(request(data))
        assert (report.suite, report.n) == ("extraction", 2)
        assert 0.5 <= report.metrics["news.word_f1"].value < 0.6
        assert report.metrics["news.pages_per_cpu_second"].value > 0
        assert report.metrics["news.empty_pages"].value == 0


def test_a_folder_without_marked_pages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="--data"):
        evaluate(request(tmp_path))


def test_agreement_is_of_bags_of_words() -> None:
    score = agreement("a b b c", "b a d")
    assert (score.precision, score.recall) == (0.5, pytest.approx(2 / 3))
    assert score.f1 == pytest.approx(4 / 7)
    assert agreement("", "a").f1 == 0.0
    assert agreement("a", "").f1 == 0.0
