"""The command line as a user runs it: the real engine, one folder of documents, no model."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from assistant.cli import FAILED, INTERRUPTED, OK, WRONG_USAGE, main

DOCUMENT = """# The Kestrel viaduct

The Kestrel viaduct was built by the Marlow company between 1874 and 1879. It is 47 metres high and has nineteen arches.

Since 1981 it carries a cycle path.
"""
QUESTION = "How high is the Kestrel viaduct?"


@pytest.fixture(autouse=True)
def library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "kestrel.md").write_text(DOCUMENT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOOTNOTE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("FOOTNOTE_RETRIEVERS", "folder")
    monkeypatch.setenv("FOOTNOTE_FOLDERS", str(folder))
    return folder


def test_json_is_one_object_with_the_documented_shape(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "--no-model", "--json", QUESTION]) == OK
    answer = json.loads(capsys.readouterr().out)
    assert answer["status"] == "answered"
    sentence = answer["sentences"][0]
    assert sentence["verdict"] == "supported"
    assert sentence.keys() >= {"text", "verdict", "citations"}
    cited = {citation["number"]: citation for citation in answer["citations"]}[sentence["citations"][0]]
    assert cited.keys() >= {"number", "url", "title", "quote", "start", "end", "support", "published"}
    assert "47 metres high" in cited["quote"]
    assert answer["searches"][0].keys() >= {"retriever", "provider", "hits", "elapsed_s", "error"}
    assert answer["pages"][0].keys() >= {"url", "status", "elapsed_s", "from_cache", "error"}
    assert answer["timings"].keys() == {
        "search_s",
        "read_s",
        "rank_s",
        "first_useful_s",
        "ttft_s",
        "first_sentence_s",
        "total_s",
        "cpu_s",
    }
    assert answer["memory_peak_mib"] > 0
    assert answer["tokens"].keys() == {"prompt", "completion"}


def test_text_shows_the_sentence_its_number_and_the_quotation(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "--no-model", *QUESTION.split()]) == OK
    out = capsys.readouterr().out
    assert "47 metres high" in out
    assert "[1]" in out
    assert "kestrel.md" in out


def test_a_question_about_something_else_is_declined_with_status_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "--no-model", "What is the airspeed of the starship Zorblax?"]) == OK
    assert "No answer" in capsys.readouterr().out


@pytest.mark.parametrize("question", [[], [""], ["   "], ["x" * 20_000]], ids=["none", "empty", "blank", "long"])
def test_a_question_that_cannot_be_asked_is_wrong_usage_in_one_line(
    question: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", "--no-model", *question]) == WRONG_USAGE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.strip().splitlines()) == 1
    assert captured.err.startswith("footnote: ")


@pytest.mark.parametrize("model", ["no-such-model", "/no/such/folder", "stand-in"])
def test_a_model_that_cannot_be_had_ends_in_one_line_that_names_it(
    model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", "--model", model, QUESTION]) == FAILED
    error = capsys.readouterr().err
    assert len(error.strip().splitlines()) == 1
    assert model in error


def test_without_a_model_the_default_answers_with_quotations_and_says_how_to_get_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["ask", "--json", QUESTION]) == OK
    answer = json.loads(capsys.readouterr().out)
    assert answer["status"] == "answered"
    assert any("footnote models pull" in gap for gap in answer["gaps"])


def test_an_unknown_source_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "--no-model", "--sources", "altavista", QUESTION]) == WRONG_USAGE
    assert "altavista" in capsys.readouterr().err


def test_a_data_directory_that_cannot_be_written_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("FOOTNOTE_DATA_DIR", str(tmp_path / "file" / "data"))
    assert main(["ask", "--no-model", QUESTION]) == FAILED
    error = capsys.readouterr().err
    assert str(tmp_path / "file" / "data") in error
    assert "FOOTNOTE_DATA_DIR" in error


def test_a_folder_that_is_missing_is_named_and_the_others_are_searched(
    monkeypatch: pytest.MonkeyPatch, library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FOOTNOTE_FOLDERS", f"{library},/no/such/folder")
    assert main(["ask", "--no-model", "--json", QUESTION]) == OK
    answer = json.loads(capsys.readouterr().out)
    assert answer["status"] == "answered"
    assert any("/no/such/folder" in (found["error"] or "") for found in answer["searches"])


def test_a_source_that_cannot_be_reached_is_named_and_holds_up_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FOOTNOTE_RETRIEVERS", "folder,searxng")
    monkeypatch.setenv("FOOTNOTE_SEARXNG_URL", "http://127.0.0.1:9")
    assert main(["ask", "--no-model", "--json", QUESTION]) == OK
    answer = json.loads(capsys.readouterr().out)
    assert answer["status"] == "answered"
    assert any("127.0.0.1:9" in (found["error"] or "") for found in answer["searches"])


def test_a_trace_holds_every_event_as_one_json_object_a_line(tmp_path: Path) -> None:
    assert main(["ask", "--no-model", "--trace", str(tmp_path / "trace.jsonl"), QUESTION]) == OK
    events = [json.loads(line) for line in (tmp_path / "trace.jsonl").read_text(encoding="utf-8").splitlines()]
    assert events[0]["event"] == "QuestionRestated"
    assert events[-1]["event"] == "AnswerFinished"
    assert all("elapsed_s" in event for event in events)


def test_search_stops_after_fusion(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "--json", QUESTION]) == OK
    found = json.loads(capsys.readouterr().out)
    assert found["candidates"][0]["url"].endswith("kestrel.md")


@asynccontextmanager
async def silent_server() -> AsyncIterator[tuple[int, asyncio.Event]]:
    """Accept a question and never answer it."""
    asked, over = asyncio.Event(), asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        asked.set()
        await over.wait()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], asked
        over.set()


@contextmanager
def heard_by_children() -> Iterator[None]:
    """Let new processes hear Ctrl-C; children of a test run in the background of a shell inherit that they do not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


async def test_ctrl_c_ends_the_turn_with_status_130() -> None:
    async with silent_server() as (port, asked):
        with heard_by_children():
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "assistant.cli", "ask", "--no-model", "--json", QUESTION),
                env={
                    **os.environ,
                    "FOOTNOTE_RETRIEVERS": "searxng",
                    "FOOTNOTE_SEARXNG_URL": f"http://127.0.0.1:{port}",
                },
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
        await asked.wait()
        process.send_signal(signal.SIGINT)
        out, err = await process.communicate()
    assert process.returncode == INTERRUPTED
    assert json.loads(out)["status"] == "stopped"
    assert b"Traceback" not in err


def test_a_source_that_is_left_out_is_refused_where_nobody_else_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "--no-model", "--without", "wikipedia", "--without", "folder", QUESTION]) == WRONG_USAGE
    assert "every source is left out (folder)" in capsys.readouterr().err


def test_leaving_out_one_that_nobody_knows_is_refused_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "--no-model", "--without", "altavista", QUESTION]) == WRONG_USAGE
    error = capsys.readouterr().err
    assert "altavista: no such source to leave out" in error
    assert "wikipedia" in error


def test_what_was_left_out_stands_in_the_trace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trace = tmp_path / "trace.jsonl"
    left_out = ["--without", "ddgs,reddit", "--without", "ddgs"]
    assert main(["ask", "--no-model", "--json", "--trace", str(trace), *left_out, QUESTION]) == OK
    assert json.loads(capsys.readouterr().out)["status"] == "answered"
    bundle = json.loads(trace.read_text().splitlines()[-1])["bundle"]
    assert bundle["options"]["without_sources"] == ["ddgs", "reddit"]
