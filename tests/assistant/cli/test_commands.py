from __future__ import annotations

import json
import subprocess
import sys

import pytest

from assistant.cli import FAILED, OK, main


def test_help_loads_no_heavy_library() -> None:
    heavy = "{'torch', 'transformers', 'chromadb', 'langchain_core', 'streamlit', 'trafilatura'}"
    script = (
        "import sys\nfrom assistant.cli import parser\nparser().format_help()\n"
        f"sys.exit(', '.join(sorted({heavy} & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_models_are_listed_with_their_experts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list"]) == OK
    out = capsys.readouterr().out
    assert "granite-1b" in out
    assert "stand-in" in out


def test_an_unknown_model_is_named_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "show", "nope"]) == FAILED
    error = capsys.readouterr().err
    assert "nope" in error
    assert "granite-1b" in error


def test_a_setting_with_a_typing_error_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FOOTNOTE_PROFIL", "speed")
    assert main(["doctor"]) == FAILED
    assert "FOOTNOTE_PROFIL" in capsys.readouterr().err


def test_doctor_names_each_part_and_how_to_mend_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FOOTNOTE_RETRIEVERS", "searxng,folder")
    monkeypatch.setenv("FOOTNOTE_SEARXNG_URL", "http://127.0.0.1:9")
    assert main(["doctor"]) == OK
    out = capsys.readouterr().out
    for part in ("data directory", "trusted authorities", "embedding model", "language model", "folder"):
        assert part in out
    assert "footnote models pull" in out
    assert "http://127.0.0.1:9" in out


@pytest.mark.parametrize("arguments", [["ui", "--port", "0"], ["ui", "--port", "x"], ["models", "buy"], []])
def test_wrong_usage_has_status_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


STUCK = """
import sys, threading, time
import assistant.cli

def load():
    print("loading", flush=True)
    time.sleep(60)

def run(arguments):
    threading.Thread(target=load, daemon=True).start()
    return {status}

sys.modules["assistant.cli.doctor"] = type(sys)("doctor")
sys.modules["assistant.cli.doctor"].run = run
sys.argv = ["footnote", "doctor"]
assistant.cli.entry()
"""


@pytest.mark.parametrize("status", [OK, FAILED])
def test_a_program_ends_with_its_status_though_a_thread_is_still_loading(status: int) -> None:
    program = STUCK.replace("{status}", str(status))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == status
    assert done.stderr == ""


def test_a_model_is_shown_with_its_memory_and_why_this_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "show", "granite-1b"]) == OK
    out = capsys.readouterr().out
    for part in ("granite-1b", "32, 8 used for each token", "131,072 tokens", "bfloat16 3.2", "why", "Apache-2.0"):
        assert part in out


def test_the_catalogue_is_one_json_list_with_the_choice_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list", "--json"]) == OK
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert sum(row["chosen"] for row in rows.values()) <= 1
    assert rows["deepseek-v3"]["experts"] == 256
    assert rows["deepseek-v3"]["why"].startswith("only by name: served by vLLM or SGLang")
