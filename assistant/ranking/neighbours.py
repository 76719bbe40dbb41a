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
        begins: list[int] = []
        sizes: list[int] = []
        owners: list[int] = []
        place = 0
        for owner, sentences in enumerate(passages):
            begins.append(place)
            for sentence in sentences:
                sizes.append(len(sentence))
                owners.append(owner)
                for word in sentence:
                    places[word].append(place)
                    place += 1
                place += NEAR_WORDS  # so that no word is near one of the next sentence
        self._places = dict(places)
        self._begins = np.array(begins, dtype=np.intp)
        self._sizes = np.array(sizes, dtype=np.intp)
        self._owners = np.array(owners, dtype=np.intp)
        self._found: dict[str, np.ndarray] = {}
        self._rooms: dict[int, np.ndarray] = {}

    def scores(self, asked: Sequence[str], window: int) -> np.ndarray:
        """Score each passage by BM25 over pairs of neighbours in `asked` that stand at most `window` words apart."""
        scores = np.zeros(len(self._begins), dtype=np.float32)
        pairs = dict.fromkeys(tuple(sorted(pair)) for pair in pairwise(asked) if pair[0] != pair[1])
        known = [pair for pair in pairs if all(word in self._places for word in pair)]
        room = self._room(window) if known else scores
        for first, second in known:
            found = self._counts(first, second, window)
            having = int((found > 0).sum())
            rarity = np.log1p((len(found) - having + 0.5) / (having + 0.5))
            scores += (rarity * found / (found + room)).astype(np.float32)
        return scores

    def _room(self, window: int) -> np.ndarray:
        """Weigh the length of each passage, in pairs of words that are so near, once for all questions."""
        if window not in self._rooms:
            reach = np.minimum(window, self._sizes)
            pairs = reach * (self._sizes - reach) + reach * (reach - 1) // 2
            lengths = np.bincount(self._owners, weights=pairs, minlength=len(self._begins)).astype(np.float32)
            self._rooms[window] = K1 * (1 - B + B * lengths / max(float(lengths.mean()), 1e-9))
        return self._rooms[window]

    def _counts(self, first: str, second: str, window: int) -> np.ndarray:
        """Count, for each passage, how often both words stand so near."""
        counts = np.zeros(len(self._begins), dtype=np.float32)
        one, other = self._places_of(first), self._places_of(second)
        near = np.searchsorted(other, one + window, "right") - np.searchsorted(other, one - window, "left")
        np.add.at(counts, np.searchsorted(self._begins, one, "right") - 1, near)
        return counts

    def _places_of(self, word: str) -> np.ndarray:
        """Give where a word stands, made into an array once."""
        if word not in self._found:
            self._found[word] = np.array(self._places[word])
        return self._found[word]
