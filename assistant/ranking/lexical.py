"""Rank passages by the words they share with the question: BM25 over stems, fragments, best sentences and neighbours.

Titles and headings are included. Knows words only; `reranking.py` joins this ranking with others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import bm25s  # type: ignore[import-untyped]
import numpy as np

from assistant.evidence import Passage
from assistant.language import content_stems, fold, sentence_spans, stems
from assistant.language.detection import detect_language
from assistant.ranking.fragments import fragments
from assistant.ranking.neighbours import NEAR_WORDS, Neighbours
from assistant.ranking.passages import surroundings

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
FRAGMENTS = 0.3
BEST_SENTENCE = 0.3
"""Shares of fragments of words, and of the sentence that shares most words, in the score by words. Chosen on the
fitting half of FQuAD among 0, .2, .3 and .4 (207 questions: .894 without, .901 with both). The halves not fitted on:
FQuAD .904 .914, MuSiQue .685 .697, HotpotQA .918 .920; by words alone, without meaning, MuSiQue falls, .579 to .556."""
NEXT = 0.1
NEAR = 0.05
"""What it adds to have neighbours of the question next to each other, and near each other: the weights of Metzler and
Croft, not fitted. Without and with: FQuAD .910 .911, HotpotQA .926 .929, MuSiQue .700 .704 (100 each), SciFact
.732 .733."""

TEXTS_KEPT = 2_048
"""Passages whose words are kept, some 10 MiB: the next question is often asked of the same pages."""


class LexicalIndex:
    """Hold the words of some passages, stemmed for one language, to be ranked for any number of questions."""

    def __init__(self, passages: Sequence[Passage], language: str | None) -> None:
        """Count the words of the passages and their titles; `language` is that of the questions to come."""
        self.passages = tuple(passages)
        self.language = language
        pages = {url: place for place, url in enumerate(dict.fromkeys(passage.url for passage in self.passages))}
        self._page_of = [pages[passage.url] for passage in self.passages]
        page_texts: list[list[str]] = [[] for _ in pages]
        page_titles: list[list[str]] = [[] for _ in pages]
        texts: list[list[str]] = []
        sentences: list[list[str]] = []
        sentence_of: list[int] = []
        placed: list[list[list[str]]] = []
        for position, (page, passage) in enumerate(zip(self._page_of, self.passages, strict=True)):
            own = sentence_terms(passage.text, language)
            sentences += own
            sentence_of += [position] * len(own)
            text = [term for sentence in own for term in sentence]
            page_texts[page] += text
            page_titles[page] = terms(passage.title, language)
            placed.append([page_titles[page], *own])
            texts.append(terms(surroundings(passage), language) + text)
        self._sentence_of = np.array(sentence_of, dtype=np.intp)
        self._passages = counted(texts)
        self._pages = counted(page_texts)
        self._titles = counted(page_titles)
        self._sentences = counted(sentences)
        self._neighbours = Neighbours(placed)
        whole = [f"{surroundings(passage)} {passage.text}" for passage in self.passages]
        self._fragments = counted([fragments(text, language) for text in whole])
        self._foreign: dict[int, bool] = {}

    def scores(self, question: str) -> np.ndarray:
        """Score every passage for a question, 1.15 at most; 0 means that they share nothing."""
        asked = terms(question, self.language)
        words = matches(self._passages, asked, len(self.passages))
        for weight, index in ((TITLE_WEIGHT, self._titles), (PAGE_WEIGHT, self._pages)):
            words += weight * matches(index, asked, max(self._page_of, default=-1) + 1)[self._page_of]
        spelling = matches(self._fragments, fragments(question, self.language), len(self.passages))
        best = np.zeros(len(self.passages), dtype=np.float32)
        np.maximum.at(best, self._sentence_of, matches(self._sentences, asked, len(self._sentence_of)))
        scores: np.ndarray = (1 - FRAGMENTS - BEST_SENTENCE) * to_one(words)
        for weight, window in ((NEXT, 1), (NEAR, NEAR_WORDS)):
            scores += weight * to_one(self._neighbours.scores(asked, window))
        return scores + FRAGMENTS * to_one(spelling) + BEST_SENTENCE * to_one(best)

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


@lru_cache(maxsize=TEXTS_KEPT)
def sentence_terms(text: str, language: str | None) -> tuple[list[str], ...]:
    """List what is counted of each sentence of a text; callers leave the lists as they are."""
    return tuple(terms(text[start:end], language) for start, end in sentence_spans(text))


def counted(texts: list[list[str]]) -> bm25s.BM25 | None:
    """Count the words of some texts, if there are any."""
    if not any(texts):
        return None
    index = bm25s.BM25(method="lucene")
    index.index(texts, show_progress=False)
    return index


def matches(index: bm25s.BM25 | None, asked: list[str], count: int) -> np.ndarray:
    """Score all `count` texts of an index; without words there or here none matches."""
    if index is None or not asked:
        return np.zeros(count, dtype=np.float32)
    return np.array(index.get_scores(asked), dtype=np.float32)


def to_one(scores: np.ndarray) -> np.ndarray:
    """Scale scores so that the best is 1; none stay none."""
    scaled: np.ndarray = scores / max(float(scores.max(initial=0.0)), 1e-9)
    return scaled
