"""Passages and their embeddings in one Chroma collection: the only module that speaks to Chroma.

Synchronous; `index.py` gives it a thread and deadlines. Every failure of Chroma leaves here as `IndexUnavailable`. A
database that is broken, not merely out of reach, is set aside and begun anew, for all of it can be computed again.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import numpy as np

from assistant.errors import IndexUnavailable
from assistant.evidence import Passage

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

__all__ = ["PassageCollection"]

Result = TypeVar("Result")

BATCH = 1000
"""Records per call; Chroma refuses more than 5,461."""
CIRCUMSTANCES = (
    "(code: 5)", "(code: 6)", "(code: 8)", "(code: 10)", "(code: 13)", "(code: 14)", "(code: 1032)", "(os error",
)  # fmt: skip
"""SQLite's busy, locked, read-only, input/output, full, cannot open, moved away (https://www.sqlite.org/rescode.html),
and faults of the file system: a new database would suffer them as well."""


LOCKED = 75
"""EX_TEMPFAIL of sysexits.h, as `ASK_FOR_LOCK` exits where it is refused."""
LOCK_DEADLINE_S = 3.0
ASK_FOR_LOCK = """
import sqlite3, sys
try:
    sqlite3.connect(sys.argv[1], timeout=0.3).execute("select count(*) from sqlite_master")
except sqlite3.OperationalError as error:
    sys.exit(75 if "locked" in str(error) else 0)
except sqlite3.Error:
    pass
"""


class PassageCollection:
    """Hold a collection, opened when first used and opened again after a failure."""

    def __init__(self, *, folder: Path, url: str | None, name: str, most_passages: int) -> None:
        """Say where it is, in a folder or on a Chroma server, and how many passages it may hold."""
        self.folder = folder
        self.url = url
        self.name = name
        self.most_passages = most_passages
        self.notices: list[str] = []
        """What a reader should hear of: that the database was begun anew, and why."""
        self._client: ClientAPI | None = None
        self._collection: Collection | None = None

    def open(self) -> None:
        """Open the database unless it is."""
        self._run(lambda _: None)

    def vectors(self, ids: Sequence[str]) -> dict[str, np.ndarray]:
        """Give the embeddings stored under these ids."""
        return self._run(lambda collection: read_vectors(collection, ids))

    def upsert(self, passages: Sequence[Passage], vectors: Mapping[str, np.ndarray]) -> None:
        """Store passages with their embeddings; the oldest make room."""
        self._run(lambda collection: write(collection, passages, vectors, self.most_passages))

    def nearest(self, vector: np.ndarray, limit: int) -> tuple[Passage, ...]:
        """Find the passages nearest to an embedding, with the cosine similarity as their score."""
        return self._run(lambda collection: read_nearest(collection, vector, limit))

    def close(self) -> None:
        """Let go of the database."""
        client, self._client, self._collection = self._client, None, None
        if client is not None:
            client.close()  # type: ignore[attr-defined]  # every client has it, their common type lacks it

    def _run(self, work: Callable[[Collection], Result]) -> Result:
        """Do some work; where the database proves broken, set it aside and do the work on a new one."""
        try:
            return work(self._opened())
        except IndexUnavailable:
            raise
        except BaseException as error:  # the boundary: Chroma's PanicException is a BaseException
            self._forget()
            if not self._set_aside(error):
                message = f"{self.url or self.folder}: stored embeddings cannot be used ({one_line(error)})"
                raise IndexUnavailable(message) from error
        try:
            return work(self._opened())
        except BaseException as error:  # the same boundary
            self._forget()
            message = f"{self.url or self.folder}: no new database can be made ({one_line(error)}); free or mend it"
            raise IndexUnavailable(message) from error

    def _opened(self) -> Collection:
        """Give the collection, opening it if need be."""
        if self._collection is None:
            if self.url is None:
                refuse_locked(self.folder / "chroma.sqlite3")
            self._client = connect(self.folder, self.url)
            self._collection = self._client.get_or_create_collection(
                self.name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
            )
        return self._collection

    def _forget(self) -> None:
        """Let go of a client that failed, and of what Chroma keeps of it, so that the next call starts afresh."""
        from chromadb.api.shared_system_client import SharedSystemClient  # noqa: PLC0415 - loaded only when needed

        with suppress(BaseException):  # it has failed already, and may fail at this as well
            self.close()
        # A client whose opening failed stays in this register, half made, and is handed out again (chromadb 1.5.9).
        register = SharedSystemClient._identifier_to_system  # noqa: SLF001 - there is no public way for one path
        if str(self.folder) not in SharedSystemClient._identifier_to_refcount:  # noqa: SLF001 - as above
            register.pop(str(self.folder), None)

    def _set_aside(self, error: BaseException) -> bool:
        """Rename a broken database; False where the error is none of the database's own."""
        circumstance = isinstance(error, OSError | MemoryError | ImportError | ValueError | TypeError)
        if self.url or circumstance or any(mark in str(error) for mark in CIRCUMSTANCES):
            return False
        taken = free_name(self.folder)
        try:
            self.folder.rename(taken)
        except OSError:
            return False
        self.notices.append(f"{self.folder}: was broken ({one_line(error)}), set aside as {taken.name} and begun anew")
        return True


def refuse_locked(database: Path) -> None:
    """Raise `IndexUnavailable` while another process holds the database for itself.

    Chroma would wait for it with the interpreter locked, and stop every thread of this process so long (chromadb
    1.5.9). Asked in another process: closing the file in this one would drop the locks that Chroma holds in it.
    """
    if not database.is_file():
        return
    command = [sys.executable, "-I", "-S", "-c", ASK_FOR_LOCK, str(database)]
    try:
        locked = subprocess.run(command, check=False, timeout=LOCK_DEADLINE_S).returncode == LOCKED  # noqa: S603 - our own words
    except subprocess.TimeoutExpired:
        locked = True
    if locked:
        message = f"{database}: locked by another program; stored embeddings are not used until it lets go"
        raise IndexUnavailable(message)


def connect(folder: Path, url: str | None) -> ClientAPI:
    """Open the database in a folder, or reach a Chroma server."""
    import chromadb  # noqa: PLC0415 - loaded only when needed
    from chromadb.config import Settings as ChromaSettings  # noqa: PLC0415 - as above

    settings = ChromaSettings(anonymized_telemetry=False, allow_reset=False)
    if url is None:
        return chromadb.PersistentClient(path=str(folder), settings=settings)
    server = urlsplit(url)
    secure = server.scheme == "https"
    port = server.port or (443 if secure else 8000)
    return chromadb.HttpClient(host=server.hostname or "localhost", port=port, ssl=secure, settings=settings)


def read_vectors(collection: Collection, ids: Sequence[str]) -> dict[str, np.ndarray]:
    """Fetch embeddings by id."""
    found: dict[str, np.ndarray] = {}
    for start in range(0, len(ids), BATCH):
        answer = collection.get(ids=list(ids[start : start + BATCH]), include=["embeddings"])
        rows = answer["embeddings"]
        if rows is not None:
            found.update(zip(answer["ids"], np.asarray(rows, dtype=np.float32), strict=True))
    return found


def write(
    collection: Collection, passages: Sequence[Passage], vectors: Mapping[str, np.ndarray], most_passages: int
) -> None:
    """Store passages, then delete as many of the first stored as there are too many."""
    stored_at = int(time.time())
    distinct = list({passage.id: passage for passage in passages}.values())  # Chroma refuses a repeated id
    for start in range(0, len(distinct), BATCH):
        batch = distinct[start : start + BATCH]
        collection.upsert(
            ids=[passage.id for passage in batch],
            embeddings=[vectors[passage.id] for passage in batch],
            documents=[passage.text for passage in batch],
            metadatas=[as_metadata(passage, stored_at) for passage in batch],
        )
    while (excess := collection.count() - most_passages) > 0:
        oldest = collection.get(limit=min(excess, BATCH), include=[])["ids"]
        collection.delete(ids=oldest)


def as_metadata(passage: Passage, stored_at: int) -> dict[str, str | int | None]:
    """Write down what is needed to make the passage again; None deletes what an earlier version had."""
    return {
        "url": passage.url,
        "title": passage.title,
        "start": passage.start,
        "published": passage.published.isoformat() if passage.published else None,
        "host": urlsplit(passage.url).hostname or "",
        "stored_at": stored_at,
    }


def read_nearest(collection: Collection, vector: np.ndarray, limit: int) -> tuple[Passage, ...]:
    """Query by embedding."""
    answer = collection.query(
        query_embeddings=[vector], n_results=limit, include=["documents", "metadatas", "distances"]
    )
    texts, metadatas, distances = answer["documents"], answer["metadatas"], answer["distances"]
    if not (texts and metadatas and distances):
        return ()
    rows = zip(answer["ids"][0], texts[0], metadatas[0], distances[0], strict=True)
    return tuple(as_passage(id_, text, metadata, 1 - distance) for id_, text, metadata, distance in rows)


def as_passage(id_: str, text: str, metadata: Mapping[str, Any], similarity: float) -> Passage:
    """Make a passage from what was stored."""
    published = metadata.get("published")
    return Passage(
        id=id_,
        url=str(metadata["url"]),
        title=str(metadata["title"]),
        text=text,
        start=int(metadata["start"]),
        published=datetime.fromisoformat(published) if published else None,
        score=similarity,
    )


def free_name(folder: Path) -> Path:
    """Find a name beside a folder that nothing has yet."""
    number = 1
    while (name := folder.with_name(f"{folder.name}.broken-{number}")).exists():
        number += 1
    return name


def one_line(error: BaseException) -> str:
    """Give the first line of an error, with its kind."""
    return f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error).strip() else 'no message'}"
