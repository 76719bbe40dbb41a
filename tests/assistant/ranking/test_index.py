"""Stored embeddings: found again by content, filtered, bounded; the same in a folder and on a server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import numpy as np
import pytest

from assistant.evidence import Page, Passage
from assistant.ranking.index import PassageIndex, StoredPassage

MakeIndex = Callable[..., PassageIndex]
Vectors = dict[str, np.ndarray]


class Waits(Protocol):
    now: datetime

    def __call__(self) -> float: ...

    def wait(self, days: float) -> None: ...


def page_of(passage: Passage, **options: Any) -> Page:
    return Page(url=passage.url, final_url=passage.url, title=passage.title, text=passage.text, **options)


async def test_what_was_stored_is_found_by_content_and_by_id(
    make_any_index: MakeIndex, stored: list[Passage], vectors: Vectors
) -> None:
    index = make_any_index()
    await index.upsert(stored[:4], vectors)
    for found in (await index.recall([stored[1], stored[4], stored[3]]), await index.vectors(["id1", "id4", "id3"])):
        assert {id_: vector.tolist() for id_, vector in found.items()} == {
            "id1": vectors["id1"].tolist(),
            "id3": vectors["id3"].tolist(),
        }


async def test_it_is_found_after_reopening(make_any_index: MakeIndex, stored: list[Passage], vectors: Vectors) -> None:
    first = make_any_index()
    await first.upsert(stored, vectors)
    await first.close()
    assert set(await make_any_index().recall(stored)) == set(vectors)


async def test_a_text_met_on_another_page_has_its_vector(
    make_any_index: MakeIndex, stored: list[Passage], vectors: Vectors
) -> None:
    index = make_any_index()
    await index.upsert(stored, vectors)
    mirrored = [replace(stored[2], id="mirror", url="https://mirror.test/"), replace(stored[2], id="again")]
    found = await index.recall(mirrored)
    assert [found[id_].tolist() for id_ in ("mirror", "again")] == [vectors["id2"].tolist()] * 2


async def test_a_changed_text_has_no_vector_of_the_old_one(
    make_any_index: MakeIndex, stored: list[Passage], vectors: Vectors
) -> None:
    index = make_any_index()
    await index.upsert(stored, vectors)
    assert await index.recall([replace(stored[2], text="Text 2, corrected")]) == {}


async def test_a_title_that_is_embedded_belongs_to_the_content(
    make_any_index: MakeIndex, stored: list[Passage], vectors: Vectors
) -> None:
    index = make_any_index()
    await index.upsert(stored, vectors)
    assert await index.recall([replace(stored[2], title="Another title")]) == {}


async def test_a_title_that_is_not_embedded_is_none_of_the_content(
    make_any_index: MakeIndex, stored: list[Passage], vectors: Vectors
) -> None:
    index = make_any_index(embedded_text=lambda passage: passage.text)
    await index.upsert(stored, vectors)
    assert set(await index.recall([replace(stored[2], title="Another title")])) == {"id2"}


async def test_models_do_not_share_vectors(make_any_index: MakeIndex, stored: list[Passage], vectors: Vectors) -> None:
    await make_any_index(collection="one").upsert(stored, vectors)
    assert await make_any_index(collection="/models/two").recall(stored) == {}
    assert await make_any_index(collection="models two").recall(stored) == {}


async def test_the_nearest_come_back_as_they_were_with_similarity_and_age(
    make_any_index: MakeIndex, stored: list[Passage], vectors: Vectors, clock: Waits
) -> None:
    index = make_any_index(clock=clock)
    read_at = clock.now - timedelta(days=3)
    await index.upsert([*stored, stored[0]], vectors, pages=[page_of(stored[2], language="fr", fetched_at=read_at)])
    best, *others = await index.nearest(vectors["id2"], 3)
    assert best == StoredPassage(passage=replace(stored[2], score=1.0), fetched_at=read_at, language="fr")
    assert [(other.passage.score, other.fetched_at) for other in others] == [(0.0, clock.now)] * 2


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"language": "fr"}, {"id0", "id2"}),
        ({"hosts": ["a1.test", "a2.test", "b.test"]}, {"id1", "id2"}),
        ({"language": "fr", "hosts": ["a1.test", "a2.test"]}, {"id2"}),
        ({"since": datetime(2026, 10, 1, tzinfo=UTC)}, {"id3", "id4"}),
        ({"since": datetime(2026, 10, 25, tzinfo=UTC), "hosts": ["a4.test"]}, set()),
        ({"language": "sw"}, set()),
    ],
)
async def test_the_nearest_are_filtered(
    make_any_index: MakeIndex,
    stored: list[Passage],
    vectors: Vectors,
    clock: Waits,
    filters: dict[str, Any],
    expected: set[str],
) -> None:
    index = make_any_index(clock=clock)
    languages = ["fr", "en", "fr", "en", "en"]
    dates = [stored[0].published] * 3 + [None, None]  # of unknown publication, but read on a day
    passages = [replace(passage, published=date) for passage, date in zip(stored, dates, strict=True)]
    pages = [
        page_of(passage, language=language, fetched_at=datetime(2026, 10, 20, tzinfo=UTC))
        for passage, language in zip(passages, languages, strict=True)
    ]
    await index.upsert(passages, vectors, pages=pages)
    found = await index.nearest(vectors["id0"], 5, **filters)
    assert {each.passage.id for each in found} == expected


async def test_an_empty_index_has_nothing_near(make_any_index: MakeIndex, stored: list[Passage]) -> None:
    index = make_any_index()
    assert await index.nearest(np.ones(5, dtype=np.float32), 3) == ()
    assert await index.recall(stored) == {}
    assert await index.recall([]) == {}
    assert await index.vectors([]) == {}
    await index.upsert([], {})


async def test_what_chroma_could_not_hold_is_left_out(
    make_any_index: MakeIndex, stored: list[Passage], vectors: Vectors
) -> None:
    index = make_any_index()
    passages = [replace(stored[0], text="half a pair: \ud800"), *stored[1:]]
    odd = {"id1": np.zeros(5, dtype=np.float32), "id2": np.full(5, np.nan, dtype=np.float32)}
    await index.upsert(passages, vectors | odd)
    assert set(await index.recall(passages)) == {"id3", "id4"}


async def test_vectors_are_stored_with_length_one(
    make_any_index: MakeIndex, stored: list[Passage], vectors: Vectors
) -> None:
    index = make_any_index()
    await index.upsert(stored[:1], {"id0": 3 * vectors["id0"]})
    assert (await index.recall(stored[:1]))["id0"].tolist() == vectors["id0"].tolist()


async def test_a_full_collection_forgets_its_older_half(
    make_any_index: MakeIndex, stored: list[Passage], vectors: Vectors
) -> None:
    index = make_any_index(most_passages=4)
    for start in (0, 2, 4):  # after each full half a new one begins
        await index.upsert(stored[start : start + 2], vectors)
    assert set(await index.recall(stored)) == {"id2", "id3", "id4"}


async def test_what_is_met_again_stays(make_any_index: MakeIndex, stored: list[Passage], vectors: Vectors) -> None:
    index = make_any_index(most_passages=4)
    await index.upsert(stored[:2], vectors)
    await index.upsert(stored[2:4], vectors)
    await index.recall([stored[0]])
    await index.upsert(stored[4:], vectors)
    assert set(await index.recall(stored)) == {"id0", "id2", "id3", "id4"}
    (best, _) = await index.nearest(vectors["id0"], 2)
    assert best.passage.id == "id0"


async def test_what_was_met_again_stays_though_nothing_was_stored_since(
    make_any_index: MakeIndex, stored: list[Passage], vectors: Vectors
) -> None:
    first = make_any_index(most_passages=4)
    await first.upsert(stored[:2], vectors)
    await first.upsert(stored[2:4], vectors)
    await first.recall([stored[0]])
    await first.close()
    second = make_any_index(most_passages=4)
    await second.upsert(stored[4:], vectors)
    assert set(await second.recall(stored)) == {"id0", "id2", "id3", "id4"}


async def test_a_passage_in_both_halves_is_found_once(
    make_any_index: MakeIndex, stored: list[Passage], vectors: Vectors
) -> None:
    index = make_any_index(most_passages=4)
    await index.upsert(stored[:2], vectors)
    await index.upsert(stored[:1], vectors)
    found = await index.nearest(vectors["id0"], 5)
    assert sorted(each.passage.id for each in found) == ["id0", "id1"]


async def test_what_nobody_met_for_long_is_forgotten(
    make_any_index: MakeIndex, stored: list[Passage], vectors: Vectors, clock: Waits
) -> None:
    index = make_any_index(most_age=timedelta(days=10), clock=clock)
    for passage in stored[:3]:
        await index.upsert([passage], vectors)
        clock.wait(days=6)
    assert set(await index.recall(stored)) == {"id1", "id2"}


async def test_the_bound_holds_after_reopening(
    make_any_index: MakeIndex, stored: list[Passage], vectors: Vectors
) -> None:
    for passage in stored:
        index = make_any_index(most_passages=2)
        await index.upsert([passage], vectors)
        await index.close()
    assert set(await make_any_index(most_passages=2).recall(stored)) == {"id3", "id4"}


async def test_vectors_of_another_length_are_begun_anew_and_told(
    make_any_index: MakeIndex, stored: list[Passage], vectors: Vectors
) -> None:
    index = make_any_index()
    await index.upsert(stored, vectors)
    longer = np.eye(7, dtype=np.float32)[0]
    await index.upsert(stored[:1], {"id0": longer})
    assert {id_: vector.tolist() for id_, vector in (await index.recall(stored)).items()} == {"id0": longer.tolist()}
    (notice,) = index.take_notices()
    assert "set aside as" in notice


async def test_two_indexes_of_one_process_share(
    make_any_index: MakeIndex, stored: list[Passage], vectors: Vectors
) -> None:
    one, two = make_any_index(), make_any_index()
    await one.upsert(stored[:2], vectors)
    await two.upsert(stored[2:], vectors)
    await one.close()
    assert set(await two.recall(stored)) == set(vectors)


async def test_a_collection_dropped_by_another_client_is_begun_anew(
    make_index: MakeIndex, chroma_server: str, stored: list[Passage], vectors: Vectors
) -> None:
    one = make_index(chroma_url=chroma_server, collection="dropped", most_passages=2)
    other = make_index(chroma_url=chroma_server, collection="dropped", most_passages=2)
    await one.upsert(stored[:1], vectors)
    for passage in stored[1:4]:
        await other.upsert([passage], vectors)
    assert set(await one.recall(stored)) == {"id2", "id3"}
    await one.upsert(stored[4:], vectors)
    assert "id4" in await one.recall(stored)
