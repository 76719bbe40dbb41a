"""Vectors kept on disk between runs of an evaluation, so that a rerun costs seconds.

Knows texts and vectors only. The product keeps its own in Chroma; these never mix with them.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings

from assistant.errors import SettingsInvalid
from assistant.evaluation.report import EvaluationRequest
from assistant.models.pulling import installed_named
from assistant.ranking.embedding import PassageEmbedder

__all__ = ["RememberingEmbedder", "remembering_embedder"]

AT_ONCE = 64
"""Texts embedded between two writes: a run that is stopped loses a few seconds."""


class RememberingEmbedder(Embeddings):
    """Embed as another embedder does, and each text only once in the life of a file."""

    def __init__(self, embedder: PassageEmbedder, file: Path, *, progress: Callable[[int, int], None]) -> None:
        """Take the embedder, the file (made if need be) and whom to tell how many of the missing texts are done."""
        self.languages: Sequence[str] = getattr(embedder, "languages", ())
        self.query_prefix: str = getattr(embedder, "query_prefix", "")
        self._embedder = embedder
        self._progress = progress
        file.parent.mkdir(parents=True, exist_ok=True)
        self._stored = sqlite3.connect(file)
        self._stored.execute("create table if not exists vectors (text blob primary key, vector blob not null)")

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed passages."""
        return self._embed("passage", texts, self._embedder.embed_documents)

    def embed_query(self, text: str) -> list[float]:
        """Embed a question."""
        return self._embed("query", [text], lambda texts: [self._embedder.embed_query(one) for one in texts])[0]

    def likenesses(self, question: str, texts: Sequence[str]) -> list[float]:
        """Compare cheaply, where the embedder can; nothing of it is kept."""
        return self._embedder.likenesses(question, texts)

    def close(self) -> None:
        """Close the file."""
        self._stored.close()

    def _embed(
        self, kind: str, texts: Sequence[str], embed: Callable[[list[str]], list[list[float]]]
    ) -> list[list[float]]:
        keys = [hashlib.sha256(f"{kind}\n{text}".encode(errors="surrogatepass")).digest() for text in texts]
        known = {key: vector for key in set(keys) if (vector := self._find(key)) is not None}
        missing = list({key: text for key, text in zip(keys, texts, strict=True) if key not in known}.items())
        for start in range(0, len(missing), AT_ONCE):
            batch = missing[start : start + AT_ONCE]
            vectors = np.asarray(embed([text for _, text in batch]), dtype=np.float32)
            rows = [(key, vector.tobytes()) for (key, _), vector in zip(batch, vectors, strict=True)]
            self._stored.executemany("insert or replace into vectors values (?, ?)", rows)
            self._stored.commit()
            known |= {key: vector for (key, _), vector in zip(batch, vectors, strict=True)}
            self._progress(start + len(batch), len(missing))
        return [known[key].tolist() for key in keys]

    def _find(self, key: bytes) -> np.ndarray | None:
        row = self._stored.execute("select vector from vectors where text = ?", (key,)).fetchone()
        return None if row is None else np.frombuffer(row[0], dtype=np.float32)


def remembering_embedder(request: EvaluationRequest) -> RememberingEmbedder:
    """Open the product's embedder; its vectors stay on disk for the next run."""
    name = request.settings.embedding_model
    folder = installed_named(name, request.settings)
    if folder is None:
        message = f"{name}: not downloaded; run `footnote models pull {name}`"
        raise SettingsInvalid(message)
    file = request.settings.data_dir / "evaluation" / f"{folder.name}.sqlite3"
    return RememberingEmbedder(PassageEmbedder(folder), file, progress=lambda _done, _of: None)
