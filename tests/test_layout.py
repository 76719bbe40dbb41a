"""The walls of the house: who may import whom, and how big a room may be."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("assistant", "retrievers", "ui", "training")
FORBIDDEN = {"retrievers": ("assistant", "ui"), "assistant": ("ui", "streamlit")}
STAGES = ("searching", "reading", "ranking", "writing", "models")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Name every module that a file imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def package_of(path: Path) -> tuple[str, ...]:
    return path.relative_to(ROOT).parts


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    forbidden = FORBIDDEN.get(package_of(path)[0], ())
    wrong = [name for name in imports(path) if name.split(".")[0] in forbidden]
    assert not wrong


@pytest.mark.parametrize("stage", STAGES)
def test_stages_do_not_import_one_another(stage: str) -> None:
    others = tuple(f"assistant.{other}" for other in STAGES if other != stage)
    wrong = [
        (path.name, name)
        for path in (ROOT / "assistant" / stage).rglob("*.py")
        for name in imports(path)
        if name.startswith(others)
    ]
    assert not wrong


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_stays_under_300_lines_and_a_function_under_50(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) < 300
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            assert node.end_lineno - node.lineno <= 50, node.name


def sources() -> list[Path]:
    """Name the files behind the entry points of our own sources."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    values = project["entry-points"]["footnote.retrievers"].values()
    return [ROOT / (value.split(":")[0].replace(".", "/") + ".py") for value in values]


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.name)
def test_a_source_is_one_file_of_at_most_60_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 60
