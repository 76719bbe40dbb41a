"""What is stored of a passage, and how it becomes a passage again.

Pure: knows names and shapes of the stored fields, and the checks that keep a wrong embedding from being used. Leaves
the database to `collection.py`.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from assistant.evidence import Page, Passage
from assistant.language import detect_language

__all__ = ["Record", "StoredPassage", "Wanted", "as_stored", "content_key", "is_sound", "keys_of", "new_record"]

Metadata = dict[str, str | int | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredPassage:
    """A passage of an earlier reading, its cosine similarity as score, and when its page was read."""

    passage: Passage
    fetched_at: datetime
    language: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One row of a collection."""

    key: str
    vector: np.ndarray
    text: str
    metadata: Mapping[str, str | int | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Which rows may be found: of a language, of one of some hosts, not older than a date.

    A passage is as old as its publication; where that is unknown, as its reading.
    """

    language: str | None = None
    hosts: tuple[str, ...] = ()
    since: datetime | None = None

    def where(self) -> dict[str, Any] | None:
        """Say it to Chroma."""
        conditions: list[dict[str, Any]] = []
        if self.language:
            conditions.append({"language": self.language})
        if self.hosts:
            conditions.append({"host": {"$in": list(self.hosts)}})
        if self.since:
            conditions.append({"dated_at": {"$gte": int(self.since.timestamp())}})
        if len(conditions) > 1:
            return {"$and": conditions}
        return conditions[0] if conditions else None

    def admits(self, metadata: Mapping[str, Any]) -> bool:
        """Tell it of one row."""
        return (
            (not self.language or metadata.get("language") == self.language)
            and (not self.hosts or metadata.get("host") in self.hosts)
            and (not self.since or int(metadata["dated_at"]) >= int(self.since.timestamp()))
        )


def content_key(identity: str, text: str) -> str:
    """Name an embedding by the embedder and the text it was made of: another page with that text finds it as well."""
    return hashlib.sha256(f"{identity}\n{text}".encode(errors="surrogatepass")).hexdigest()[:32]


def keys_of(identity: str, passages: Sequence[Passage], embedded_text: Callable[[Passage], str]) -> Mapping[str, str]:
    """Give the content key of each passage by its id."""
    return {passage.id: content_key(identity, embedded_text(passage)) for passage in passages}


def new_record(key: str, passage: Passage, vector: np.ndarray, page: Page | None, now: float) -> Record | None:
    """Write down a passage; None where Chroma could not hold it: half a surrogate pair, or a vector of no direction."""
    row = unit(vector)
    if row is None or not is_encodable(passage.text + passage.title + passage.heading + passage.url):
        return None
    fetched_at = int(page.fetched_at.timestamp() if page else now)
    published = passage.published
    metadata: Metadata = {
        "passage": passage.id,
        "url": passage.url,
        "title": passage.title,
        "heading": passage.heading,
        "start": passage.start,
        "host": urlsplit(passage.url).hostname or "",
        "language": (page.language if page else None) or detect_language(passage.text),
        "published": published.isoformat() if published else None,  # None deletes what an earlier version had
        "fetched_at": fetched_at,
        "dated_at": min(int(published.timestamp()), fetched_at) if published else fetched_at,
        "check": check(key, row),
    }
    return Record(key=key, vector=row, text=passage.text, metadata=metadata)


def as_stored(text: str, metadata: Mapping[str, Any], similarity: float) -> StoredPassage:
    """Make a passage again of what was stored."""
    published = metadata.get("published")
    passage = Passage(
        id=str(metadata["passage"]),
        url=str(metadata["url"]),
        title=str(metadata["title"]),
        heading=str(metadata.get("heading") or ""),
        text=text,
        start=int(metadata["start"]),
        published=datetime.fromisoformat(published) if published else None,
        score=similarity,
    )
    fetched_at = datetime.fromtimestamp(int(metadata["fetched_at"]), UTC)
    return StoredPassage(passage=passage, fetched_at=fetched_at, language=metadata.get("language"))


def is_sound(key: str, vector: np.ndarray, metadata: Mapping[str, Any] | None) -> bool:
    """Tell whether a vector is the one that was stored under its key: Chroma keeps the two in different files."""
    return metadata is not None and metadata.get("check") == check(key, vector)


def check(key: str, vector: np.ndarray) -> int:
    """Sum up a key and its vector."""
    return zlib.crc32(key.encode() + np.ascontiguousarray(vector, dtype="<f4").tobytes())


def unit(vector: np.ndarray) -> np.ndarray | None:
    """Scale a vector to length one if it is not so already; None if it has no direction."""
    row: np.ndarray = np.asarray(vector, dtype=np.float32)
    length = float(np.linalg.norm(row))
    if not np.isfinite(length) or length == 0:
        return None
    return row if abs(length - 1) < 1e-4 else row / np.float32(length)  # noqa: PLR2004 - ten times float32's rounding of 384


def is_encodable(text: str) -> bool:
    """Tell whether a text can be handed to Chroma, which takes UTF-8 only."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
