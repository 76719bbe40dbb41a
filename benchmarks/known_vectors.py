"""Passages whose only right vector is known, so that a wrong or lost one is seen; for `store_faults.py`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings

from assistant.evidence import Passage
from assistant.ranking.comparing import searchable
from assistant.ranking.index import PassageIndex
from assistant.settings import Settings

DIMENSIONS = 384
BATCH = 48
"""What one question stores at most."""


class Hashed(Embeddings):
    """Embed a text as the unit vector that its hash seeds, so that a wrong vector is known when seen."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed texts."""
        return [expected(text).tolist() for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """Embed a question."""
        return self.embed_documents([text])[0]


def expected(text: str) -> np.ndarray:
    """Give the only right vector of a text."""
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    row = np.random.default_rng(seed).normal(size=DIMENSIONS)
    return (row / np.linalg.norm(row)).astype(np.float32)


def passages(numbers: Iterable[int]) -> list[Passage]:
    """Make passages of the usual length."""
    return [
        Passage(id=f"p{n}", url=f"https://site{n % 40}.test/{n}", title=f"Page {n}", text=f"Fact {n}. " * 60, start=0)
        for n in numbers
    ]


def index_in(folder: Path, **options: float) -> PassageIndex:
    """Open the store as the product does."""
    return PassageIndex(Settings(data_dir=folder), collection="hashed", **options)  # type: ignore[arg-type]


async def store(index: PassageIndex, numbers: range) -> None:
    """Store some passages."""
    wanted = passages(numbers)
    await index.upsert(wanted, {passage.id: expected(searchable(passage)) for passage in wanted})


async def verdict(index: PassageIndex, acknowledged: range, attempted: range) -> dict[str, int]:
    """Count what was lost of what was acknowledged, and wrong vectors of all that could be there."""
    found = await index.recall(passages(attempted), deadline_s=60)
    wrong = [p.id for p in passages(attempted) if p.id in found and not is_right(p, found[p.id])]
    lost = [n for n in acknowledged if f"p{n}" not in found]
    return {"acknowledged": len(acknowledged), "lost": len(lost), "wrong": len(wrong)}


def is_right(passage: Passage, vector: np.ndarray) -> bool:
    """Tell whether a vector is that of a passage, but for what scaling to length one rounds."""
    return bool(np.abs(vector - expected(searchable(passage))).max() < 1e-6)  # noqa: PLR2004 - float32 rounds at 6e-8
