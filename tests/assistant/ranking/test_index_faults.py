"""Faults of the store: never a reason to fail, never a wrong vector, and said."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.errors import IndexUnavailable
from assistant.evidence import Passage
from assistant.ranking.connecting import connect, disconnect
from assistant.ranking.index import PassageIndex

MakeIndex = Callable[..., PassageIndex]
Vectors = dict[str, np.ndarray]
FAULTS = Path(__file__).parents[3] / "benchmarks" / "store_faults.py"

PATIENCE_S = 60.0
"""A database that was not left as it is found is tried in another process first."""


async def test_nothing_is_written_outside_the_data_directory(
    make_index: MakeIndex, tmp_path: Path, stored: list[Passage], vectors: Vectors
) -> None:
    written: list[str] = []

    def note(event: str, args: tuple[object, ...]) -> None:
        if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
            written.append(str(args[0]))

    sys.addaudithook(note)
    await make_index().upsert(stored, vectors)
    assert all(path.startswith((str(tmp_path), "/dev/")) or path.endswith(".pyc") for path in list(written)), written
    assert os.listdir(tmp_path) == ["chroma"]  # noqa: PTH208 - a path's own listing counts as blocking here


def database_in(folder: Path) -> Path:
    (database,) = folder.glob("chroma/passages-tiny-????????/chroma.sqlite3")
    return database


def set_aside_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("chroma/*.broken-*"))


def spoil_middle(folder: Path, part: str) -> None:
    (path,) = folder.rglob(part)
    content = path.read_bytes()
    third = len(content) // 3
    path.write_bytes(content[:third] + bytes(third) + content[2 * third :])


def garbage(database: Path) -> None:
    database.write_bytes(b"not a database" * 500)


def cut_short(database: Path) -> None:
    os.truncate(database, 10_000)


def without_a_table(database: Path) -> None:
    code = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('drop table embeddings'); c.commit()"
    subprocess.run([sys.executable, "-c", code, str(database)], check=True)


@pytest.mark.parametrize("spoil", [garbage, cut_short, without_a_table])
async def test_a_broken_database_is_set_aside_told_and_begun_anew(
    make_index: MakeIndex, tmp_path: Path, stored: list[Passage], vectors: Vectors, spoil: Callable[[Path], None]
) -> None:
    first = make_index()
    await first.upsert(stored, vectors)
    await first.close()
    database = database_in(tmp_path)
    spoil(database)
    index = make_index(read_deadline_s=PATIENCE_S)
    assert await index.recall(stored, deadline_s=PATIENCE_S) == {}
    (notice,) = index.take_notices()
    assert [path.name in notice for path in set_aside_in(tmp_path)] == [True]
    assert index.take_notices() == ()
    await index.upsert(stored, vectors)
    assert set(await index.recall(stored)) == set(vectors)
    assert database_in(tmp_path) == database


async def test_only_the_last_database_set_aside_is_kept(
    make_index: MakeIndex, tmp_path: Path, stored: list[Passage], vectors: Vectors
) -> None:
    named: list[str] = []
    for _ in range(3):
        index = make_index()
        await index.upsert(stored, vectors)
        await index.close()
        garbage(database_in(tmp_path))
        again = make_index()
        await again.open()
        named += again.take_notices()
        await again.close()
    (aside,) = set_aside_in(tmp_path)
    assert len(named) == 3
    assert aside.name in named[-1]


def make_older_form(folder: Path) -> None:
    folder.mkdir()
    (folder / "chroma.sqlite3").write_bytes(b"all models in one")


async def test_a_database_of_the_older_form_is_set_aside_and_told(
    make_index: MakeIndex, tmp_path: Path, stored: list[Passage], vectors: Vectors
) -> None:
    make_older_form(tmp_path / "chroma")
    index = make_index()
    await index.upsert(stored, vectors)
    assert set(await index.recall(stored)) == set(vectors)
    (notice,) = index.take_notices()
    assert "chroma.broken-" in notice


@pytest.mark.parametrize("part", ["data_level0.bin", "header.bin", "link_lists.bin", "index_metadata.pickle"])
async def test_a_spoilt_file_of_vectors_never_gives_a_wrong_one(
    make_index: MakeIndex, tmp_path: Path, part: str
) -> None:
    many = [Passage(id=f"m{n}", url="https://a.test/", title="", text=f"Text {n}", start=n) for n in range(1200)]
    rows = np.random.default_rng(1).normal(size=(1200, 8)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    right = {passage.id: row for passage, row in zip(many, rows, strict=True)}
    first = make_index()
    await first.upsert(many, right)
    await first.close()
    spoil_middle(database_in(tmp_path).parent, part)
    index = make_index(read_deadline_s=PATIENCE_S)
    found = await index.recall(many, deadline_s=PATIENCE_S)
    assert all(np.array_equal(vector, right[id_]) for id_, vector in found.items())
    nearest = await index.nearest(right["m5"], 10, deadline_s=PATIENCE_S)
    assert all(abs(each.passage.score - right[each.passage.id] @ right["m5"]) < 1e-5 for each in nearest)
    await index.upsert(many, right)
    assert set(await index.recall(many, deadline_s=PATIENCE_S)) == set(right)


async def test_a_vector_changed_behind_our_back_is_not_returned(
    make_index: MakeIndex, tmp_path: Path, stored: list[Passage], vectors: Vectors
) -> None:
    first = make_index()
    await first.upsert(stored, vectors)
    await first.close()
    client = connect(database_in(tmp_path).parent, None)
    (collection,) = client.list_collections()
    (changed,) = collection.get(where={"passage": "id2"})["ids"]
    collection.update(ids=[changed], embeddings=[vectors["id3"]])
    disconnect(client)
    index = make_index(read_deadline_s=PATIENCE_S)
    assert set(await index.recall(stored, deadline_s=PATIENCE_S)) == set(vectors) - {"id2"}
    assert set(await index.vectors(list(vectors))) == set(vectors) - {"id2"}
    assert "id2" not in {each.passage.id for each in await index.nearest(vectors["id3"], 5)}


async def test_a_folder_that_cannot_be_made_is_told_and_left_alone(
    make_index: MakeIndex, tmp_path: Path, stored: list[Passage]
) -> None:
    (tmp_path / "chroma").write_text("a file of the user's", encoding="utf-8")
    with pytest.raises(IndexUnavailable, match=str(tmp_path / "chroma")):
        await make_index().recall(stored)
    assert (tmp_path / "chroma").read_text(encoding="utf-8") == "a file of the user's"


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Let another process hold the database for itself until told to let go."""
    code = (
        "import select, sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('begin exclusive'); print(flush=1);"
        "select.select([sys.stdin], [], [], 6)"  # so that a test that does wait ends all the same
    )
    holders: list[subprocess.Popen[bytes]] = []

    def lock() -> None:
        command = [sys.executable, "-c", code, str(database_in(tmp_path))]
        holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        holders.append(holder)
        assert holder.stdout
        holder.stdout.readline()

    yield lock
    for holder in holders:
        holder.communicate(b"\n", timeout=10)


async def test_a_locked_database_is_not_waited_for(
    make_index: MakeIndex, stored: list[Passage], vectors: Vectors, locked: Callable[[], None]
) -> None:
    index = make_index(read_deadline_s=0.2)
    await index.upsert(stored, vectors)
    locked()
    with pytest.raises(IndexUnavailable, match="in time"):
        await index.recall(stored)
    async with asyncio.timeout(2):
        with pytest.raises(IndexUnavailable, match="in time"):
            await index.upsert(stored, vectors)
    assert index.take_notices() == ()


async def test_a_database_that_is_locked_at_the_start_is_not_waited_for(
    make_index: MakeIndex, stored: list[Passage], vectors: Vectors, locked: Callable[[], None]
) -> None:
    first = make_index()
    await first.upsert(stored, vectors)
    await first.close()
    locked()
    with pytest.raises(IndexUnavailable, match="locked by another program"):
        await make_index().recall(stored, deadline_s=5)


async def test_a_database_deleted_in_use_is_begun_anew(
    make_index: MakeIndex, tmp_path: Path, stored: list[Passage], vectors: Vectors
) -> None:
    index = make_index()
    await index.upsert(stored, vectors)
    database_in(tmp_path).parent.rename(tmp_path / "moved")
    with suppress(IndexUnavailable):
        await index.upsert(stored, vectors)
    await index.upsert(stored, vectors)
    assert set(await index.recall(stored)) == set(vectors)


async def test_a_full_disk_is_told_before_chroma_meets_it_and_healed_by_room(
    make_index: MakeIndex, tmp_path: Path, stored: list[Passage], vectors: Vectors
) -> None:
    first = make_index()
    await first.upsert(stored, vectors)
    await first.close()
    index = make_index(least_free_bytes=2**60)
    for call in (index.open(), index.recall(stored), index.upsert(stored, vectors), index.nearest(vectors["id0"], 1)):
        with pytest.raises(IndexUnavailable, match="the disk is full"):
            await call
    assert set_aside_in(tmp_path) == []
    assert set(await make_index().recall(stored)) == set(vectors)


async def test_a_silent_server_is_told_by_its_address(make_index: MakeIndex, stored: list[Passage]) -> None:
    with pytest.raises(IndexUnavailable, match=r"http://127\.0\.0\.1:9"):
        await make_index(chroma_url="http://127.0.0.1:9").recall(stored)


async def test_a_server_that_never_answers_is_not_waited_for(make_index: MakeIndex, stored: list[Passage]) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        index = make_index(chroma_url=f"http://127.0.0.1:{silent.getsockname()[1]}", read_deadline_s=0.2)
        with pytest.raises(IndexUnavailable, match="in time"):
            await index.recall(stored)


def bring_about(fault: str, *options: str) -> list[dict[str, Any]]:
    """Run the program that breaks things, which can do so more often than a test should."""
    command = [sys.executable, str(FAULTS), fault, *options, "--json"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if "no small disk to be had" in ended.stderr:
        pytest.skip("no file system can be mounted here: " + ended.stderr.strip().splitlines()[-1])
    assert ended.returncode == 0, ended.stderr
    rows: list[dict[str, Any]] = json.loads(ended.stdout)
    return rows


def test_what_was_acknowledged_outlives_a_kill_in_mid_write() -> None:
    rows = bring_about("kills", "--times", "2")
    assert len(rows) == 2
    for row in rows:
        assert (row["lost"], row["wrong"], row["said"]) == (0, 0, [])
        assert row["acknowledged"] > 0


def test_three_processes_answer_at_once_and_one_of_them_stores() -> None:
    *answered, after = bring_about("processes")
    assert [row["answers"] for row in answered] == [row["of"] for row in answered]
    assert any("in use by another Footnote" in said for row in answered for said in row["said"])
    assert after["wrong"] == 0
    assert after["stored"] > 0


def test_a_small_disk_costs_no_answer_and_no_vector() -> None:
    rows = {row["disk"]: row for row in bring_about("disk")}
    assert all(row["answers"] == 16 for row in rows.values() if "answers" in row)
    assert "the disk is full" in rows["full"]["said"]
    assert "cannot be written" in rows["read-only"]["said"]
    for state in ("with room", "with room again", "writable again"):
        assert rows[state]["said"] == ""
    assert rows["met by Chroma"]["said"]
    for state in ("after all", "in a new process"):
        assert (rows[state]["lost"], rows[state]["wrong"], rows[state]["said"]) == (0, 0, [])
