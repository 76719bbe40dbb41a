"""The example of a third-party source: the page that explains it shows its very files, and it works once installed."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "extra_retriever"
PAGE = ROOT / "docs" / "add-a-retriever.md"
SHOWN = re.compile(r"^`([\w./-]+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def shown() -> list[tuple[str, str]]:
    return SHOWN.findall(PAGE.read_text(encoding="utf-8"))


def test_the_page_shows_every_file_that_is_needed() -> None:
    files = {path.relative_to(EXAMPLE).as_posix() for path in EXAMPLE.rglob("*") if path.suffix in {".py", ".json"}}
    assert {name for name, _ in shown()} == files | {"pyproject.toml"}


@pytest.mark.parametrize(("name", "text"), shown())
def test_what_the_page_shows_is_the_file(name: str, text: str) -> None:
    assert text == (EXAMPLE / name).read_text(encoding="utf-8")


def test_the_source_is_one_file_of_at_most_40_lines() -> None:
    assert len((EXAMPLE / "open_library.py").read_text(encoding="utf-8").splitlines()) <= 40


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Build the package from what the page shows, install it beside Footnote, and give what sees it."""
    source, target = tmp_path_factory.mktemp("extra"), tmp_path_factory.mktemp("installed")
    for name, text in shown():
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--target", str(target)]
    subprocess.run([sys.executable, "-m", "pip", "install", *options, str(source)], check=True)
    paths = [str(target), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "EXTRA_SOURCE": str(source)}


def test_the_installed_package_passes_its_own_tests(environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]
    done = subprocess.run(
        command, env=environment, cwd=environment["EXTRA_SOURCE"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout


def test_footnote_lists_it(environment: dict[str, str], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "assistant.cli", "retrievers", "list"]
    home = environment | {"FOOTNOTE_DATA_DIR": str(tmp_path), "COLUMNS": "100"}
    done = subprocess.run(command, env=home, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert re.search(r"open_library +reference +open_library +yes", done.stdout)
