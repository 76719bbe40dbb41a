"""Stored embeddings: found again, and never a reason to fail."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import IndexUnavailable
from assistant.evidence import Passage
from assistant.ranking.index import PassageIndex
from assistant.settings import Settings

PUBLISHED = datetime(2026, 1, 2, tzinfo=UTC)
PASSAGES = [
    Passage(id=f"id{n}", url=f"https://a.test/{n}", title=f"Title {n}", text=f"Text {n}", start=n, published=PUBLISHED)
    for n in range(5)
]
VECTORS = {passage.id: np.eye(5, dtype=np.float32)[n] for n, passage in enumerate(PASSAGES)}

MakeIndex = Callable[..., PassageIndex]


@pytest.fixture
async def make_index(tmp_path: Path) -> AsyncIterator[MakeIndex]:
    made: list[PassageIndex] = []

    def make(*, chroma_url: str | None = None, collection: str = "tiny", **options: float) -> PassageIndex:
        made.append(
            PassageIndex(Settings(data_dir=tmp_path, chroma_url=chroma_url), collection=collection, **options)  # type: ignore[arg-type]
        )
        return made[-1]

    yield make
    for index in made:
        await index.close()


async def test_what_was_stored_is_found_by_id(make_index: MakeIndex) -> None:
    index = make_index()
    await index.upsert(PASSAGES, VECTORS)
    found = await index.vectors(["id1", "unknown", "id3"])
    assert {id_: vector.tolist() for id_, vector in found.items()} == {
        "id1": VECTORS["id1"].tolist(),
        "id3": VECTORS["id3"].tolist(),
    }


async def test_it_is_found_after_reopening(make_index: MakeIndex) -> None:
    first = make_index()
    await first.upsert(PASSAGES, VECTORS)
    await first.close()
    assert set(await make_index().vectors(["id2"])) == {"id2"}


async def test_the_nearest_come_back_as_they_were_with_their_similarity(make_index: MakeIndex) -> None:
    index = make_index()
    await index.upsert([*PASSAGES, PASSAGES[0]], VECTORS)
    best, *others = await index.nearest(VECTORS["id2"], limit=3)
    assert best.score == pytest.approx(1)
    assert (best.id, best.url, best.title, best.text, best.start, best.published) == (
        "id2",
        "https://a.test/2",
        "Title 2",
        "Text 2",
        2,
        PUBLISHED,
    )
    assert [other.score for other in others] == pytest.approx([0, 0], abs=1e-6)


async def test_an_empty_index_has_nothing_near(make_index: MakeIndex) -> None:
    index = make_index()
    assert await index.nearest(VECTORS["id0"], limit=3) == ()
    assert await index.vectors(["id0"]) == {}
    assert await index.vectors([]) == {}
    await index.upsert([], {})


async def test_models_do_not_share_a_collection(make_index: MakeIndex) -> None:
    await make_index(collection="one").upsert(PASSAGES, VECTORS)
    assert await make_index(collection="/models/two").vectors(["id0"]) == {}


async def test_the_first_stored_make_room(make_index: MakeIndex) -> None:
    index = make_index(most_passages=3)
    await index.upsert(PASSAGES[:3], VECTORS)
    await index.upsert(PASSAGES[3:], VECTORS)
    assert set(await index.vectors(list(VECTORS))) == {"id2", "id3", "id4"}


async def test_nothing_is_written_outside_the_data_directory(make_index: MakeIndex, tmp_path: Path) -> None:
    written: list[str] = []

    def note(event: str, args: tuple[object, ...]) -> None:
        if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
            written.append(str(args[0]))

    sys.addaudithook(note)
    await make_index().upsert(PASSAGES, VECTORS)
    assert all(path.startswith((str(tmp_path), "/dev/")) or path.endswith(".pyc") for path in list(written)), written
    assert os.listdir(tmp_path) == ["chroma"]  # noqa: PTH208 - a path's own listing counts as blocking here


def garbage(database: Path) -> None:
    database.write_bytes(b"not a database" * 500)


def cut_short(database: Path) -> None:
    os.truncate(database, 10_000)


def without_a_table(database: Path) -> None:
    code = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('drop table embeddings'); c.commit()"
    subprocess.run([sys.executable, "-c", code, str(database)], check=True)


@pytest.mark.parametrize("spoil", [garbage, cut_short, without_a_table])
async def test_a_broken_database_is_set_aside_told_and_begun_anew(
    make_index: MakeIndex, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    first = make_index()
    await first.upsert(PASSAGES, VECTORS)
    await first.close()
    spoil(tmp_path / "chroma" / "chroma.sqlite3")
    index = make_index()
    assert await index.vectors(["id0"]) == {}
    (notice,) = index.take_notices()
    assert "chroma.broken-1" in notice
    assert index.take_notices() == ()
    assert (tmp_path / "chroma.broken-1").is_dir()
    await index.upsert(PASSAGES, VECTORS)
    assert set(await index.vectors(["id0"])) == {"id0"}


async def test_vectors_of_another_length_begin_the_database_anew(make_index: MakeIndex) -> None:
    index = make_index()
    await index.upsert(PASSAGES, VECTORS)
    await index.upsert(PASSAGES[:1], {"id0": np.ones(3, dtype=np.float32)})
    assert (await index.vectors(["id0"]))["id0"].shape == (3,)
    assert len(index.take_notices()) == 1


async def test_a_folder_that_cannot_be_made_is_told_and_left_alone(make_index: MakeIndex, tmp_path: Path) -> None:
    (tmp_path / "chroma").write_text("a file of the user's", encoding="utf-8")
    with pytest.raises(IndexUnavailable, match=str(tmp_path / "chroma")):
        await make_index().vectors(["id0"])
    assert (tmp_path / "chroma").read_text(encoding="utf-8") == "a file of the user's"


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Let another process hold the database for itself until told to let go."""
    code = (
        "import select, sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('begin exclusive'); print(flush=1);"
        "select.select([sys.stdin], [], [], 6)"  # so that a test that does wait ends all the same
    )
    database = tmp_path / "chroma" / "chroma.sqlite3"
    holders: list[subprocess.Popen[bytes]] = []

    def lock() -> None:
        command = [sys.executable, "-c", code, str(database)]
        holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        holders.append(holder)
        assert holder.stdout
        holder.stdout.readline()

    yield lock
    for holder in holders:
        holder.communicate(b"\n", timeout=10)


async def test_a_locked_database_is_not_waited_for(make_index: MakeIndex, locked: Callable[[], None]) -> None:
    index = make_index(read_deadline_s=0.2)
    await index.upsert(PASSAGES, VECTORS)
    locked()
    with pytest.raises(IndexUnavailable, match="in time"):
        await index.vectors(["id0"])
    async with asyncio.timeout(2):
        with pytest.raises(IndexUnavailable, match="in time"):
            await index.upsert(PASSAGES, VECTORS)
    assert index.take_notices() == ()


async def test_a_database_that_is_locked_at_the_start_is_not_waited_for(
    make_index: MakeIndex, locked: Callable[[], None]
) -> None:
    first = make_index()
    await first.upsert(PASSAGES, VECTORS)
    await first.close()
    locked()
    with pytest.raises(IndexUnavailable, match="locked by another program"):
        await make_index().vectors(["id0"], deadline_s=5)


async def test_a_database_deleted_in_use_is_begun_anew(make_index: MakeIndex, tmp_path: Path) -> None:
    index = make_index()
    await index.upsert(PASSAGES, VECTORS)
    (tmp_path / "chroma").rename(tmp_path / "moved")
    with pytest.raises(IndexUnavailable):
        await index.upsert(PASSAGES, VECTORS)
    await index.upsert(PASSAGES, VECTORS)
    assert set(await index.vectors(["id0"])) == {"id0"}


async def test_a_silent_server_is_told_by_its_address(make_index: MakeIndex) -> None:
    with pytest.raises(IndexUnavailable, match=r"http://127\.0\.0\.1:9"):
        await make_index(chroma_url="http://127.0.0.1:9").vectors(["id0"])
