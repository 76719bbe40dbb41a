"""Embeddings kept between questions, within a deadline and off the event loop.

Gives `collection.py` one thread and every call a time limit; what fails is `IndexUnavailable`, and the answer goes on
without it. Knows nothing of Chroma and of ranking.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import numpy as np

from assistant.errors import IndexUnavailable
from assistant.evidence import Page, Passage
from assistant.ranking.collection import Bounds, PassageCollection, collection_name
from assistant.ranking.comparing import searchable
from assistant.ranking.ownership import LEAST_FREE_BYTES
from assistant.ranking.passing import PassingVectors
from assistant.ranking.records import StoredPassage, Wanted, keys_of
from assistant.ranking.worker import Worker
from assistant.settings import Settings

__all__ = ["PassageIndex", "StoredPassage"]

Result = TypeVar("Result")

READ_DEADLINE_S = 2.0
"""A read takes milliseconds; only the first call, which opens the library, takes about one second."""
WRITE_DEADLINE_S = 10.0
CLOSE_DEADLINE_S = 3.0
MOST_PASSAGES = 100_000
"""About 0.55 GB of disk and 0.3 GB of memory (benchmarks/index_growth.py); beyond it the older half is dropped."""
MOST_AGE = timedelta(days=90)
"""Judgement: what no question met for so long is cheaper computed again than kept."""


class PassageIndex:
    """Hold the passages of one embedding model; opened by the first call, for use from one event loop."""

    def __init__(  # noqa: PLR0913 - what tests and measurements turn is named, and rarely given
        self,
        settings: Settings,
        *,
        collection: str,
        embedded_text: Callable[[Passage], str] = searchable,
        read_deadline_s: float = READ_DEADLINE_S,
        most_passages: int = MOST_PASSAGES,
        most_age: timedelta = MOST_AGE,
        least_free_bytes: int = LEAST_FREE_BYTES,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Say by a name whose embeddings they are, and what of a passage they are made of; nothing is opened yet.

        Two embedders that give a text different vectors must have different names.
        """
        bounds = Bounds(
            most_passages=most_passages, most_age_s=most_age.total_seconds(), least_free_bytes=least_free_bytes
        )
        self._stored = PassageCollection(
            folder=settings.data_dir / "chroma",
            url=settings.chroma_url,
            name=collection_name(collection),
            bounds=bounds,
            clock=clock,
        )
        self._passing = PassingVectors(settings.uploads_dir)
        self._identity = collection
        self._embedded_text = embedded_text
        self._read_deadline_s = read_deadline_s
        self._worker = Worker("passage-index")

    async def open(self) -> None:
        """Open the database now, so that no question waits for it."""
        await self._call(self._stored.open, WRITE_DEADLINE_S)

    async def recall(self, passages: Sequence[Passage], *, deadline_s: float = math.inf) -> dict[str, np.ndarray]:
        """Give, by passage id, the embeddings of these contents, wherever and whenever they were met before."""
        if not passages:
            return {}
        keys = keys_of(self._identity, passages, self._embedded_text)
        found = dict(self._passing.recall(keys.values()))
        if missing := [key for key in dict.fromkeys(keys.values()) if key not in found]:
            found |= await self._call(lambda: self._stored.vectors(missing), min(deadline_s, self._read_deadline_s))
        return {id_: found[key] for id_, key in keys.items() if key in found}

    async def vectors(self, ids: Sequence[str], *, deadline_s: float = math.inf) -> dict[str, np.ndarray]:
        """Give the embeddings of passages by id alone, which finds no other page's; prefer `recall`."""
        if not ids:
            return {}
        return await self._call(lambda: self._stored.vectors_of_passages(ids), min(deadline_s, self._read_deadline_s))

    async def upsert(
        self, passages: Sequence[Passage], vectors: Mapping[str, np.ndarray], *, pages: Sequence[Page] = ()
    ) -> None:
        """Store passages with their embeddings, by content; their pages tell language and when they were read.

        Without its page a passage counts as read now, in the language that its text seems to be in. Those of files
        that were attached to a question are only held in memory.
        """
        keys = keys_of(self._identity, passages, self._embedded_text)
        by_url = {page.url: page for page in pages}
        entries = []
        for passage in passages:
            key, vector = keys[passage.id], vectors[passage.id]
            if self._passing.is_passing(passage.url):
                self._passing.keep(key, passage.url, vector)
            else:
                entries.append((key, passage, vector, by_url.get(passage.url)))
        if entries:
            await self._call(lambda: self._stored.upsert(entries), WRITE_DEADLINE_S)

    def forget(self, urls: Iterable[str]) -> None:
        """Let go of what is held of attached files."""
        self._passing.forget(urls)

    async def nearest(
        self,
        vector: np.ndarray,
        n: int,
        *,
        language: str | None = None,
        hosts: Sequence[str] = (),
        since: datetime | None = None,
        deadline_s: float = math.inf,
    ) -> tuple[StoredPassage, ...]:
        """Find earlier readings nearest to an embedding, best first, of one language, some hosts, since a date."""
        wanted = Wanted(language=language, hosts=tuple(hosts), since=since)
        return await self._call(lambda: self._stored.nearest(vector, n, wanted), min(deadline_s, self._read_deadline_s))

    def take_notices(self) -> tuple[str, ...]:
        """Give, once, what a reader should hear of: that the database was begun anew."""
        taken = tuple(self._stored.notices)
        self._stored.notices.clear()
        return taken

    async def close(self) -> None:
        """Close the database after the calls made so far; one that hangs is left behind."""
        try:
            await self._call(self._stored.close, CLOSE_DEADLINE_S)
        except IndexUnavailable:
            return
        await self._worker.close(deadline_s=CLOSE_DEADLINE_S)

    async def _call(self, work: Callable[[], Result], deadline_s: float) -> Result:
        """Run one piece of work in the thread that owns the database; none waits behind a call that hangs."""
        try:
            if self._worker.is_overdue:
                raise TimeoutError  # noqa: TRY301 - the same to the caller as waiting in vain
            return await self._worker.call(work, deadline_s=deadline_s)
        except TimeoutError as error:
            message = (
                f"{self._stored.place}: stored embeddings gave no answer in time; is another program holding them?"
            )
            raise IndexUnavailable(message) from error
