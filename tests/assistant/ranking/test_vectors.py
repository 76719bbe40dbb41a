"""Texts of any language are compared through the ranker's embedder."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from assistant.errors import ModelUnavailable
from assistant.ranking.embedding import PassageEmbedder
from assistant.ranking.reranking import Ranker


class English(Embeddings):
    """An embedder that knows one language and no `encode`."""

    languages: Sequence[str] = ("en",)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return [float(len(text)), 1.0]


@pytest.fixture
async def ranker(encoder_folder: Path) -> AsyncIterator[Ranker]:
    ranker = Ranker(PassageEmbedder(encoder_folder), None)
    await ranker.warm()
    yield ranker
    await ranker.close()


async def test_texts_become_rows_of_length_one(ranker: Ranker) -> None:
    rows = await ranker.vectors(["the cat sleeps", "a dog barks"])
    assert np.allclose(np.linalg.norm(rows, axis=1), 1)


async def test_an_embedder_without_batches_is_asked_one_by_one() -> None:
    ranker = Ranker(English(), None)
    await ranker.warm()
    rows = await ranker.vectors(["the cat", "a dog barks"])
    assert np.allclose(np.linalg.norm(rows, axis=1), 1)
    await ranker.close()


async def test_without_an_embedder_it_is_told() -> None:
    with pytest.raises(ModelUnavailable, match="not ready"):
        await Ranker(None, None).vectors(["the cat"])


def test_an_embedder_of_one_language_does_not_compare_languages() -> None:
    assert not Ranker(English(), None).knows_all_languages
    assert not Ranker(None, None).knows_all_languages
