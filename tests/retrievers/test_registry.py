"""Finding and building retrievers, also when another package's are broken."""

import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import EntryPoint
from types import ModuleType
from typing import Self

import httpx
import pytest

from retrievers import Retriever, SearchHit, SearchQuery
from retrievers.registry import GROUP, available, broken, build


class Quiet(Retriever):
    name = provider = "quiet"
    focus = "web"
    on_by_default = True

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> Sequence[SearchHit]:
        return ()


class Keyed(Quiet):
    name = provider = "keyed"
    on_by_default = False
    needs = ("KEYED_API_KEY",)


class OptIn(Quiet):
    name = provider = "opt_in"
    on_by_default = False


class Faulty(Quiet):
    name = provider = "faulty"

    @classmethod
    def configured(cls, env: Mapping[str, str]) -> Self:
        message = "no such table"
        raise ValueError(message)


@pytest.fixture
def points(monkeypatch: pytest.MonkeyPatch) -> list[EntryPoint]:
    module = ModuleType("third_party")
    monkeypatch.setitem(sys.modules, "third_party", module)
    for kind in (Quiet, Keyed, OptIn, Faulty):
        setattr(module, kind.__name__, kind)
    values = {
        "quiet": "third_party:Quiet",
        "keyed": "third_party:Keyed",
        "opt_in": "third_party:OptIn",
        "gone": "third_party_that_is_gone:Gone",
        "misnamed": "third_party:Quiet",
        "no_class": "json:dumps",
    }
    return [EntryPoint(name, value, GROUP) for name, value in values.items()]


def names(retrievers: Sequence[Retriever]) -> list[str]:
    return [retriever.name for retriever in retrievers]


def test_the_built_ins_are_found_through_their_entry_points() -> None:
    assert {"folder", "searxng", "wikipedia"} <= available().keys()
    assert not {"folder", "searxng", "wikipedia"} & broken().keys()


def test_a_broken_package_breaks_no_other(points: list[EntryPoint]) -> None:
    assert available(points).keys() == {"quiet", "keyed", "opt_in"}
    reasons = broken(points)
    assert "ModuleNotFoundError" in reasons["gone"]
    assert "calls itself quiet" in reasons["misnamed"]
    assert "not a Retriever" in reasons["no_class"]


def test_unasked_it_builds_what_is_on_by_default(points: list[EntryPoint]) -> None:
    assert names(build((), {}, points).retrievers) == ["quiet"]


def test_a_key_that_is_set_switches_its_source_on(points: list[EntryPoint]) -> None:
    assert names(build((), {"KEYED_API_KEY": "k"}, points).retrievers) == ["quiet", "keyed"]


def test_an_empty_key_is_no_key(points: list[EntryPoint]) -> None:
    assert names(build((), {"KEYED_API_KEY": ""}, points).retrievers) == ["quiet"]


def test_named_sources_are_built_in_the_order_named(points: list[EntryPoint]) -> None:
    assert names(build(("opt_in", "quiet", "opt_in"), {}, points).retrievers) == ["opt_in", "quiet"]


def test_an_unknown_name_is_answered_with_the_known_ones(points: list[EntryPoint]) -> None:
    built = build(("quiet", "quite"), {}, points)
    assert names(built.retrievers) == ["quiet"]
    assert built.unusable == {"quite": "quite: no such source; known are keyed, opt_in, quiet"}


def test_a_missing_key_is_told_and_stops_nothing(points: list[EntryPoint]) -> None:
    built = build(("keyed", "quiet"), {}, points)
    assert names(built.retrievers) == ["quiet"]
    assert built.unusable == {"keyed": "keyed: set KEYED_API_KEY to use it"}


def test_a_broken_source_that_is_asked_for_says_why(points: list[EntryPoint]) -> None:
    built = build(("gone", "quiet"), {}, points)
    assert built.unusable.keys() == {"gone"}
    assert "reinstall or remove" in built.unusable["gone"]


def test_a_source_that_fails_while_it_is_built_is_told(points: list[EntryPoint]) -> None:
    built = build((), {}, [*points, EntryPoint("faulty", "third_party:Faulty", GROUP)])
    assert names(built.retrievers) == ["quiet"]
    assert "no such table" in built.unusable["faulty"]
