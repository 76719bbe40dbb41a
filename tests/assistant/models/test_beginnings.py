"""The beginning of every prompt is read once on a machine, not once in a process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from langchain_core.messages import HumanMessage, SystemMessage

from assistant.models.beginnings import MOST_FILES, Beginnings
from assistant.models.engine import Engine
from assistant.models.folders import open_folder
from assistant.models.key_values import KeyValues
from assistant.models.loading import LoadedModel, load_folder

SHAPE = (2, 1, 4)
TOKENS = [3, 5, 8]
BLANK = KeyValues(SHAPE, torch.bfloat16)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"weights")
    return folder


@pytest.fixture
def beginnings(tmp_path: Path, model: Path) -> Beginnings:
    return Beginnings(tmp_path / "kept", model)


def memory_of(tokens: list[int]) -> KeyValues:
    memory = KeyValues(SHAPE, torch.bfloat16, room=16)
    memory.keys.normal_()
    memory.values.normal_()
    memory.length = len(tokens)
    return memory


def test_what_was_kept_is_found_as_it_was(beginnings: Beginnings) -> None:
    memory = memory_of(TOKENS)
    beginnings.keep(TOKENS, memory)
    found = beginnings.find(TOKENS, BLANK)
    assert found
    assert found.length == len(TOKENS)
    assert torch.equal(found.keys[:, :, :3], memory.keys[:, :, :3])
    assert torch.equal(found.values[:, :, :3], memory.values[:, :, :3])


def test_other_tokens_formats_and_weights_have_nothing_kept(beginnings: Beginnings, model: Path) -> None:
    beginnings.keep(TOKENS, memory_of(TOKENS))
    assert beginnings.find([3, 5, 9], BLANK) is None
    assert beginnings.find(TOKENS, KeyValues(SHAPE, torch.float32)) is None
    (model / "model.safetensors").write_bytes(b"other weights")
    assert beginnings.find(TOKENS, BLANK) is None


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff" * 100])
def test_a_damaged_file_is_as_good_as_none(beginnings: Beginnings, damage: bytes) -> None:
    beginnings.keep(TOKENS, memory_of(TOKENS))
    (file,) = beginnings.folder.iterdir()
    file.write_bytes(damage)
    assert beginnings.find(TOKENS, BLANK) is None
    assert not list(beginnings.folder.iterdir())


def test_only_the_last_few_are_kept(beginnings: Beginnings) -> None:
    for last in range(MOST_FILES + 3):
        beginnings.keep([3, last], memory_of([3, last]))
    assert len(list(beginnings.folder.iterdir())) == MOST_FILES


def test_a_folder_that_cannot_be_written_keeps_nothing_and_fails_nothing(tmp_path: Path, model: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    Beginnings(tmp_path / "file" / "kept", model).keep(TOKENS, memory_of(TOKENS))


@pytest.fixture(scope="module")
def loaded(granite_folder: Path) -> LoadedModel:
    return load_folder(open_folder(granite_folder), "float32")


@pytest.fixture
def engines(loaded: LoadedModel, tmp_path: Path) -> Iterator[list[Engine]]:
    made = [Engine(loaded, beginnings=Beginnings(tmp_path / "kept", loaded.path)) for _ in range(2)]
    yield made
    for engine in made:
        engine.worker.shutdown()


def test_a_second_process_takes_up_what_the_first_has_read_and_writes_the_same(engines: list[Engine]) -> None:
    begun, texts = [SystemMessage("Answer in short."), HumanMessage("Why?")], []
    for engine in engines:
        read = threading.Event()
        engine.read_ahead(begun, stopped=threading.Event(), done=lambda _, read=read: read.set(), lasting=True)
        assert read.wait(30)
        texts.append([str(event) for event in engine.run(begun, max_tokens=8) if hasattr(event, "text")])
    assert engines[0].read_tok_s is not None
    assert texts[0] == texts[1]
    found = engines[1].prefixes.find(engines[1].encode(begun))
    assert found
    assert found[0] == len(engines[1].encode(begun)) - 1
