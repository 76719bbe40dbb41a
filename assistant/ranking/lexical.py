"""Rank passages by the words they share with the question: BM25 over stems, titles included.

Knows words only; `reranking.py` joins this ranking with others.
"""

from __future__ import annotations

from collections.abc import Sequence

import bm25s  # type: ignore[import-untyped]
import numpy as np

from assistant.evidence import Passage
from assistant.language import content_stems, stems
from assistant.language.detection import detect_language

__all__ = ["LexicalIndex"]


MOST_DETECTED = 48
"""As many as are compared by meaning afterwards; telling a language takes about a millisecond."""
OTHER_LANGUAGE = 0.5
"""A passage in another language must share twice the words; chosen, not measured: the sets are of one language."""


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
        return np.array(self._index.get_scores(asked), dtype=np.float32)

    def order(self, question: str) -> list[int]:
        """Give the positions of the passages, best first; equals stay in the order they came in.

        Among the best, those in another language than the question's step back: an answer is written and checked in it.
        """
        scores = self.scores(question)
        for position in best_first(scores)[:MOST_DETECTED]:
            if self.language and detect_language(self.passages[position].text) not in {self.language, None}:
                scores[position] *= OTHER_LANGUAGE
        return best_first(scores)


def best_first(scores: np.ndarray) -> list[int]:
    """Give positions by falling score; equals stay in the order they came in."""
    positions: list[int] = np.argsort(-scores, kind="stable").tolist()
    return positions
