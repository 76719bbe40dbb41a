"""Every built-in source is held to the contract: somewhere a test class inherits it for that very source."""

import ast
import tomllib
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PROJECT = Path(__file__).parents[2] / "pyproject.toml"
CONTRACTS = {"RetrieverContract", "SourceContract"}


def built_in() -> dict[str, str]:
    points = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["entry-points"]["footnote.retrievers"]
    return {name: value.partition(":")[2] for name, value in points.items()}


def held_to_the_contract(path: Path) -> set[str]:
    """Name the kinds of `retriever = Kind(...)` in classes that inherit a contract."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef) and CONTRACTS.intersection(ast.unparse(base) for base in node.bases):
            found |= {
                ast.unparse(statement.value).partition("(")[0].partition(".")[0]
                for statement in node.body
                if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "retriever"
            }
    return found


@pytest.mark.parametrize(("name", "kind"), built_in().items())
def test_the_contract_is_run_for(name: str, kind: str) -> None:
    tested = set().union(*(held_to_the_contract(path) for path in TESTS.rglob(f"test_{name}.py")))
    assert kind in tested
