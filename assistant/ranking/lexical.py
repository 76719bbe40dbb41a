"""Rank passages by the words they share with the question: BM25 over stems, titles included.

Knows words only; `reranking.py` joins this ranking with others.
"""

from __future__ import annotations

from collections.abc import Sequence

import bm25s  # type: ignore[import-untyped]
import numpy as np

from assistant.evidence import Passage
from assistant.language import content_stems, stems

__all__ = ["LexicalIndex"]


class LexicalIndex:
    """Hold the words of some passages, stemmed for one language, to be ranked for any number of questions."""

    def __init__(self, passages: Sequence[Passage], language: str | None) -> None:
        """Count the words of the passages and their titles; `language` is that of the questions to come."""
        self.passages = tuple(passages)
        self.language = language
        counted = [stems(f"{passage.title}\n{passage.text}", language) for passage in self.passages]
        self._index = None
        if any(counted):
            self._index = bm25s.BM25(method="lucene")
            self._index.index(counted, show_progress=False)

    def scores(self, question: str) -> np.ndarray:
        """Score every passage for a question; 0 means that they share no word."""
        asked = content_stems(question, self.language) or stems(question, self.language)
        if self._index is None or not asked:
            return np.zeros(len(self.passages), dtype=np.float32)
        scores: np.ndarray = self._index.get_scores(asked)
        return scores

    def order(self, question: str) -> list[int]:
        """Give the positions of the passages, best first; equals stay in the order they came in."""
        positions: list[int] = np.argsort(-self.scores(question), kind="stable").tolist()
        return positions
