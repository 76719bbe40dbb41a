"""Place texts in a space where nearness is likeness of meaning, with a sentence-transformers folder on this machine.

Knows nothing of passages; batches and their order are its business, how weights are run that of `encoder.py`, threads
and deadlines those of `reranking.py`.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings

from assistant.ranking.embedding_folder import check_folder, prefixes, served_languages
from assistant.ranking.encoder import Encoder

__all__ = ["PassageEmbedder"]

BATCH = 32
"""Texts run at once. Where they have to be padded they are neighbours in length, and fewer: `PADDED_BATCH`."""
PADDED_BATCH = 2
"""Processor time of 32 passages on a busy machine: 3.0 s by eights as they come, 2.4 by eights of like length, 2.3 by
fours or one by one; `benchmarks/ranking.py` times all of them."""


class PassageEmbedder(Embeddings):
    """Embed texts as LangChain expects it; loads its weights when first used, about 2 s, or by `load`."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; raise `ModelUnavailable` if it cannot be one of an embedding model."""
        self.folder = folder
        check_folder(folder)
        self.languages = served_languages(folder)
        self.query_prefix, self.passage_prefix = prefixes(folder)
        self._loading = threading.Lock()
        self._loaded: Encoder | None = None

    @property
    def is_loaded(self) -> bool:
        """Whether texts can be embedded without waiting for the weights."""
        return self._loaded is not None

    def load(self) -> Encoder:
        """Load the weights unless they are; raise `ModelUnavailable` if they are broken."""
        with self._loading:
            if self._loaded is None:
                self._loaded = Encoder(self.folder)
            return self._loaded

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed passages, as LangChain calls it, with the prefix that the model wants."""
        vectors: list[list[float]] = self.encode([self.passage_prefix + text for text in texts]).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Embed a question, as LangChain calls it, with the prefix that the model wants."""
        vector: list[float] = self.encode([self.query_prefix + text])[0].tolist()
        return vector

    def likenesses(self, question: str, texts: Sequence[str]) -> list[float]:
        """Compare a question with many texts word by word, without running the encoder: to choose which to embed."""
        return self.load().likenesses(question, texts)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Embed texts as the rows of a float32 matrix, each of length one."""
        encoder = self.load()
        if not texts:
            return np.zeros((0, encoder.dimensions), dtype=np.float32)
        vectors = np.empty((len(texts), encoder.dimensions), dtype=np.float32)
        by_length = sorted(range(len(texts)), key=lambda position: len(texts[position]))
        size = PADDED_BATCH if encoder.runs.pads else BATCH
        for start in range(0, len(texts), size):
            batch = by_length[start : start + size]
            vectors[batch] = encoder.run([texts[position] for position in batch])
        return vectors
