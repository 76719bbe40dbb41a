"""The passages of one question as something to be asked: which share its words, which name which.

Knows words, titles and languages. Leaves meaning to `embedding.py` and what each sign is worth to `fusing.py`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from assistant.evidence import Passage
from assistant.language import detect_language, words
from assistant.ranking.figures import has_figure
from assistant.ranking.lexical import LexicalIndex
from assistant.ranking.standing import standings
from retrievers import Freshness

__all__ = ["PassagePool"]

SAMPLE = 12
"""Passages whose language is looked at; telling one takes about a millisecond."""
SITE = re.compile(r"\s+(?:[-|–—·]\s+[^-|–—·]+|\([^)]*\))\s*$")  # noqa: RUF001 - dashes of titles are meant
"""What titles carry beside the thing they name: "Ada Lovelace - Wikipedia", "Brand (play)"."""
FEWEST_LETTERS = 4
"""A title of one word shorter than this is met by chance."""
MOST_TITLE_WORDS = 8
"""Longer titles are headlines, which no other page names."""


class PassagePool:
    """Hold the passages that may answer a question, counted once, for any number of questions in one language."""

    def __init__(
        self, passages: Sequence[Passage], language: str | None, *, freshness: Freshness | None = None
    ) -> None:
        """Count the words of the passages; the questions to come are in `language` and ask for what is so new."""
        self.passages = tuple(passages)
        self.standings = standings(self.passages, freshness)
        self._language = language
        self._lexical = LexicalIndex(self.passages, language)
        self._named: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for position, passage in enumerate(self.passages):
            name = named(passage.title)
            if name:
                self._named[name].append(position)
        self._longest = max(map(len, self._named), default=0)
        self._mentions: dict[int, frozenset[int]] = {}

    def lexical_scores(self, question: str) -> np.ndarray:
        """Score every passage by the words that it shares with the question."""
        return self._lexical.scores(question) if self.is_foreign else self._lexical.weighed_scores(question)

    @cached_property
    def is_foreign(self) -> bool:
        """Whether most passages are in another language than the question, so that words say little."""
        if self._language is None or not self.passages:
            return False
        step = max(1, len(self.passages) // SAMPLE)
        found = [detect_language(passage.text) for passage in self.passages[::step][:SAMPLE]]
        return 2 * sum(language not in {self._language, None} for language in found) > len(found)

    @cached_property
    def figures(self) -> np.ndarray:
        """Tell, as 1 or 0, which passages have a number."""
        return np.array([has_figure(passage.text) for passage in self.passages], dtype=np.float32)

    def mentions(self, position: int) -> frozenset[int]:
        """Give the passages of other pages whose title this passage names."""
        if position not in self._mentions:
            self._mentions[position] = self._find_mentions(self.passages[position])
        return self._mentions[position]

    def _find_mentions(self, passage: Passage) -> frozenset[int]:
        said = words(passage.text)
        found: set[int] = set()
        for start in range(len(said)):
            for size in range(1, min(self._longest, len(said) - start) + 1):
                found.update(self._named.get(tuple(said[start : start + size]), ()))
        return frozenset(place for place in found if self.passages[place].url != passage.url)


def named(title: str) -> tuple[str, ...] | None:
    """Give the words of what a title names, without the name of the site; None where it names nothing to look for."""
    found = tuple(words(SITE.sub("", title)))
    if not found or len(found) > MOST_TITLE_WORDS or (len(found) == 1 and len(found[0]) < FEWEST_LETTERS):
        return None
    return found
