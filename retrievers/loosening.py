"""Sources that find only what has every word: asked again with fewer words where nothing is found.

Knows how often to ask and which words are commands to search engines. Leaves which words to drop to `keywords.py`.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import ClassVar

import httpx

from retrievers.contract import HitList, SearchQuery
from retrievers.http import HttpRetriever
from retrievers.keywords import keywords, loosened

__all__ = ["LooseRetriever", "plain_words"]

OPERATORS = frozenset({"AND", "OR", "NOT", "NEAR", "TO"})


class LooseRetriever(HttpRetriever):
    """Ask with the keywords of a question, then with ever fewer of them until there are hits."""

    attempts: ClassVar[int] = 2
    """How often at most. Every attempt counts against what the provider allows: `limit` takes it into account."""

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> HitList:
        """Return at most `query.limit` hits, best first, for as many of the words as have any."""
        hits = HitList()
        for words in islice(loosened(plain_words(query)), self.attempts):
            if hits := await super().search(replace(query, text=" ".join(words)), client):
                break
        return hits


def plain_words(query: SearchQuery) -> tuple[str, ...]:
    """Return the keywords of a query, none of which is an operator or carries a sign that one begins with."""
    words = keywords(query.text, query.language)
    return tuple(word.lower() if word in OPERATORS else word for word in words)
