"""The suite `grounding` answers from given pages, stores what it gets and scores it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult

from assistant.cli import OK, main
from assistant.errors import SettingsInvalid
from assistant.evaluation.answering import Bench, answer_one
from assistant.evaluation.answers import StoredAnswer
from assistant.evaluation.data_sets import is_fitted_on
from assistant.evaluation.grounding import evaluate
from assistant.evaluation.items import item_of
from assistant.evaluation.report import EvaluationRequest
from assistant.settings import Settings

TALL = "The lighthouse of Ostrava Point is 42 metres tall. It was finished in 1911."
ROWS = [
    {
        "id": f"tall{number}",
        "query": "How tall is the lighthouse of Ostrava Point?",
        "answers": ["42 metres"],
        "wrong_answers": [],
        "passages": [{"id": "p0", "text": TALL}, {"id": "p1", "text": "Gulls nest upon the roof every spring."}],
    }
    for number in range(4)
]
NOWHERE = {
    "id": "none",
    "query": "Who owns the Zorblax spaceport?",
    "expected_mode": "abstain",
    "passages": [{"id": "p0", "text": TALL}],
}


class Saying(BaseChatModel):
    """Say one text in one piece."""

    text: str

    @property
    def _llm_type(self) -> str:
        return "saying"

    async def _astream(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **options: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        yield ChatGenerationChunk(message=AIMessageChunk(content=self.text))

    def _generate(self, *args: Any, **options: Any) -> ChatResult:
        raise NotImplementedError


def write(folder: Path, *rows: dict[str, Any]) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "items.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder


@pytest.fixture
def request_(tmp_path: Path) -> EvaluationRequest:
    data = write(tmp_path / "set", *ROWS, NOWHERE)
    return EvaluationRequest(
        data=data, settings=Settings(data_dir=tmp_path), model="none", answers=tmp_path / "answers.jsonl"
    )


def answered(row: dict[str, Any], text: str) -> StoredAnswer:
    bench = Bench(embedder=None, model=Saying(text=text), evidence_tokens=900, answer_tokens=200)
    return asyncio.run(answer_one(item_of(row), bench))


def test_quoting_alone_is_right_cited_and_never_dangles(request_: EvaluationRequest) -> None:
    report = evaluate(request_)
    assert (report.suite, report.n) == ("grounding", 5)
    assert report.metrics["right answers"].value == 1
    assert report.metrics["citation precision"].value == 1
    assert report.metrics["dangling"].value == 0
    assert report.metrics["words copied verbatim"].value == 1
    assert report.metrics["abstention"].value == 1
    assert report.metrics["false abstention"].value == 0
    assert report.metrics["balanced abstention"].value == 1


def test_a_second_run_scores_what_the_first_stored(request_: EvaluationRequest) -> None:
    first = evaluate(request_)
    assert request_.answers is not None
    stored = request_.answers.read_text(encoding="utf-8")
    assert evaluate(request_) == first
    assert request_.answers.read_text(encoding="utf-8") == stored
    changed = stored.replace("42 metres", "43 metres")
    request_.answers.write_text(changed, encoding="utf-8")
    assert evaluate(request_).metrics["right answers"].value == 0


def test_figures_of_the_half_that_nothing_was_fitted_on_stand_beside_those_of_all(request_: EvaluationRequest) -> None:
    metrics = evaluate(request_).metrics
    unseen = sum(not is_fitted_on(row["id"]) for row in [*ROWS, NOWHERE])
    assert 0 < unseen < 5
    assert metrics["items, half not fitted on"].value == unseen


def test_a_half_can_be_asked_for_alone(request_: EvaluationRequest, tmp_path: Path) -> None:
    halves = [
        evaluate(EvaluationRequest(data=request_.data, settings=request_.settings, model="none", half=half)).n
        for half in ("fitted", "reported")
    ]
    assert sum(halves) == 5
    assert 0 < halves[0] < 5


def test_a_sentence_of_the_model_that_no_reader_sees_is_kept_as_dropped() -> None:
    said = "Whales guard the lighthouse. Penguins live in the Antarctic. Camels cross the desert."
    kept = answered(ROWS[0], said)
    assert all(one.instead for one in kept.sentences)
    assert kept.dropped == tuple(f"{one.rstrip('.')}." for one in said.split(". "))


def test_a_sentence_that_is_shown_is_not_dropped_and_declining_is_no_sentence() -> None:
    kept = answered(ROWS[0], "The lighthouse of Ostrava Point is 42 metres tall.")
    assert (kept.abstained, kept.dropped) == (False, ())
    assert answered(ROWS[0], "The sources do not say.").dropped == ()


def test_what_the_model_did_not_write_so_is_marked_as_standing_in_its_place() -> None:
    copied = "The lighthouse of Ostrava Point is 42 metres tall."
    wrong = answered(ROWS[0], f"{copied} The lighthouse of Ostrava Point was finished in 1950.")
    assert {one.text: one.instead for one in wrong.sentences}.pop(copied) is None
    assert [one.text for one in wrong.sentences if one.instead] == [
        one.text for one in wrong.sentences if one.text != copied
    ]
    assert wrong.dropped


def test_a_question_is_asked_as_of_its_day() -> None:
    item = item_of({**ROWS[0], "question_date": "2026-03-26"})
    assert item.asked_at is not None
    assert item.asked_at.date().isoformat() == "2026-03-26"


def test_pages_without_an_address_are_each_a_site_of_their_own() -> None:
    hosts = {urlsplit(page.url).hostname for row in ROWS[:2] for page in item_of(row).pages}
    assert hosts == {"p0-tall0.com", "p1-tall0.com", "p0-tall1.com", "p1-tall1.com"}


def test_pages_that_do_not_hold_the_answer_are_not_answerable() -> None:
    assert not item_of({**ROWS[0], "gold_by_string": []}).is_answerable
    assert item_of({**ROWS[0], "gold_by_string": ["p0"]}).is_answerable
    assert not item_of(NOWHERE).is_answerable


def test_a_folder_without_items_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="no such file"):
        evaluate(EvaluationRequest(data=tmp_path, settings=Settings(data_dir=tmp_path)))


def test_the_command_prints_one_json_object(request_: EvaluationRequest, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "grounding", "--data", str(request_.data), "--model", "none", "--json"]) == OK
    printed = json.loads(capsys.readouterr().out)
    assert set(printed) == {"suite", "data", "n", "metrics"}
    assert set(printed["metrics"]["citation recall"]) == {"value", "low", "high"}


def test_the_table_shows_both_halves_side_by_side(
    request_: EvaluationRequest, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    assert main(["eval", "grounding", "--data", str(request_.data), "--model", "none"]) == OK
    printed = capsys.readouterr().out
    assert "half not fitted on" in printed
    assert printed.count("coverage") == 1
