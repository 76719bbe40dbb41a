"""Rank passages for a question: by words at once, by meaning within the deadline, both joined.

Knows the order of the work and what to do without a part of it. Leaves words to `lexical.py`, meaning to
`embedding.py`, storage to `index.py`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from langchain_core.embeddings import Embeddings

from assistant.errors import FootnoteError, IndexUnavailable
from assistant.evidence import Passage
from assistant.ranking.index import PassageIndex
from assistant.ranking.lexical import LexicalIndex
from assistant.ranking.preparation import Preparation
from assistant.ranking.worker import Worker

log = logging.getLogger(__name__)

__all__ = ["Ranker", "Ranking", "rank_now"]

RRF_K = 60
"""Cormack, Clarke and Buettcher 2009: the constant of reciprocal rank fusion."""
MOST_EMBEDDED = 48
"""Passages compared by meaning per question: about what two cores embed in one second."""
AT_ONCE = 8
"""Passages embedded between two looks at the clock."""
SHARE_FOR_STORED = 0.4
"""Of the time left, what may be spent on opening and reading stored embeddings."""
CLOSE_DEADLINE_S = 5.0
LOADED_AT_ONCE_S = 0.05
"""A wait for the embedder longer than this means that the process has just started."""

Vectors = dict[str, np.ndarray]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ranking:
    """Passages, best first, their fused score filled in, and what the ranking had to do without."""

    passages: tuple[Passage, ...]
    gaps: tuple[str, ...] = ()


class Ranker:
    """Rank for many questions, from one event loop; embeds in a thread of its own and keeps embeddings if it can."""

    def __init__(self, embedder: Embeddings | None, index: PassageIndex | None) -> None:
        """Take what there is; without an embedder passages are ranked by words only."""
        self._embedder = embedder
        self._index = index
        self._worker = Worker("passage-embedder")
        self._loading = Preparation(self._load)
        self._opening = Preparation(self._open)
        self._storing: set[asyncio.Task[None]] = set()

    async def warm(self) -> None:
        """Load the embedder and open the index, so that no question waits; a failure is told when it matters."""
        await asyncio.gather(self._loading.ready(), self._opening.ready(), return_exceptions=True)

    async def rank(
        self,
        question: str,
        language: str | None,
        passages: Sequence[Passage],
        *,
        deadline_s: float,
        patience_s: float = 0.0,
    ) -> Ranking:
        """Rank within the deadline; the language of the question, ISO 639-1 or None, decides on stems and embedder.

        `patience_s` comes on top where the embedder is still loading: a process that has just started is worth it.
        """
        clock = asyncio.get_running_loop().time
        ends_at = clock() + deadline_s
        order = await asyncio.to_thread(lexical_order, question, passages, language)
        gaps: list[str] = []
        similarities: dict[str, float] = {}
        embedder = self._embedder_for(language, gaps)
        if embedder and passages:
            best = [passages[position] for position in order[:MOST_EMBEDDED]]
            began_at = clock()
            with suppress(FootnoteError):  # told by what follows
                await self._loading.ready(within_s=patience_s)
            if clock() - began_at > LOADED_AT_ONCE_S:
                ends_at = clock() + deadline_s  # a first ranking also loads what it counts words with
            similarities = await self._similarities(embedder, question, best, ends_at, gaps)
        return Ranking(passages=fused(passages, order, similarities), gaps=tuple(gaps))

    async def close(self) -> None:
        """Finish storing what was computed, then let go of everything."""
        await asyncio.gather(*self._storing, return_exceptions=True)
        await self._opening.cancel()
        await self._loading.cancel()
        if self._index:
            await self._index.close()
        await self._worker.close(deadline_s=CLOSE_DEADLINE_S)

    def _embedder_for(self, language: str | None, gaps: list[str]) -> Embeddings | None:
        """Give the embedder if it knows the language; if not, say why."""
        if self._embedder is None:
            gaps.append("ranked by words only: there is no embedding model; run: footnote models pull minilm")
        elif serves(self._embedder, language):
            return self._embedder
        else:
            gaps.append(f"ranked by words only: the embedding model does not serve {language or 'an unknown language'}")
        return None

    async def _similarities(
        self, embedder: Embeddings, question: str, passages: Sequence[Passage], ends_at: float, gaps: list[str]
    ) -> dict[str, float]:
        """Compare as many passages with the question as time allows, in their order."""
        stored = asyncio.create_task(self._stored(passages, ends_at, gaps))
        try:
            asked = await self._asked(embedder, question, ends_at)
            vectors = await stored
        except TimeoutError:
            gaps.append("ranked by words only: the embedding model was not ready in time")
            return {}
        except FootnoteError as error:
            gaps.append(f"ranked by words only: {error}")
            return {}
        finally:
            stored.cancel()
        missing = [passage for passage in passages if passage.id not in vectors]
        fresh = await self._embedded(embedder, missing, ends_at)
        self._store([passage for passage in passages if passage.id in fresh], fresh)
        if not vectors and not fresh:
            gaps.append("ranked by words only: no time was left to compare meanings")
        return {id_: float(vector @ asked) for id_, vector in (vectors | fresh).items()}

    async def _asked(self, embedder: Embeddings, question: str, ends_at: float) -> np.ndarray:
        """Embed the question, waiting for the embedder if it is still loading."""
        if not await self._loading.ready(within_s=left(ends_at)):
            raise TimeoutError
        return await self._worker.call(partial(embed_query, embedder, question), deadline_s=left(ends_at))

    async def _embedded(self, embedder: Embeddings, passages: Sequence[Passage], ends_at: float) -> Vectors:
        """Embed passages, a few at a time, until all are done or time is up."""
        vectors: Vectors = {}
        clock = asyncio.get_running_loop().time
        last_s = 0.0
        for start in range(0, len(passages), AT_ONCE):
            batch = passages[start : start + AT_ONCE]
            began_at = clock()
            if last_s > left(ends_at):  # it would be computed in vain
                break
            try:
                rows = await self._worker.call(partial(embed_passages, embedder, batch), deadline_s=left(ends_at))
            except TimeoutError:
                break
            vectors.update(zip((passage.id for passage in batch), rows, strict=True))
            last_s = clock() - began_at
        return vectors

    async def _stored(self, passages: Sequence[Passage], ends_at: float, gaps: list[str]) -> Vectors:
        """Read what earlier questions left; without it everything is computed anew."""
        if self._index is None:
            return {}
        until = ends_at - (1 - SHARE_FOR_STORED) * left(ends_at)
        try:
            if not await self._opening.ready(within_s=left(until)):
                return {}
            return await self._index.vectors([passage.id for passage in passages], deadline_s=left(until))
        except IndexUnavailable as error:
            gaps.append(str(error))
            return {}
        finally:
            gaps.extend(self._index.take_notices())

    def _store(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Keep new embeddings, after the answer rather than before it."""
        if self._index is not None and passages:
            task = asyncio.create_task(self._upsert(self._index, passages, vectors))
            self._storing.add(task)
            task.add_done_callback(self._storing.discard)

    async def _upsert(self, index: PassageIndex, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Store; a failure costs time at the next question and no more."""
        try:
            await index.upsert(passages, vectors)
        except IndexUnavailable as error:
            log.warning("embeddings are not kept: %s", error)

    async def _load(self) -> None:
        load = getattr(self._embedder, "load", None)
        if load is not None:
            await self._worker.call(load)

    async def _open(self) -> None:
        if self._index is not None:
            await self._index.open()


def rank_now(
    question: str, passages: Sequence[Passage], *, language: str | None, embedder: Embeddings | None
) -> list[Passage]:
    """Rank in one go, without threads, deadline or storage."""
    order = lexical_order(question, passages, language)
    similarities: dict[str, float] = {}
    if embedder is not None and passages and serves(embedder, language):
        best = [passages[position] for position in order[:MOST_EMBEDDED]]
        values = embed_passages(embedder, best) @ embed_query(embedder, question)
        similarities = dict(zip((passage.id for passage in best), values.tolist(), strict=True))
    return list(fused(passages, order, similarities))


def lexical_order(question: str, passages: Sequence[Passage], language: str | None) -> list[int]:
    """Give the positions of the passages in the order of the words they share with the question."""
    return LexicalIndex(passages, language).order(question)


def fused(passages: Sequence[Passage], order: Sequence[int], similarities: Mapping[str, float]) -> tuple[Passage, ...]:
    """Join the order by words with the order by meaning of those that were compared, by reciprocal rank."""
    compared = [position for position in order if passages[position].id in similarities]
    by_meaning = sorted(compared, key=lambda position: -similarities[passages[position].id])
    scores = dict.fromkeys(order, 0.0)
    for ranking in (order, by_meaning):
        for rank, position in enumerate(ranking, start=1):
            scores[position] += 1 / (RRF_K + rank)
    best_first = sorted(order, key=lambda position: -scores[position])
    return tuple(replace(passages[position], score=scores[position]) for position in best_first)


def serves(embedder: Embeddings, language: str | None) -> bool:
    """Tell whether an embedder knows a language; one that names none knows all."""
    languages: Sequence[str] = getattr(embedder, "languages", ())
    return not languages or language in languages


def embed_query(embedder: Embeddings, question: str) -> np.ndarray:
    """Embed a question with any LangChain embedder, as a vector of length one."""
    vector: np.ndarray = unit_rows([embedder.embed_query(question)])[0]
    return vector


def embed_passages(embedder: Embeddings, passages: Sequence[Passage]) -> np.ndarray:
    """Embed passages with any LangChain embedder, as rows of length one."""
    return unit_rows(embedder.embed_documents([passage.text for passage in passages]))


def unit_rows(rows: list[list[float]]) -> np.ndarray:
    """Scale rows to length one, so that their products are cosines."""
    matrix = np.asarray(rows, dtype=np.float32)
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    scaled: np.ndarray = matrix / np.maximum(lengths, np.finfo(np.float32).tiny)
    return scaled


def left(ends_at: float) -> float:
    """Tell how many seconds are left, none at the least."""
    return max(0.0, ends_at - asyncio.get_running_loop().time())
