"""What is carried from step to step while the passages of one question are compared with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from langchain_core.embeddings import Embeddings

from assistant.evidence import Page
from assistant.ranking.pool import PassagePool

__all__ = ["Comparison", "Vectors"]

Vectors: TypeAlias = dict[str, np.ndarray]
"""Embeddings by the ids of their passages."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """What the passages of one question are compared with and by when, and the gaps and cosines to add to."""

    embedder: Embeddings
    question: str
    pool: PassagePool
    pages: tuple[Page, ...]
    ends_at: float
    gaps: list[str]
    similarities: dict[int, float] = field(default_factory=dict)

    def cosines(self, vectors: Vectors, asked: np.ndarray, positions: Iterable[int]) -> dict[int, float]:
        """Compare the embedded question with those passages that have a vector; keys are positions in the pool."""
        named = ((position, self.pool.passages[position].id) for position in positions)
        return {position: float(vectors[name] @ asked) for position, name in named if name in vectors}
