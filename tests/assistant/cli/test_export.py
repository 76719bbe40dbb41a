"""A saved answer becomes a file in the format that its name ends with."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from assistant.answer_json import encode_answer
from assistant.bundle_json import encode_bundle
from assistant.cli import FAILED, OK, main
from assistant.evidence import QuestionOptions
from assistant.traces import TraceRecord
from tests.ui.scripted import finished, standard
from ui.exporting import as_json

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
QUESTION = "How do I add a retriever?"
ANSWER = finished(QUESTION, NOW)


def bundle() -> str:
    record = TraceRecord(options=QuestionOptions(asked_at=NOW))
    for event in standard(QUESTION):
        record(event)
    trace = record.trace()
    assert trace
    return encode_bundle(trace)


def saved(folder: Path, text: str) -> str:
    file = folder / "saved.json"
    file.write_text(text, encoding="utf-8")
    return str(file)


def text_of(pdf: Path) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(pdf).pages).split())


def test_a_bundle_becomes_a_pdf_that_says_when_it_was_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "answer.pdf"
    assert main(["export", saved(tmp_path, bundle()), str(out)]) == OK
    assert "Asked 2026-11-25 09:30 UTC" in text_of(out)
    assert f"{out}: answers: 1, " in capsys.readouterr().out


def test_an_exported_chat_becomes_a_pdf_with_every_answer(tmp_path: Path) -> None:
    out = tmp_path / "chat.PDF"
    chat = as_json([ANSWER, finished("And where does it go?", NOW)])
    assert main(["export", saved(tmp_path, chat), str(out)]) == OK
    assert QUESTION in text_of(out)
    assert "And where does it go?" in text_of(out)


@pytest.mark.parametrize(
    ("suffix", "held"), [("md", "### Sources"), ("html", "<h3>Sources</h3>"), ("json", '"answers": [')]
)
def test_other_formats_are_written_too(tmp_path: Path, suffix: str, held: str) -> None:
    out = tmp_path / f"answer.{suffix}"
    assert main(["export", saved(tmp_path, json.dumps(encode_answer(ANSWER))), str(out)]) == OK
    assert held in out.read_text(encoding="utf-8")


def test_the_words_around_an_answer_can_be_in_another_language(tmp_path: Path) -> None:
    out = tmp_path / "answer.pdf"
    assert main(["export", "--language", "fr", saved(tmp_path, bundle()), str(out)]) == OK
    assert "Demandé le 2026-11-25" in text_of(out)


@pytest.mark.parametrize(
    ("text", "out", "said"),
    [
        (as_json([ANSWER]), "answer.docx", "end it with .pdf, .md, .html, .json"),
        (as_json([ANSWER]), "nowhere/answer.pdf", "cannot be written"),
        ('{"answers": []}', "answer.pdf", "holds no answer"),
        ('{"answers": [{"question": 1}]}', "answer.pdf", "holds no whole answer"),
        ('{"answers": 1}', "answer.pdf", "holds no whole answer"),
        ("no json", "answer.pdf", "is no bundle"),
        ("[1]", "answer.pdf", "is no bundle"),
    ],
)
def test_what_cannot_be_exported_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, out: str, said: str
) -> None:
    assert main(["export", saved(tmp_path, text), str(tmp_path / out)]) == FAILED
    err = capsys.readouterr().err
    assert said in err
    assert len(err.splitlines()) == 1
    assert not (tmp_path / out).exists()
