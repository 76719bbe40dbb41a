"""One embedder, one identity; other weights under its name, another."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.ranking.identity import identity_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    (tmp_path / "model.safetensors").write_bytes(bytes(3 * 2**20))
    return tmp_path


def test_the_same_files_elsewhere_have_the_same_identity(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    copy = tmp_path_factory.mktemp("copy")
    for path in folder.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    assert identity_of("tiny", folder) == identity_of("tiny", copy)
    assert identity_of("tiny", folder).startswith("tiny-")


def test_other_weights_of_the_same_size_have_another_identity(folder: Path) -> None:
    before = identity_of("tiny", folder)
    (folder / "model.safetensors").write_bytes(bytes([0, 1]) * (3 * 2**19))
    assert identity_of("tiny", folder) != before


def test_another_setting_or_name_has_another_identity(folder: Path) -> None:
    before = identity_of("tiny", folder)
    assert identity_of("other", folder) != before
    (folder / "config.json").write_text('{"pooling": "cls"}', encoding="utf-8")
    assert identity_of("tiny", folder) != before
