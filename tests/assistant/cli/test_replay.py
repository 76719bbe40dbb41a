"""A saved answer is checked, made again from its own passages, and compared, without any page or source."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.cli import FAILED, OK, main

TEXT = "The Kestrel viaduct was built by the Marlow company between 1874 and 1879. It is 47 metres high."
QUESTION = "How high is the Kestrel viaduct?"


@pytest.fixture
def saved(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Answer a question from one folder, and let the folder go."""
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "kestrel.md").write_text(f"# The Kestrel viaduct\n\n{TEXT}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOOTNOTE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("FOOTNOTE_RETRIEVERS", "folder")
    monkeypatch.setenv("FOOTNOTE_FOLDERS", str(folder))
    file = tmp_path / "answer.jsonl"
    assert main(["ask", "--no-model", "--trace", str(file), QUESTION]) == OK
    shutil.rmtree(folder)
    capsys.readouterr()
    return file


def changed(saved: Path, change: Callable[[dict[str, object]], object]) -> str:
    """Write the bundle anew, otherwise."""
    bundle = json.loads(saved.read_text(encoding="utf-8").splitlines()[-1])["bundle"]
    change(bundle)
    file = saved.with_name("changed.json")
    file.write_text(json.dumps(bundle), encoding="utf-8")
    return str(file)


def test_a_bundle_gives_the_same_answer_though_its_pages_are_gone(
    saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", str(saved)]) == OK
    out = capsys.readouterr().out
    assert "47 metres high" in out
    assert "(pages: 1, passages: 1, all as they were saved): the answer is the same" in out


def test_json_has_both_answers_and_no_difference(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "--json", str(saved)]) == OK
    told = json.loads(capsys.readouterr().out)
    assert told["differences"] == []
    assert told["answer"]["sentences"] == told["saved"]["sentences"] != []
    assert told["answer"]["citations"] == told["saved"]["citations"] != []


def test_what_the_saved_answer_said_otherwise_is_told(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def forge(bundle: dict) -> None:
        bundle["answer"]["sentences"][0]["text"] = "It is 74 metres high."

    assert main(["replay", changed(saved, forge)]) == OK
    out = capsys.readouterr().out
    assert "- no longer said: It is 74 metres high." in out
    assert "- said only now: " in out


@pytest.mark.parametrize(("kind", "named"), [("pages", "the page "), ("evidence", "passage [1] of ")])
def test_a_changed_text_is_refused_and_named(
    saved: Path, capsys: pytest.CaptureFixture[str], kind: str, named: str
) -> None:
    def forge(bundle: dict) -> None:
        bundle[kind][0]["text"] = bundle[kind][0]["text"].replace("47", "74")

    assert main(["replay", changed(saved, forge)]) == FAILED
    err = capsys.readouterr().err
    assert len(err.splitlines()) == 1
    assert f"{named}file://" in err
    assert "SHA-256" in err


def test_a_passage_that_does_not_stand_on_its_page_is_refused(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = changed(saved, lambda bundle: bundle["evidence"][0].update(start=3))
    assert main(["replay", file]) == FAILED
    assert "passage [1] does not stand on its page file://" in capsys.readouterr().err


def test_a_bundle_does_not_choose_the_model(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = changed(saved, lambda bundle: bundle["options"].update(model="http://127.0.0.1:9/v1"))
    assert main(["replay", "--json", file]) == OK
    assert "127.0.0.1" not in json.dumps(json.loads(capsys.readouterr().out)["answer"])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{",
        b"[" * 100_000,
        b"\xff\xfe",
        b'{"event": "QuestionRestated"}',
        b'{"format": "footnote-bundle/9"}',
        b'{"format": "footnote-bundle/1"}',
    ],
)
def test_a_file_that_is_no_bundle_is_one_line_of_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    file = tmp_path / "bad.json"
    file.write_bytes(content)
    assert main(["replay", str(file)]) == FAILED
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"footnote: {file}: ")


def test_a_file_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "/nowhere/answer.json"]) == FAILED
    assert "/nowhere/answer.json: cannot be read" in capsys.readouterr().err
