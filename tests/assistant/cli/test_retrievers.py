"""`footnote retrievers`: what is listed, tried and written."""

import asyncio
import json
from pathlib import Path

import pytest

from assistant.cli import FAILED, OK, main
from assistant.searching.health import HEALTH_FILE, Health
from retrievers import AccessDenied
from retrievers.reference.wikipedia import Wikipedia


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOOTNOTE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "160")


def listed(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, object]]:
    assert main(["retrievers", "list", "--json"]) == OK
    return {one["name"]: one for one in json.loads(capsys.readouterr().out)["retrievers"]}


def test_each_source_says_its_focus_provider_needs_and_what_it_receives(capsys: pytest.CaptureFixture[str]) -> None:
    searxng = listed(capsys)["searxng"]
    assert (searxng["focus"], searxng["provider"]) == ("web", "searxng")
    assert searxng["needs"] == ["FOOTNOTE_SEARXNG_URL"]
    assert searxng["state"] == "set FOOTNOTE_SEARXNG_URL"
    assert searxng["is_asked"] is False
    assert "your server" in str(searxng["receives"])


def test_a_source_whose_address_is_set_is_asked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_SEARXNG_URL", "http://127.0.0.1:1")
    assert listed(capsys)["searxng"]["is_asked"] is True


def test_chosen_sources_are_told_from_the_others(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_RETRIEVERS", "folder")
    found = listed(capsys)
    assert found["folder"]["is_asked"] is True
    assert found["wikipedia"]["state"] == "not in FOOTNOTE_RETRIEVERS"


def test_in_private_mode_others_are_left_out(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_PRIVATE", "true")
    found = listed(capsys)
    assert found["folder"]["is_asked"] is True
    assert found["wikipedia"]["state"] == "private mode"


def test_the_list_for_people_says_what_leaves_the_machine(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["retrievers", "list"]) == OK
    printed = capsys.readouterr().out
    assert "What leaves this machine" in printed
    assert "nothing: the search stays on this machine: folder" in printed


def test_a_source_is_tried_and_its_hits_are_shown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    library = tmp_path / "papers"
    library.mkdir()
    (library / "kestrel.md").write_text("# Kestrel viaduct\n\nIt has nineteen arches.\n", encoding="utf-8")
    monkeypatch.setenv("FOOTNOTE_FOLDERS", str(library))
    assert main(["retrievers", "check", "folder", "kestrel", "viaduct"]) == OK
    printed = capsys.readouterr().out
    assert "query: kestrel viaduct" in printed
    assert "1 hit in" in printed
    assert "Kestrel viaduct" in printed
    assert (library / "kestrel.md").as_uri() in printed


def test_a_source_that_fails_says_why_and_exits_with_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_SEARXNG_URL", "http://127.0.0.1:1")
    assert main(["retrievers", "check", "searxng"]) == FAILED
    printed = capsys.readouterr().out
    assert "(network)" in printed
    assert "FOOTNOTE_SEARXNG_URL" in printed


@pytest.mark.parametrize(("name", "said"), [("searxng", "set FOOTNOTE_SEARXNG_URL"), ("nobody", "no such source")])
def test_a_source_that_cannot_be_tried_says_what_is_missing(
    name: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["retrievers", "check", name]) == FAILED
    assert said in capsys.readouterr().err


def test_a_new_source_is_written_and_the_next_steps_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["retrievers", "new", "my_source"]) == OK
    printed = capsys.readouterr().out
    assert f"wrote {Path('my_source') / 'my_source.py'}" in printed
    assert "footnote retrievers check my_source" in printed
    assert sorted(path.name for path in Path("my_source").iterdir()) == ["my_source.py", "pyproject.toml", "tests"]


def test_what_cannot_be_written_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["retrievers", "new", "Bad"]) == FAILED
    assert capsys.readouterr().err.startswith("footnote: Bad: not a name for a source")


def test_a_source_that_is_left_alone_says_why_and_for_how_long(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    async def fail() -> None:
        health = Health(tmp_path / "data" / HEALTH_FILE)
        await health.load()
        health.failed(Wikipedia(), AccessDenied("wikipedia: a check for humans", reason="captcha"))
        await health.close()

    (tmp_path / "data").mkdir()
    asyncio.run(fail())
    assert str(listed(capsys)["wikipedia"]["health"]).startswith("suspended for")
    assert main(["retrievers", "list"]) == OK
    assert "(captcha)" in capsys.readouterr().out
