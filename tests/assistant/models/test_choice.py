from __future__ import annotations

import pytest

from assistant.models.catalog import find, load_catalog
from assistant.models.choice import choose, consider
from assistant.models.memory import Room


def why(room: Room, name: str, **wishes: object) -> str:
    return next(one.why for one in consider(room, **wishes) if one.entry.name == name)  # type: ignore[arg-type]


def test_exactly_one_is_chosen_and_every_language_model_is_told_why() -> None:
    considered = consider(Room(free_gib=20, has_gpu=False))
    assert [one.entry.name for one in considered if one.chosen] == ["granite-3b"]
    assert all(one.why for one in considered)
    assert {one.entry.name for one in considered} == {e.name for e in load_catalog() if e.kind == "language"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "granite-3b",
            "the largest mixture of experts of those that read at most 1 B parameters a token that fits: it",
        ),
        ("granite-1b", "fits, but granite-3b is larger"),
        ("olmoe-7b", "fits, but reads 1.3 B parameters for every token: slower on this CPU than granite-3b"),
        ("qwen3-30b", "needs 68.6 GiB, 20.0 GiB of memory are free"),
        ("deepseek-v2-lite", "only by name: its licence restricts use"),
        ("stand-in", "only by name: dense"),
    ],
)
def test_the_reason_names_the_figures_that_decided(name: str, expected: str) -> None:
    assert why(Room(free_gib=20, has_gpu=False), name).startswith(expected)


def test_a_gpu_takes_the_largest_that_fits_it() -> None:
    assert choose(60, has_gpu=True) == find("ernie-21b")
    assert "on the GPU" in why(Room(free_gib=60, has_gpu=True), "ernie-21b")


def test_a_language_goes_before_size() -> None:
    assert choose(24, has_gpu=True) == find("olmoe-7b")
    assert choose(24, has_gpu=True, language="fr") == find("granite-3b")
    room = Room(free_gib=24, has_gpu=True)
    assert why(room, "olmoe-7b", language="fr") == "fits, but its publisher does not list fr"
    assert "lists fr among its languages" in why(room, "granite-3b", language="fr")


def test_where_nothing_fits_nothing_is_chosen_and_the_limit_is_named() -> None:
    considered = consider(Room(free_gib=20, has_gpu=False), limit_gib=2)
    assert not any(one.chosen for one in considered)
    assert considered[0].why == "needs 3.2 GiB, memory_limit allows 2"
