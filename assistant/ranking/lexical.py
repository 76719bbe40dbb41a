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


TITLE_WEIGHT = 0.3
"""What the words of a page's title add, counted once a page. nDCG@10 by words on development queries, without and with:
HotpotQA .798 .816 (n=100), MuSiQue .574 .600 (100), French FQuAD .865 .867 (400), SciFact .700 .690 (200)."""


class LexicalIndex:
    """Hold the words of some passages, stemmed for one language, to be ranked for any number of questions."""

    def __init__(self, passages: Sequence[Passage], language: str | None) -> None:
        """Count the words of the passages and their titles; `language` is that of the questions to come."""
        self.passages = tuple(passages)
        self.language = language
        titles = {title: place for place, title in enumerate(dict.fromkeys(one.title for one in self.passages))}
        self._title_of = [titles[passage.title] for passage in self.passages]
        self._titles = counted([stems(title, language) for title in titles])
        self._texts = counted([stems(f"{passage.title}\n{passage.text}", language) for passage in self.passages])

    def scores(self, question: str) -> np.ndarray:
        """Score every passage for a question; 0 means that they share no word."""
        asked = content_stems(question, self.language) or stems(question, self.language)
        if self._texts is None or not asked:
            return np.zeros(len(self.passages), dtype=np.float32)
        scores = np.array(self._texts.get_scores(asked), dtype=np.float32)
        if self._titles is not None:
            scores += TITLE_WEIGHT * np.asarray(self._titles.get_scores(asked), dtype=np.float32)[self._title_of]
        return scores

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


def counted(texts: list[list[str]]) -> bm25s.BM25 | None:
    """Count the words of some texts, if there are any."""
    if not any(texts):
        return None
    index = bm25s.BM25(method="lucene")
    index.index(texts, show_progress=False)
    return index
