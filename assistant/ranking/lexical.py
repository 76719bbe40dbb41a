"""Rank passages by the words they share with the question: BM25 over stems, titles included.

Knows words only; `reranking.py` joins this ranking with others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import bm25s  # type: ignore[import-untyped]
import numpy as np

from assistant.evidence import Passage
from assistant.language import content_stems, fold, stems
from assistant.language.detection import detect_language

__all__ = ["LexicalIndex"]


MOST_DETECTED = 48
"""As many as are compared by meaning afterwards; telling a language takes about a millisecond."""
OTHER_LANGUAGE = 0.5
"""A passage in another language must share twice the words; chosen, not measured: the sets are of one language."""


COMPOUND = re.compile(r"[^\W\d]+(?:-[^\W\d]+)+")
TITLE_WEIGHT = 0.3
PAGE_WEIGHT = 0.3
"""What the title and the whole of a passage's page add, each counted once a page (a passage within a page that deals
with the question is worth more: Callan, SIGIR 1994). nDCG@10 by words on development queries, without and with: French
FQuAD, where pages have several passages, .865 .871 (n=400); titles alone: HotpotQA .798 .816 (100), MuSiQue .574 .600
(100), SciFact .700 .690 (200)."""


class LexicalIndex:
    """Hold the words of some passages, stemmed for one language, to be ranked for any number of questions."""

    def __init__(self, passages: Sequence[Passage], language: str | None) -> None:
        """Count the words of the passages and their titles; `language` is that of the questions to come."""
        self.passages = tuple(passages)
        self.language = language
        texts = [terms(passage.text, language) for passage in self.passages]
        titles = [terms(passage.title, language) for passage in self.passages]
        pages = {url: place for place, url in enumerate(dict.fromkeys(passage.url for passage in self.passages))}
        self._page_of = [pages[passage.url] for passage in self.passages]
        page_texts: list[list[str]] = [[] for _ in pages]
        page_titles: list[list[str]] = [[] for _ in pages]
        for page, text, title in zip(self._page_of, texts, titles, strict=True):
            page_texts[page] += text
            page_titles[page] = title
        self._passages = counted([title + text for title, text in zip(titles, texts, strict=True)])
        self._pages = counted(page_texts)
        self._titles = counted(page_titles)
        self._foreign: dict[int, bool] = {}

    def scores(self, question: str) -> np.ndarray:
        """Score every passage for a question; 0 means that they share no word."""
        asked = terms(question, self.language)
        if self._passages is None or not asked:
            return np.zeros(len(self.passages), dtype=np.float32)
        scores = np.array(self._passages.get_scores(asked), dtype=np.float32)
        for weight, index in ((TITLE_WEIGHT, self._titles), (PAGE_WEIGHT, self._pages)):
            if index is not None:
                scores += weight * np.asarray(index.get_scores(asked), dtype=np.float32)[self._page_of]
        return scores

    def weighed_scores(self, question: str) -> np.ndarray:
        """Score every passage; among the best, those in another language than the question's step back.

        For an answer is written and checked in that language.
        """
        scores = self.scores(question)
        for position in best_first(scores)[:MOST_DETECTED]:
            if self._is_foreign(position):
                scores[position] *= OTHER_LANGUAGE
        return scores

    def order(self, question: str) -> list[int]:
        """Give the positions of the passages, best first; equals stay in the order they came in."""
        return best_first(self.weighed_scores(question))

    def _is_foreign(self, position: int) -> bool:
        if self.language is None:
            return False
        if position not in self._foreign:
            self._foreign[position] = detect_language(self.passages[position].text) not in {self.language, None}
        return self._foreign[position]


def best_first(scores: np.ndarray) -> list[int]:
    """Give positions by falling score; equals stay in the order they came in."""
    positions: list[int] = np.argsort(-scores, kind="stable").tolist()
    return positions


def terms(text: str, language: str | None) -> list[str]:
    """List what of a text is counted: content stems, and compounds whole as well ("pare-feu" is neither feu nor "par").

    A text of nothing but function words is counted with those.
    """
    compounds = [compound.replace("-", "") for compound in COMPOUND.findall(fold(text))]
    return (content_stems(text, language) or stems(text, language)) + compounds


def counted(texts: list[list[str]]) -> bm25s.BM25 | None:
    """Count the words of some texts, if there are any."""
    if not any(texts):
        return None
    index = bm25s.BM25(method="lucene")
    index.index(texts, show_progress=False)
    return index
