"""What there is to run: what the catalogue knows, what is here, and what is used."""

from __future__ import annotations

import json
from pathlib import Path

from assistant.models.catalog import find, load_catalog
from assistant.models.directory import ModelDirectory, describe_models
from assistant.models.memory import Room
from assistant.models.pulling import RECORD
from assistant.settings import NO_MODEL, Settings

ROOM = Room(free_gib=20, has_gpu=False)


def directory(data_dir: Path, *there: str, model: str | None = None) -> ModelDirectory:
    settings = Settings(data_dir=data_dir, model=model)
    for name in there:
        folder = settings.models_dir / name
        folder.mkdir(parents=True)
        (folder / RECORD).write_text(json.dumps({"name": name}), encoding="utf-8")
    return describe_models(settings, ROOM)


def test_every_model_of_the_catalogue_is_described_in_its_order(tmp_path: Path) -> None:
    described = directory(tmp_path).models
    assert [model.entry for model in described] == list(load_catalog())
    assert all(model.why for model in described if model.entry.kind == "language")


def test_without_any_download_nothing_is_used_and_the_choice_says_how_to_get_it(tmp_path: Path) -> None:
    found = directory(tmp_path)
    assert found.used is None
    assert found.chosen
    assert found.chosen.entry.name == "granite-3b"
    assert found.chosen.command == "footnote models pull granite-3b"
    assert not found.chosen.is_installed


def test_the_largest_mixture_that_is_here_is_used(tmp_path: Path) -> None:
    found = directory(tmp_path, "stand-in", "granite-1b")
    assert found.default == find("granite-1b")
    assert found.used == "granite-1b"


def test_what_the_configuration_names_is_used_instead(tmp_path: Path) -> None:
    assert directory(tmp_path, "granite-1b", model="http://127.0.0.1:1/v1").used == "http://127.0.0.1:1/v1"


def test_one_may_choose_among_language_models_that_are_here_or_quotations_only(tmp_path: Path) -> None:
    found = directory(tmp_path, "stand-in", "granite-1b", "e5-small", model="http://127.0.0.1:1/v1")
    assert found.choices == ("granite-1b", "stand-in", NO_MODEL)


def test_a_model_for_clusters_is_not_offered_for_download(tmp_path: Path) -> None:
    served = [model.entry.name for model in directory(tmp_path).models if model.is_served_only]
    assert served == ["deepseek-v3"]
