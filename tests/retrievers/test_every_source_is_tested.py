"""Every built-in source is held to the contract: a test class inherits it for that very source."""

import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from retrievers import Retriever
from retrievers.testing import SourceContract

PROJECT = Path(__file__).parents[2] / "pyproject.toml"
POINTS = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["entry-points"]["footnote.retrievers"]


def held_to_the_contract(module: str) -> Iterator[type[Retriever]]:
    """Give the sources that the test classes of a module are about."""
    for found in vars(import_module(module)).values():
        if isinstance(found, type) and issubclass(found, SourceContract) and found.__name__.startswith("Test"):
            yield type(found.retriever)


@pytest.mark.parametrize(("name", "value"), POINTS.items())
def test_the_contract_is_run_for(name: str, value: str) -> None:
    module, _, kind = value.partition(":")
    source = getattr(import_module(module), kind)
    assert source in held_to_the_contract(f"tests.{module.removesuffix(name)}test_{name}")
