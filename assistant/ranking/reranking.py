"""Rank passages for a question: by words at once, by meaning within the deadline, both joined.

Knows the order of the work and what to do without a part of it. Leaves words to `pool.py`, meaning to `embedding.py`,
what each is worth to `fusing.py`, storage to `index.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Self

import numpy as np
from langchain_core.embeddings import Embeddings

from assistant.copies import sharing
from assistant.errors import FootnoteError, IndexUnavailable, ModelUnavailable
from assistant.evidence import Page, Passage
from assistant.faults import log_of
from assistant.ranking.comparing import (
    Finished,
    embed_alike,
    embed_passages,
    embed_query,
    glance,
    in_order,
    scores_by_words,
    send,
    serves,
    tells_nearness,
)
from assistant.ranking.comparison import Comparison, Vectors
from assistant.ranking.earlier import LOOKED_AT, age_note, joining
from assistant.ranking.fusing import rounds
from assistant.ranking.index import PassageIndex
from assistant.ranking.pool import PassagePool
from assistant.ranking.preparation import Preparation
from assistant.ranking.records import StoredPassage, Wanted
from assistant.ranking.worker import Worker, left
from retrievers import Freshness

log = log_of(__name__)

__all__ = ["Ranker", "Ranking"]

AT_ONCE = 8
"""Passages embedded between two looks at the clock."""
SHARE_FOR_STORED = 0.4
"""Of the time left, what may be spent on opening and reading stored embeddings."""
CLOSE_DEADLINE_S = 5.0
ALIKE_DEADLINE_S = 1.0
"""How long a sentence waits to be compared across languages; usually it takes some 50 ms."""
LOADED_AT_ONCE_S = 0.05
"""A wait for the embedder longer than this means that the process has just started."""


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

    def unkept(self) -> Self:
        """Give a ranker that reads and keeps no embeddings; it shares the embedder, and is not closed."""
        return sharing(self, _index=None)

    def forget(self, urls: Iterable[str]) -> None:
        """Let go of what is held of files that were attached to a question."""
        if self._index is not None:
            self._index.forget(urls)

    async def rank(  # noqa: PLR0913 - what a turn knows and a measurement does not
        self,
        question: str,
        language: str | None,
        passages: Sequence[Passage],
        *,
        deadline_s: float,
        patience_s: float = 0.0,
        freshness: Freshness | None = None,
        pages: Sequence[Page] = (),
        earlier: Wanted | None = None,
    ) -> Ranking:
        """Rank within the deadline; the language of the question, ISO 639-1 or None, decides on stems and embedder.

        With `freshness`, how new the answer should be, newer passages are preferred among those that fit.
        `patience_s` comes on top where the embedder is still loading: a process that has just started is worth it.
        `pages` tell of the passages when they were read; with `earlier`, fitting ones of earlier questions join.
        """
        clock = asyncio.get_running_loop().time
        ends_at = clock() + deadline_s
        gaps: list[str] = []
        joined = await self._joining(question, language, passages, earlier, ends_at)
        passages = [*passages, *(one.passage for one in joined)]
        pool = await asyncio.to_thread(partial(PassagePool, passages, language, freshness=freshness))
        embedder = self._embedder_for(language, gaps)
        if embedder and passages:
            began_at = clock()
            with suppress(FootnoteError):  # told by what follows
                await self._loading.ready(within_s=patience_s)
            if clock() - began_at > LOADED_AT_ONCE_S:
                ends_at = clock() + deadline_s  # a first ranking also loads what it counts words with
            comparison = Comparison(
                embedder=embedder, question=question, pool=pool, pages=tuple(pages), ends_at=ends_at, gaps=gaps
            )
            scores = await self._scores(comparison)
            ranked = in_order(passages, scores, comparison.similarities if tells_nearness(embedder) else {})
        else:
            ranked = in_order(passages, await asyncio.to_thread(scores_by_words, pool, question))
        gaps += filter(None, [age_note(ranked, joined, datetime.now(UTC))])
        return Ranking(passages=ranked, gaps=tuple(gaps))

    @property
    def knows_all_languages(self) -> bool:
        """Whether texts of different languages can be compared by `vectors`."""
        return self._embedder is not None and serves(self._embedder, None)

    async def vectors(self, texts: Sequence[str]) -> np.ndarray:
        """Embed short texts that are to be compared with one another; rows of length one.

        Raises ModelUnavailable where the embedder cannot be had in time: it must not hold up a sentence.
        """
        if self._embedder is None or not await self._loading.ready(within_s=LOADED_AT_ONCE_S):
            message = "meanings are not compared: the embedding model is not ready"
            raise ModelUnavailable(message)
        try:
            return await self._worker.call(
                partial(embed_alike, self._embedder, list(texts)), deadline_s=ALIKE_DEADLINE_S
            )
        except TimeoutError as error:
            message = f"meanings are not compared: the embedding model took over {ALIKE_DEADLINE_S:g} s"
            raise ModelUnavailable(message) from error

    async def close(self) -> None:
        """Finish storing what was computed, then let go of everything."""
        await asyncio.gather(*self._storing, return_exceptions=True)
        await self._opening.cancel()
        await self._loading.cancel()
        if self._index:
            await self._index.close()
        await self._worker.close(deadline_s=CLOSE_DEADLINE_S)

    async def _joining(
        self,
        question: str,
        language: str | None,
        passages: Sequence[Passage],
        wanted: Wanted | None,
        ends_at: float,
    ) -> tuple[StoredPassage, ...]:
        """Find what earlier questions left that may help, if embedder and index are ready; nothing waits for it."""
        if not (wanted and passages and self._embedder and self._index and serves(self._embedder, language)):
            return ()
        with suppress(FootnoteError, TimeoutError):
            if await self._loading.ready(within_s=0) and await self._opening.ready(within_s=0):
                asked = await self._asked(self._embedder, question, ends_at)
                stored = await self._index.nearest(
                    asked, LOOKED_AT, language=wanted.language, since=wanted.since, deadline_s=left(ends_at) / 4
                )
                return joining(question, language, passages, stored)
        return ()

    def _embedder_for(self, language: str | None, gaps: list[str]) -> Embeddings | None:
        """Give the embedder if it knows the language; if not, say why."""
        if self._embedder is None:
            gaps.append("ranked by words only: there is no embedding model; run: footnote models pull e5-small")
        elif serves(self._embedder, language):
            return self._embedder
        else:
            gaps.append(f"ranked by words only: the embedding model does not serve {language or 'an unknown language'}")
        return None

    async def _scores(self, comparison: Comparison) -> np.ndarray:
        """Score the passages, comparing as many with the question as time allows."""
        try:
            asked, vectors = await self._ready(comparison)
        except TimeoutError:
            comparison.gaps.append("ranked by words only: the embedding model was not ready in time")
        except FootnoteError as error:
            comparison.gaps.append(f"ranked by words only: {error}")
        else:
            return await self._compared(comparison, asked, vectors)
        return await asyncio.to_thread(scores_by_words, comparison.pool, comparison.question)

    async def _ready(self, comparison: Comparison) -> tuple[np.ndarray, Vectors]:
        """Embed the question and meanwhile read what earlier questions left, of all passages: that costs nothing."""
        stored = asyncio.create_task(self._stored(comparison))
        try:
            asked = await self._asked(comparison.embedder, comparison.question, comparison.ends_at)
            return asked, await stored
        finally:
            stored.cancel()

    async def _compared(self, comparison: Comparison, asked: np.ndarray, vectors: Vectors) -> np.ndarray:
        """Go through the rounds of `fusing.py`; storing what was computed waits, it would take its processor."""
        embedder, question, pool = comparison.embedder, comparison.question, comparison.pool
        stage = rounds(pool, question, await asyncio.to_thread(glance, embedder, question, pool))
        wanted = await asyncio.to_thread(next, stage)
        (similarities := comparison.similarities).update(comparison.cosines(vectors, asked, range(len(pool.passages))))
        computed: Vectors = {}
        try:
            while True:
                missing = [pool.passages[position] for position in wanted if pool.passages[position].id not in vectors]
                fresh = await self._embedded(embedder, missing, comparison.ends_at)
                computed |= fresh
                vectors |= fresh
                similarities |= comparison.cosines(vectors, asked, wanted)
                if not similarities:
                    comparison.gaps.append("ranked by words only: no time was left to compare meanings")
                try:
                    wanted = await asyncio.to_thread(send, stage, similarities)
                except Finished as finished:
                    return finished.scores
        finally:
            self._store([passage for passage in pool.passages if passage.id in computed], computed, comparison.pages)

    async def _asked(self, embedder: Embeddings, question: str, ends_at: float) -> np.ndarray:
        """Embed the question, waiting for the embedder if it is still loading."""
        if not await self._loading.ready(within_s=left(ends_at)):
            raise TimeoutError
        return await self._worker.call(partial(embed_query, embedder, question), deadline_s=left(ends_at))

    async def _embedded(self, embedder: Embeddings, passages: Sequence[Passage], ends_at: float) -> Vectors:
        """Embed passages, a few at a time, until all are done or time is up."""
        vectors: Vectors = {}
        clock, last_s = asyncio.get_running_loop().time, 0.0
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

    async def _stored(self, comparison: Comparison) -> Vectors:
        """Read what earlier questions left; without it everything is computed anew."""
        if self._index is None:
            return {}
        until = comparison.ends_at - (1 - SHARE_FOR_STORED) * left(comparison.ends_at)
        try:
            if not await self._opening.ready(within_s=left(until)):
                return {}
            return await self._index.recall(comparison.pool.passages, deadline_s=left(until))
        except IndexUnavailable as error:
            comparison.gaps.append(str(error))
            return {}
        finally:
            comparison.gaps.extend(self._index.take_notices())

    def _store(self, passages: Sequence[Passage], vectors: Vectors, pages: Sequence[Page]) -> None:
        """Keep new embeddings, after the answer rather than before it."""
        if self._index is not None and passages:
            task = asyncio.create_task(self._upsert(self._index, passages, vectors, pages))
            self._storing.add(task)
            task.add_done_callback(self._storing.discard)

    async def _upsert(
        self, index: PassageIndex, passages: Sequence[Passage], vectors: Vectors, pages: Sequence[Page]
    ) -> None:
        """Store; a failure costs time at the next question and no more."""
        try:
            await index.upsert(passages, vectors, pages=pages)
        except IndexUnavailable as error:
            log.warning("embeddings are not kept: %s", error)

    async def _load(self) -> None:
        if (load := getattr(self._embedder, "load", None)) is not None:
            await self._worker.call(load)

    async def _open(self) -> None:
        if self._index is not None:
            await self._index.open()
