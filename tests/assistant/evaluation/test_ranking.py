"""The suite `ranking` scores the product's order by gold passages and remembers vectors."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from assistant.errors import SettingsInvalid
from assistant.evaluation.data_sets import is_fitted_on
from assistant.evaluation.ranking import evaluate, ndcg
from assistant.evaluation.report import EvaluationRequest
from assistant.evaluation.vectors import RememberingEmbedder
from assistant.ranking.embedding import PassageEmbedder
from assistant.settings import Settings

CORPUS = [
    {"id": "a", "title": "Cats", "text": "The cat sleeps on a mat."},
    {"id": "b", "title": "Dogs", "text": "The dog barks at the moon."},
    {"id": "c", "title": "Rows", "text": "Vacuum the rows."},
]
QUERIES = [
    {"id": "1", "query": "Where does the cat sleep?", "gold": ["a"]},
    {"id": "2", "query": "What barks at the moon?", "gold": ["b"]},
]


def write_lines(file: Path, rows: list[dict[str, object]]) -> None:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture
def request_(encoder_folder: Path, tmp_path: Path) -> EvaluationRequest:
    data = tmp_path / "set"
    data.mkdir()
    write_lines(data / "corpus.jsonl", CORPUS)  # type: ignore[arg-type]
    write_lines(data / "queries.jsonl", QUERIES)  # type: ignore[arg-type]
    folder = tmp_path / "encoder"
    shutil.copytree(encoder_folder, folder)
    return EvaluationRequest(data=data, settings=Settings(data_dir=tmp_path, embedding_model=str(folder)))


def test_every_gold_passage_among_the_first_ten_is_a_full_score(request_: EvaluationRequest) -> None:
    report = evaluate(request_)
    assert (report.suite, report.n) == ("ranking", 2)
    assert report.metrics["all-gold@10"].value == 1
    assert report.metrics["recall@10"].value == 1
    assert 0 < report.metrics["ndcg@10"].value <= 1
    assert {"ndcg@10 minus bm25", "ndcg@10 minus rrf", "ndcg@10 words+links"} <= set(report.metrics)


def test_a_missing_set_is_told_with_the_options_that_name_one(request_: EvaluationRequest, tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="--queries"):
        evaluate(EvaluationRequest(data=tmp_path, settings=request_.settings))


def test_gain_falls_with_the_rank_and_is_relative_to_what_can_be_had() -> None:
    assert ndcg([7, 1, 2], frozenset({7})) == 1
    assert ndcg([1, 7, 2], frozenset({7})) == pytest.approx(1 / 1.58496, abs=1e-4)
    assert ndcg([1, 2], frozenset({7})) == 0
    assert ndcg([7, 8], frozenset({7, 8})) == 1


def test_a_text_is_embedded_once_in_the_life_of_a_file(encoder_folder: Path, tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []

    def embed() -> list[list[float]]:
        remembering = RememberingEmbedder(
            PassageEmbedder(encoder_folder), tmp_path / "v.sqlite3", progress=lambda done, of: heard.append((done, of))
        )
        try:
            return remembering.embed_documents(["cat", "dog", "cat"])
        finally:
            remembering.close()

    first = embed()
    assert embed() == first
    assert first[0] == first[2] != first[1]
    assert heard == [(2, 2)]


def test_evidence_that_holds_the_answer_counts(request_: EvaluationRequest) -> None:
    page = {"id": "p", "title": "Cats", "url": "https://a.test/", "text": "The two cats sleep on a blue mat."}
    items = [
        {"id": "1", "query": "Where does the cat sleep?", "answers": ["Blue mat"], "gold_by_string": ["p"]},
        {"id": "2", "query": "Where does the cat sleep?", "answers": ["red mat"], "gold_by_string": ["p"]},
        {"id": "3", "query": "Where does the cat sleep?", "answers": ["x"], "gold_by_string": []},
        {"id": "4", "query": "How many cats sleep?", "answers": ["2"], "gold_by_string": ["p"]},
        {"id": "5", "query": "How many cats sleep?", "answers": ["12"], "gold_by_string": ["p"]},
    ]
    write_lines(request_.data / "items.jsonl", [{**item, "passages": [page]} for item in items])
    report = evaluate(request_)
    assert report.n == 4
    assert report.metrics["evidence recall, 900 tokens"].value == 0.5
    assert 0 < report.metrics["tokens selected, 900 tokens"].value < 20


def test_half_of_the_questions_by_name_may_be_fitted_on_and_the_others_are_reported(
    request_: EvaluationRequest,
) -> None:

    share = sum(is_fitted_on(str(number)) for number in range(1_000)) / 1_000
    assert 0.45 < share < 0.55
    reported = [row for row in QUERIES if not is_fitted_on(str(row["id"]))]
    assert ("ndcg@10 half not fitted on" in evaluate(request_).metrics) == bool(reported)
