"""Stored answers survive a run that is stopped."""

import json
from pathlib import Path

import pytest

from assistant.errors import SettingsInvalid
from assistant.evaluation.answers import (
    AnswerFile,
    Side,
    StoredAnswer,
    StoredCalculation,
    StoredCitation,
    StoredSentence,
)

ANSWER = StoredAnswer(
    id="one",
    answer="It is 42 m tall.",
    sentences=(StoredSentence(text="It is 42 m tall.", verdict="supported", citations=(1,)),),
    citations=(StoredCitation(number=1, passage_id="p", start=3, end=8, quote="42 m "),),
    disagreements=((Side(value="42", citations=(1,)), Side(value="43", citations=(2,))),),
    dropped=("Penguins live there.",),
    timings={"total_s": 1.5, "ttft_s": None},
)


def test_an_answer_is_read_back_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "run" / "answers.jsonl"
    AnswerFile(file).add(ANSWER)
    again = AnswerFile(file)
    assert "one" in again
    assert again["one"] == ANSWER


def test_a_row_has_the_names_that_scoring_elsewhere_relies_on(tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    AnswerFile(file).add(ANSWER)
    row = json.loads(file.read_text(encoding="utf-8"))
    assert list(row) == [
        "id", "answer", "sentences", "citations", "abstained", "disagreements", "dropped", "timings"
    ]  # fmt: skip
    assert row["sentences"][0] == {"text": "It is 42 m tall.", "verdict": "supported", "citations": [1]}
    assert set(row["citations"][0]) == {"number", "passage_id", "start", "end", "quote"}


def test_a_computed_sentence_keeps_its_calculation(tmp_path: Path) -> None:
    calculation = StoredCalculation(formula="3,776 m \u2212 2,917 m = 859 m", value=859.0, operands=(3776.0, 2917.0))
    sentence = StoredSentence(text="It is 859 m.", verdict="supported", citations=(1, 2), calculation=calculation)
    file = tmp_path / "answers.jsonl"
    AnswerFile(file).add(StoredAnswer(id="two", answer="It is 859 m.", sentences=(sentence,)))
    assert AnswerFile(file)["two"].sentences == (sentence,)


def test_a_torn_last_line_is_cut_off_and_the_next_answer_stands_on_its_own(tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    AnswerFile(file).add(ANSWER)
    with file.open("a", encoding="utf-8") as lines:
        lines.write('{"id": "two", "answ')
    again = AnswerFile(file)
    assert "two" not in again
    again.add(StoredAnswer(id="three", answer="", abstained=True))
    assert [json.loads(line)["id"] for line in file.read_text(encoding="utf-8").splitlines()] == ["one", "three"]


def test_a_file_of_something_else_is_named(tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    file.write_text('{"query": "x"}\n', encoding="utf-8")
    with pytest.raises(SettingsInvalid, match="answers"):
        AnswerFile(file)


def test_without_a_path_answers_are_only_held() -> None:
    answers = AnswerFile(None)
    answers.add(ANSWER)
    assert answers["one"] is ANSWER
