"""Embeddings kept between questions, within a deadline and off the event loop.

Gives `collection.py` one thread and every call a time limit; what fails is `IndexUnavailable`, and the answer goes on
without it. Knows nothing of Chroma and of ranking.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import numpy as np

from assistant.errors import IndexUnavailable
from assistant.evidence import Passage
from assistant.ranking.collection import PassageCollection
from assistant.ranking.worker import Worker
from assistant.settings import Settings

__all__ = ["PassageIndex"]

Result = TypeVar("Result")

READ_DEADLINE_S = 2.0
"""A read takes milliseconds; only the first call, which opens the library, takes about one second."""
WRITE_DEADLINE_S = 10.0
CLOSE_DEADLINE_S = 3.0
MOST_PASSAGES = 200_000
"""About 0.7 GB of embeddings and texts, beyond which the first stored are deleted."""


class PassageIndex:
    """Hold the passages of one embedding model; opened by the first call, for use from one event loop."""

    def __init__(
        self,
        settings: Settings,
        *,
        collection: str,
        read_deadline_s: float = READ_DEADLINE_S,
        most_passages: int = MOST_PASSAGES,
    ) -> None:
        """Say whose embeddings they are; nothing is opened yet."""
        self._stored = PassageCollection(
            folder=settings.data_dir / "chroma",
            url=settings.chroma_url,
            name="passages-" + re.sub(r"[^a-zA-Z0-9]+", "-", collection).strip("-"),
            most_passages=most_passages,
        )
        self._read_deadline_s = read_deadline_s
        self._worker = Worker("passage-index")

    async def open(self) -> None:
        """Open the database now, so that no question waits for it."""
        await self._call(self._stored.open, WRITE_DEADLINE_S)

    async def vectors(self, ids: Sequence[str], *, deadline_s: float = READ_DEADLINE_S) -> dict[str, np.ndarray]:
        """Give the embeddings that are stored under these ids."""
        if not ids:
            return {}
        return await self._call(lambda: self._stored.vectors(ids), min(deadline_s, self._read_deadline_s))

    async def upsert(self, passages: Sequence[Passage], vectors: Mapping[str, np.ndarray]) -> None:
        """Store passages with their embeddings, by id."""
        if passages:
            await self._call(lambda: self._stored.upsert(passages, vectors), WRITE_DEADLINE_S)

    async def nearest(self, vector: np.ndarray, limit: int) -> tuple[Passage, ...]:
        """Find the stored passages nearest to an embedding, best first, their cosine similarity as score."""
        return await self._call(lambda: self._stored.nearest(vector, limit), self._read_deadline_s)

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
            place = self._stored.url or self._stored.folder
            message = f"{place}: stored embeddings gave no answer in time; is another program holding them?"
            raise IndexUnavailable(message) from error
