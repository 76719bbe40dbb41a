"""The bound of a collection: a young generation that is written and an old one that is only read.

When the young one is full or has had its time it becomes the old one, and the old one is dropped whole; what was met
again in it has moved to the young one by then. Rows are never deleted singly, for Chroma does not use their place
again: 3,000 live rows after 6,000 deleted ones took a vector file of 9,000 (chromadb 1.5.9). Knows nothing of passages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.ranking.records import Record, Wanted, is_sound

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

__all__ = ["Found", "Generations"]

BATCH = 1000
"""Records per call; Chroma refuses more than 5,461."""
KEPT = 2
LOOKED_THROUGH = 10
"""Times as many rows as wanted are looked through before Chroma is asked to filter."""

Found = tuple[float, str, Mapping[str, Any]]
"""Similarity, text and metadata of a row."""


class Generations:
    """Hold the collections of one embedding model, the young one first; a name ends with when it was begun."""

    def __init__(self, client: ClientAPI, name: str, *, now: float) -> None:
        """Open what there is, begin the first if there is none, drop what a crash left over."""
        self._client = client
        self._prefix = f"{name}."
        begun = sorted((begun_at(each.name, self._prefix) for each in client.list_collections()), reverse=True)
        known = [second for second in begun if second]
        self._begun = known[:KEPT] or [int(now)]
        self._held = [self._collection(second) for second in self._begun]
        for second in known[KEPT:]:
            self._drop(second)
        self._met: set[str] = set()

    @property
    def count(self) -> int:
        """How many rows there are, those that are in both generations twice."""
        return sum(collection.count() for collection in self._held)

    def vectors(self, keys: Sequence[str]) -> dict[str, np.ndarray]:
        """Give the sound vectors stored under these keys, and remember those that must move to stay."""
        found: dict[str, np.ndarray] = {}
        for age, collection in enumerate(self._held):
            missing = [key for key in keys if key not in found]
            for start in range(0, len(missing), BATCH):
                batch = missing[start : start + BATCH]
                answer = collection.get(ids=batch, include=["embeddings", "metadatas"])
                rows = sound(answer["ids"], answer["embeddings"], answer["metadatas"])
                found.update({key: vector for key, (vector, _) in rows.items()})
                self._met.update(rows if age else ())
        return found

    def vectors_of_passages(self, ids: Sequence[str]) -> dict[str, np.ndarray]:
        """Give the sound vectors of the passages with these ids."""
        found: dict[str, np.ndarray] = {}
        for collection in reversed(self._held):  # the young generation has the last word
            for start in range(0, len(ids), BATCH):
                wanted: Any = {"passage": {"$in": list(ids[start : start + BATCH])}}
                answer = collection.get(where=wanted, include=["embeddings", "metadatas"])
                rows = sound(answer["ids"], answer["embeddings"], answer["metadatas"])
                found.update({str(metadata["passage"]): vector for vector, metadata in rows.values()})
        return found

    def nearest(self, vector: np.ndarray, limit: int, wanted: Wanted) -> list[Found]:
        """Find the wanted rows nearest to a vector, best first, each once.

        Chroma's filter takes a time that grows with what it lets through (300 ms for 30,000 rows), so it is used only
        where too few of the nearest rows are wanted ones.
        """
        if (where := wanted.where()) is None:
            return self._query(vector, limit, None)
        near = [row for row in self._query(vector, limit * LOOKED_THROUGH, None) if wanted.admits(row[2])]
        return near[:limit] if len(near) >= limit else self._query(vector, limit, where)

    def _query(self, vector: np.ndarray, limit: int, where: dict[str, Any] | None) -> list[Found]:
        """Ask both generations; the young one has the last word."""
        found: dict[str, Found] = {}
        for collection in reversed(self._held):
            answer = collection.query(
                query_embeddings=[vector],
                n_results=limit,
                where=where,
                include=["documents", "metadatas", "embeddings"],
            )
            texts, metadatas, rows = answer["documents"], answer["metadatas"], answer["embeddings"]
            if texts and metadatas and rows is not None:
                by_key = dict(zip(answer["ids"][0], texts[0], strict=True))
                for key, (row, metadata) in sound(answer["ids"][0], rows[0], metadatas[0]).items():
                    found[key] = (float(row @ vector), by_key[key], metadata)
        return sorted(found.values(), key=lambda row: -row[0])[:limit]

    def write(self, records: Sequence[Record]) -> None:
        """Store records in the young generation, by key."""
        distinct = list({record.key: record for record in records}.values())  # Chroma refuses a repeated id
        for start in range(0, len(distinct), BATCH):
            batch = distinct[start : start + BATCH]
            self._held[0].upsert(
                ids=[record.key for record in batch],
                embeddings=[record.vector for record in batch],
                documents=[record.text for record in batch],
                metadatas=[record.metadata for record in batch],
            )

    def move_met(self) -> None:
        """Copy what was met again from the old generation to the young one."""
        met, self._met = sorted(self._met), set()
        if not met or len(self._held) < KEPT:
            return
        for start in range(0, len(met), BATCH):
            rows: Any = self._held[1].get(
                ids=met[start : start + BATCH], include=["embeddings", "documents", "metadatas"]
            )
            if rows["ids"]:
                self._held[0].upsert(
                    ids=rows["ids"],
                    embeddings=rows["embeddings"],
                    documents=rows["documents"],
                    metadatas=rows["metadatas"],
                )

    def turn_over(self, *, most_rows: int, most_age_s: float, now: float) -> bool:
        """Begin a generation where the young one has half of the rows or half of the time; tell whether it did."""
        is_old = now - self._begun[0] >= most_age_s / KEPT
        if not is_old and self._held[0].count() < max(1, most_rows // KEPT):
            return False
        second = max(int(now), self._begun[0] + 1)
        begun = [second, *self._begun]
        self._held = [self._collection(second), *self._held][:KEPT]
        self._begun = begun[:KEPT]
        self._met.clear()
        for dropped in begun[KEPT:]:
            self._drop(dropped)
        return True

    def set_aside(self, stamp: str) -> str:
        """Rename what cannot be used, for a server's folder is not ours to rename; return the new name."""
        for number, collection in enumerate(self._held):
            collection.modify(name=f"{self._prefix}broken-{stamp}-{number}")
        return f"{self._prefix}broken-{stamp}-0"

    def _collection(self, second: int) -> Collection:
        """Open or begin one; the inner product of unit vectors is their cosine, and stores them as they are."""
        return self._client.get_or_create_collection(
            f"{self._prefix}{second}", embedding_function=None, configuration={"hnsw": {"space": "ip"}}
        )

    def _drop(self, second: int) -> None:
        """Delete a generation, unless another client of the server was faster."""
        from chromadb.errors import NotFoundError  # noqa: PLC0415 - loaded only when needed

        with suppress(NotFoundError):
            self._client.delete_collection(f"{self._prefix}{second}")


def begun_at(name: str, prefix: str) -> int:
    """Read from a collection's name when it was begun; 0 for a collection that is none of ours."""
    second = name.removeprefix(prefix)
    return int(second) if name.startswith(prefix) and second.isdigit() else 0


def sound(keys: Sequence[str], vectors: Any, metadatas: Any) -> dict[str, tuple[np.ndarray, Mapping[str, Any]]]:  # noqa: ANN401 - Chroma's unions
    """Keep the rows whose vector is the one that was stored."""
    if vectors is None or metadatas is None:
        return {}
    matrix = [np.asarray(vector, dtype=np.float32) for vector in vectors]
    rows = zip(keys, matrix, metadatas, strict=True)
    return {key: (vector, metadata) for key, vector, metadata in rows if is_sound(key, vector, metadata)}
