from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.errors import ModelUnavailable
from assistant.models.catalog import STAND_IN, PinnedFile, find, load_catalog
from assistant.models.choice import choose
from assistant.models.growing import DELTAS
from assistant.models.wheels import sha256_of


def test_every_entry_says_where_it_comes_from_and_what_it_needs() -> None:
    for entry in load_catalog():
        assert [bool(entry.repository), bool(entry.packages), bool(entry.grown_on)].count(True) == 1, entry.name
        assert 0 < entry.active_parameters <= entry.total_parameters
        assert entry.memory_gib > 2 * entry.total_parameters / 2**30 * 0.5
        assert entry.licence
        assert entry.disk_bytes >= entry.download_bytes


def test_every_language_model_of_the_hub_is_a_mixture_of_experts() -> None:
    for entry in load_catalog():
        if entry.repository and entry.kind == "language":
            assert entry.mixture_of_experts
            assert entry.experts
            assert entry.experts_per_token
            assert entry.active_parameters < entry.total_parameters


def test_the_stand_in_is_pinned_and_labelled() -> None:
    entry = find(STAND_IN)
    assert len(entry.packages) == 22
    assert all(len(package.sha256) == 64 and package.version == "0.2.0" for package in entry.packages)
    assert entry.whole is not None
    assert entry.whole.bytes == 1_117_320_768
    assert "not verified against Qwen" in entry.label
    assert not entry.automatic


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ModelUnavailable, match=r"^gpt-9: no such model; known are granite-1b, .*stand-in"):
        find("gpt-9")


@pytest.mark.parametrize(
    ("free_gib", "has_gpu", "chosen"),
    [
        (3.0, False, None),
        (5.0, False, "granite-1b"),
        (20.0, False, "granite-3b"),
        (200.0, False, "granite-3b"),
        (24.0, True, "olmoe-7b"),
        (80.0, True, "qwen3-30b"),
    ],
)
def test_the_choice_follows_free_memory_and_favours_few_active_parameters_on_a_cpu(
    free_gib: float,
    has_gpu: bool,  # noqa: FBT001 - a column of the table above
    chosen: str | None,
) -> None:
    entry = choose(free_gib, has_gpu=has_gpu)
    assert (entry.name if entry else None) == chosen


def test_a_memory_limit_caps_the_choice() -> None:
    entry = choose(64.0, has_gpu=False, limit_gib=5.0)
    assert entry is not None
    assert entry.name == "granite-1b"


def test_the_stand_in_is_never_chosen() -> None:
    dense = find(STAND_IN)
    assert choose(64.0, has_gpu=False, entries=[dense, replace(dense, automatic=True)]) is None


def test_what_was_grown_lies_in_the_package_as_it_is_pinned() -> None:
    grown = [entry for entry in load_catalog() if entry.delta]
    assert grown
    for entry in grown:
        file = DELTAS / entry.name / "delta.safetensors"
        assert entry.delta == PinnedFile(bytes=file.stat().st_size, sha256=sha256_of(file)), entry.name
        assert find(str(entry.grown_on)).packages
