"""Which passages have words of the question near one another, as the question has them.

The sequential dependence model (Metzler and Croft, SIGIR 2005): two neighbours of the question count where they are
neighbours in a sentence, and less where they are near. Knows where words stand. Leaves which words to `lexical.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

__all__ = ["NEAR_WORDS", "Neighbours"]

NEAR_WORDS = 8
"""So far apart words are near: the paper's window."""
K1, B = 1.5, 0.75
"""Of BM25, as bm25s has them."""


class Neighbours:
    """Hold where each word stands in the sentences of some passages."""

    def __init__(self, passages: Iterable[Sequence[Sequence[str]]]) -> None:
        """Take passages as sentences, and those as words."""
        places: dict[str, list[int]] = defaultdict(list)
        self._begins: list[int] = []
        sizes: list[list[int]] = []
        place = 0
        for sentences in passages:
            self._begins.append(place)
            sizes.append([len(sentence) for sentence in sentences])
            for sentence in sentences:
                for word in sentence:
                    places[word].append(place)
                    place += 1
                place += NEAR_WORDS  # so that no word is near one of the next sentence
        self._places = dict(places)
        self._sizes = sizes

    def scores(self, asked: Sequence[str], window: int) -> np.ndarray:
        """Score each passage by BM25 over pairs of neighbours in `asked` that stand at most `window` words apart."""
        scores = np.zeros(len(self._begins), dtype=np.float32)
        lengths = np.array([sum(pairs_in(size, window) for size in own) for own in self._sizes], dtype=np.float32)
        room = K1 * (1 - B + B * lengths / max(float(lengths.mean()) if len(lengths) else 0.0, 1e-9))
        for first, second in dict.fromkeys(tuple(sorted(pair)) for pair in pairwise(asked) if pair[0] != pair[1]):
            found = self._counts(first, second, window)
            having = int((found > 0).sum())
            rarity = np.log1p((len(found) - having + 0.5) / (having + 0.5))
            scores += (rarity * found / (found + room)).astype(np.float32)
        return scores

    def _counts(self, first: str, second: str, window: int) -> np.ndarray:
        """Count, for each passage, how often both words stand so near."""
        counts = np.zeros(len(self._begins), dtype=np.float32)
        if first in self._places and second in self._places:
            one, other = np.array(self._places[first]), np.array(self._places[second])
            near = np.searchsorted(other, one + window, "right") - np.searchsorted(other, one - window, "left")
            np.add.at(counts, np.searchsorted(self._begins, one, "right") - 1, near)
        return counts


def pairs_in(words: int, window: int) -> int:
    """Count the pairs of words of a sentence that are so near."""
    reach = min(window, words)
    return reach * (words - reach) + reach * (reach - 1) // 2
