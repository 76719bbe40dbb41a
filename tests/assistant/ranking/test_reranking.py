"""Both rankings joined, within the deadline, whatever fails."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from assistant.errors import ModelUnavailable
from assistant.evidence import Page, Passage
from assistant.ranking import rank
from assistant.ranking.comparison import Vectors
from assistant.ranking.embedding import PassageEmbedder
from assistant.ranking.fusing import FIRST_ROUND, MEANING, SECOND_ROUND
from assistant.ranking.index import PassageIndex
from assistant.ranking.reranking import Ranker
from assistant.settings import Settings


def passage(id_: str, text: str) -> Passage:
    return Passage(id=id_, url=f"https://a.test/{id_}", title="", text=text, start=0)


PASSAGES = [
    passage("words", "A car is a car is a car."),
    passage("meaning", "An automobile drives on roads."),
    passage("neither", "The moon is far away."),
]


class Topics(Embeddings):
    """Embed by topic: whatever drives lies in one direction, the rest in the other."""

    languages = ("en",)

    def __init__(self) -> None:
        self.embedded: list[str] = []
        self.go = threading.Event()
        self.go.set()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.go.wait(10)
        self.embedded += texts
        return [[1.0, 0.1] if "drive" in text else [0.1, 1.0] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return [2.0, 0.0] if "car" in text else [0.0, 2.0]


class Broken(Topics):
    """Cannot be loaded."""

    def load(self) -> None:
        message = "folder: broken; pull it again"
        raise ModelUnavailable(message)


def ids(passages: tuple[Passage, ...] | list[Passage]) -> list[str]:
    return [found.id for found in passages]


async def test_words_and_meaning_are_added_each_for_its_share() -> None:
    ranker = Ranker(Topics(), None)
    ranking = await ranker.rank("Which car?", "en", PASSAGES, deadline_s=10)
    await ranker.close()
    assert {found.id: found.score for found in ranking.passages} == pytest.approx(
        {"meaning": MEANING, "words": 1 - MEANING, "neither": 0}
    )
    assert ids(ranking.passages) == ["meaning", "words", "neither"]
    assert ranking.gaps == ()


class TopicsOfE5(Topics):
    """Asks for a question to be marked as one, as multilingual-e5 does."""

    query_prefix = "query: "


async def test_passages_carry_their_cosine_with_the_question_where_the_model_gives_it_its_meaning() -> None:
    ranker = Ranker(TopicsOfE5(), None)
    ranked = (await ranker.rank("Which car?", "en", PASSAGES, deadline_s=10)).passages
    await ranker.close()
    near, far = 1 / np.hypot(1, 0.1), 0.1 / np.hypot(1, 0.1)
    found = {one.id: one.nearness for one in ranked}
    assert found == pytest.approx({"meaning": near, "words": far, "neither": far})
    now = {one.id: one.nearness for one in rank("Which car?", PASSAGES, language="en", embedder=TopicsOfE5())}
    assert now == pytest.approx(found)


async def test_cosines_of_other_models_and_none_at_all_tell_no_nearness() -> None:
    ranker = Ranker(Topics(), None)
    ranked = (await ranker.rank("Which car?", "en", PASSAGES, deadline_s=10)).passages
    await ranker.close()
    assert {one.nearness for one in [*ranked, *rank("Which car?", PASSAGES, language="en", embedder=Topics())]} == {
        None
    }


async def test_stored_vectors_count_beyond_what_is_embedded(tmp_path: Path) -> None:
    many = [passage(f"p{number}", f"car {number}") for number in range(FIRST_ROUND + SECOND_ROUND)]
    last = passage("last", "It drives on roads, says this text without the word that was asked for.")
    index = PassageIndex(Settings(data_dir=tmp_path), collection="topics")
    await index.upsert([last], {"last": np.array([1.0, 0.1], dtype=np.float32)})
    embedder = Topics()
    ranker = Ranker(embedder, index)
    await ranker.warm()
    ranking = await ranker.rank("car", "en", [*many, last], deadline_s=10)
    await ranker.close()
    assert ids(ranking.passages)[0] == "last"
    assert last.text not in embedder.embedded


class Watching(PassageIndex):
    """Notes how much had been embedded when something was to be stored."""

    def __init__(self, settings: Settings, embedder: Topics) -> None:
        super().__init__(settings, collection="topics")
        self.embedder = embedder
        self.embedded_before: list[int] = []

    async def upsert(self, passages: Sequence[Passage], vectors: Vectors, *, pages: Sequence[Page] = ()) -> None:
        self.embedded_before.append(len(self.embedder.embedded))
        await super().upsert(passages, vectors, pages=pages)


async def test_storing_waits_until_all_is_compared_for_it_would_take_the_processor(tmp_path: Path) -> None:
    many = [passage(f"p{number}", f"car {number} which drives") for number in range(FIRST_ROUND + SECOND_ROUND + 20)]
    embedder = Topics()
    index = Watching(Settings(data_dir=tmp_path), embedder)
    ranker = Ranker(embedder, index)
    await ranker.warm()
    await ranker.rank("car", "en", many, deadline_s=10)
    assert not index.embedded_before
    await ranker.close()
    assert index.embedded_before == [FIRST_ROUND + SECOND_ROUND]


async def test_meaning_lifts_a_passage_without_the_words() -> None:
    passages = [PASSAGES[0], PASSAGES[2], PASSAGES[1]]
    ranker = Ranker(Topics(), None)
    assert ids((await ranker.rank("Which car?", "en", passages, deadline_s=10)).passages)[-1] == "neither"
    await ranker.close()
    assert ids(rank("Which car?", passages, language="en", embedder=Topics()))[-1] == "neither"
    assert ids(rank("Which car?", passages, language="en"))[-1] == "meaning"


@pytest.mark.parametrize("language", ["fr", None])
async def test_a_language_the_embedder_does_not_serve_is_ranked_by_words(language: str | None) -> None:
    embedder = Topics()
    ranker = Ranker(embedder, None)
    ranking = await ranker.rank("car", language, PASSAGES, deadline_s=10)
    assert ids(ranking.passages) == ["words", "meaning", "neither"]
    assert "does not serve" in ranking.gaps[0]
    assert embedder.embedded == []


async def test_without_an_embedder_words_rank_and_the_gap_says_so() -> None:
    ranking = await Ranker(None, None).rank("moon", "en", PASSAGES, deadline_s=10)
    assert ids(ranking.passages)[0] == "neither"
    assert "no embedding model" in ranking.gaps[0]


async def test_an_embedder_that_cannot_be_loaded_is_a_gap_each_time() -> None:
    ranker = Ranker(Broken(), None)
    for _ in range(2):
        ranking = await ranker.rank("moon", "en", PASSAGES, deadline_s=10)
        assert ids(ranking.passages)[0] == "neither"
        assert "pull it again" in ranking.gaps[0]
    await ranker.close()


async def test_when_time_runs_out_the_order_by_words_stands() -> None:
    embedder = Topics()
    embedder.go.clear()
    ranker = Ranker(embedder, None)
    ranking = await ranker.rank("moon", "en", PASSAGES, deadline_s=0.05)
    assert ids(ranking.passages)[0] == "neither"
    assert "no time was left" in ranking.gaps[0]
    embedder.go.set()
    await ranker.close()


async def test_an_embedder_still_loading_is_a_gap_and_serves_the_next_question() -> None:
    class Slow(Topics):
        def load(self) -> None:
            self.go.wait(10)

    embedder = Slow()
    embedder.go.clear()
    ranker = Ranker(embedder, None)
    assert "not ready in time" in (await ranker.rank("car", "en", PASSAGES, deadline_s=0.05)).gaps[0]
    embedder.go.set()
    await ranker.warm()
    assert (await ranker.rank("car", "en", PASSAGES, deadline_s=10)).gaps == ()
    await ranker.close()


async def test_only_the_best_by_words_are_embedded_and_all_are_returned() -> None:
    embedder = Topics()
    ranker = Ranker(embedder, None)
    many = [passage(f"p{number}", f"car {number}") for number in range(100)]
    ranking = await ranker.rank("car", "en", many, deadline_s=10)
    await ranker.close()
    assert len(embedder.embedded) == FIRST_ROUND + SECOND_ROUND
    assert sorted(ids(ranking.passages)) == sorted(ids(many))


async def test_nothing_to_rank_is_an_empty_ranking() -> None:
    ranker = Ranker(Topics(), None)
    assert (await ranker.rank("car", "en", [], deadline_s=1)).passages == ()
    await ranker.close()


async def test_a_passage_met_again_is_not_embedded_again(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    first, second = Topics(), Topics()
    for embedder in (first, second):
        ranker = Ranker(embedder, PassageIndex(settings, collection="topics"))
        await ranker.warm()
        ranking = await ranker.rank("Which car?", "en", PASSAGES, deadline_s=10)
        assert ids(ranking.passages)[0] == "meaning"
        await ranker.close()
    assert len(first.embedded) == 3
    assert second.embedded == []


async def test_an_index_that_fails_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "chroma").write_text("in the way", encoding="utf-8")
    ranker = Ranker(Topics(), PassageIndex(Settings(data_dir=tmp_path), collection="topics"))
    ranking = await ranker.rank("Which car?", "en", PASSAGES, deadline_s=10)
    await ranker.close()
    assert ids(ranking.passages) == ["meaning", "words", "neither"]
    assert "chroma" in ranking.gaps[0]


async def test_a_real_encoder_ranks(encoder_folder: Path, tmp_path: Path) -> None:
    ranker = Ranker(PassageEmbedder(encoder_folder), PassageIndex(Settings(data_dir=tmp_path), collection="tiny"))
    await ranker.warm()
    ranking = await ranker.rank(
        "the cat sleeps", "en", [passage("a", "dog barks"), passage("b", "cat sleeps")], deadline_s=10
    )
    await ranker.close()
    assert ids(ranking.passages)[0] == "b"
    assert ranking.gaps == ()
