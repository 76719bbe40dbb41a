"""Score passages with an embedder in hand: synchronous, without deadline or storage.

`reranking.py` does the same piece by piece for a turn, with the functions of this module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from langchain_core.embeddings import Embeddings

from assistant.evidence import Passage
from assistant.ranking.fusing import Rounds, best_first, rounds
from assistant.ranking.passages import surroundings
from assistant.ranking.pool import PassagePool
from retrievers import Freshness

__all__ = [
    "Finished",
    "embed_alike",
    "embed_passages",
    "embed_query",
    "glance",
    "in_order",
    "rank_now",
    "scores_by_meaning",
    "scores_by_words",
    "searchable",
    "send",
    "serves",
    "tells_nearness",
]

E5_QUERY_PREFIX = "query: "
"""See the model card of intfloat/multilingual-e5-small; no other model that Footnote knows asks for it."""


def rank_now(
    question: str,
    passages: Sequence[Passage],
    *,
    language: str | None,
    embedder: Embeddings | None,
    freshness: Freshness | None = None,
) -> list[Passage]:
    """Rank in one go, without threads, deadline or storage."""
    pool = PassagePool(passages, language, freshness=freshness)
    if embedder is None or not passages or not serves(embedder, language):
        return list(in_order(passages, scores_by_words(pool, question)))
    scores, similarities = compared(pool, question, embedder)
    return list(in_order(passages, scores, similarities if tells_nearness(embedder) else {}))


def scores_by_words(pool: PassagePool, question: str) -> np.ndarray:
    """Score without comparing meanings."""
    stage = rounds(pool, question)
    next(stage)
    while True:
        try:
            send(stage, {})
        except Finished as finished:
            return finished.scores


def scores_by_meaning(pool: PassagePool, question: str, embedder: Embeddings) -> np.ndarray:
    """Score with an embedder, in one go."""
    return compared(pool, question, embedder)[0]


def compared(pool: PassagePool, question: str, embedder: Embeddings) -> tuple[np.ndarray, Mapping[int, float]]:
    """Score with an embedder and tell the cosines of the passages that were compared, by their positions."""
    asked = embed_query(embedder, question)
    stage = rounds(pool, question, glance(embedder, question, pool))
    wanted = next(stage)
    similarities: dict[int, float] = {}
    while True:
        values = embed_passages(embedder, [pool.passages[position] for position in wanted]) @ asked
        found = dict(zip(wanted, values.tolist(), strict=True))
        similarities |= found
        try:
            wanted = send(stage, found)
        except Finished as finished:
            return finished.scores, similarities


class Finished(Exception):
    """The rounds are over; a StopIteration may not cross a thread."""

    def __init__(self, scores: np.ndarray) -> None:
        """Carry the scores."""
        super().__init__()
        self.scores = scores


def send(stage: Rounds, similarities: Mapping[int, float]) -> list[int]:
    """Hand similarities over and give what is worth comparing next; raise `Finished` at the end."""
    try:
        return stage.send(similarities)
    except StopIteration as end:
        raise Finished(end.value) from end


def glance(embedder: Embeddings, question: str, pool: PassagePool) -> dict[int, float] | None:
    """Look through passages in another language cheaply, if the embedder can."""
    likenesses = getattr(embedder, "likenesses", None)
    if likenesses is None or not pool.is_foreign:
        return None
    return dict(enumerate(likenesses(question, [searchable(passage) for passage in pool.passages])))


def in_order(
    passages: Sequence[Passage], scores: np.ndarray, nearness: Mapping[int, float] = MappingProxyType({})
) -> tuple[Passage, ...]:
    """Put passages in the order of their scores; fill these in, and their cosines with the question, if known."""
    return tuple(
        replace(passages[position], score=float(scores[position]), nearness=nearness.get(position))
        for position in best_first(scores)
    )


def tells_nearness(embedder: Embeddings) -> bool:
    """Tell whether cosines are those of multilingual-e5: other models spread theirs otherwise."""
    return getattr(embedder, "query_prefix", "") == E5_QUERY_PREFIX


def searchable(passage: Passage) -> str:
    """Give what of a passage is compared by meaning: its title, its headings and its text."""
    above = surroundings(passage)
    return f"{above}\n{passage.text}" if above else passage.text


def serves(embedder: Embeddings, language: str | None) -> bool:
    """Tell whether an embedder knows a language; one that names none knows all."""
    languages: Sequence[str] = getattr(embedder, "languages", ())
    return not languages or language in languages


def embed_alike(embedder: Embeddings, texts: list[str]) -> np.ndarray:
    """Embed texts that are to be compared with one another, all in the way of questions, as multilingual E5 wants it.

    See the model card of intfloat/multilingual-e5-small, "symmetric tasks".
    """
    encode = getattr(embedder, "encode", None)
    prefix = getattr(embedder, "query_prefix", "")
    if encode is None:
        return unit_rows([embedder.embed_query(text) for text in texts])
    rows: np.ndarray = encode([prefix + text for text in texts])
    return rows


def embed_query(embedder: Embeddings, question: str) -> np.ndarray:
    """Embed a question with any LangChain embedder, as a vector of length one."""
    vector: np.ndarray = unit_rows([embedder.embed_query(question)])[0]
    return vector


def embed_passages(embedder: Embeddings, passages: Sequence[Passage]) -> np.ndarray:
    """Embed passages with any LangChain embedder, as rows of length one."""
    return unit_rows(embedder.embed_documents([searchable(passage) for passage in passages]))


def unit_rows(rows: list[list[float]]) -> np.ndarray:
    """Scale rows to length one, so that their products are cosines."""
    matrix = np.asarray(rows, dtype=np.float32)
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    scaled: np.ndarray = matrix / np.maximum(lengths, np.finfo(np.float32).tiny)
    return scaled
