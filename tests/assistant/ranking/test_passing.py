"""Embeddings of attached files serve the next question from memory and are gone when told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from assistant.evidence import Passage
from assistant.ranking.index import PassageIndex
from assistant.ranking.passing import PassingVectors

MakeIndex = Callable[..., PassageIndex]
Vectors = dict[str, np.ndarray]


def attached(stored: list[Passage], folder: Path) -> list[Passage]:
    url = (folder / "uploads" / "page" / "place" / "plan.txt").resolve().as_uri()
    return [replace(passage, url=url) for passage in stored]


async def test_they_are_found_again_and_never_stored(
    make_index: MakeIndex, tmp_path: Path, stored: list[Passage], vectors: Vectors
) -> None:
    index = make_index()
    own = attached(stored[:2], tmp_path)
    await index.upsert([*own, stored[3]], vectors)
    found = await index.recall([*own, stored[3]])
    assert {id_: vector.tolist() for id_, vector in found.items()} == {
        id_: vectors[id_].tolist() for id_ in ("id0", "id1", "id3")
    }
    assert set(await index.vectors(["id0", "id1", "id3"])) == {"id3"}
    assert {one.passage.id for one in await index.nearest(vectors["id0"], 10)} == {"id3"}


async def test_they_are_gone_when_their_file_is_forgotten(
    make_index: MakeIndex, tmp_path: Path, stored: list[Passage], vectors: Vectors
) -> None:
    index = make_index()
    own = attached(stored[:2], tmp_path)
    await index.upsert(own, vectors)
    index.forget([own[0].url])
    assert await index.recall(own) == {}


def test_the_least_used_give_way(tmp_path: Path) -> None:
    held = PassingVectors(tmp_path, most=2)
    for key in "ab":
        held.keep(key, "file:///x", np.zeros(1))
    held.recall(["a"])
    held.keep("c", "file:///x", np.zeros(1))
    assert set(held.recall("abc")) == {"a", "c"}


def test_a_folder_beside_the_uploads_is_none_of_them(tmp_path: Path) -> None:
    held = PassingVectors(tmp_path / "uploads")
    assert held.is_passing((tmp_path / "uploads" / "a.txt").resolve().as_uri())
    assert not held.is_passing((tmp_path / "uploads-of-mine" / "a.txt").resolve().as_uri())
    assert not held.is_passing("https://a.test/uploads/")
