"""Take from ranked passages those that go into the prompt.

Knows room, repetition and variety; the order is the ranking's. Yields each passage as soon as it is final, so that
writing may begin with the first.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import AsyncIterator, Sequence

from assistant.evidence import Passage
from assistant.language.similarity import NEAR_DUPLICATE, jaccard, shingles
from assistant.language.words import IDEOGRAPHS

__all__ = ["estimate_tokens", "select"]

MOST_PASSAGES = 6
MOST_PER_PAGE = 3
"""No single page is to speak alone where others have something to say."""
CHARS_PER_TOKEN = 3.5
IDEOGRAPHS_PER_TOKEN = 1.6
"""Measured with Qwen2's tokenizer: English 4.1 to 4.6, Spanish 3.7, French and German 3.5, Russian 3.5, code 3.1;
Chinese 2.1, Korean 1.7, Japanese 1.6. The lower values, so that a prompt is rather too short than too long."""
ONE_IDEOGRAPH = re.compile(f"[{IDEOGRAPHS}]")


async def select(ranked: Sequence[Passage], *, token_budget: int, limit: int = MOST_PASSAGES) -> AsyncIterator[Passage]:
    """Yield the best passages that fit the budget, no more than three of a page, none that repeats another.

    The first is yielded whatever its size: a page must be able to answer alone.
    """
    left = token_budget
    per_page: Counter[str] = Counter()
    taken: list[frozenset[tuple[str, ...]]] = []
    for passage in ranked:
        if len(taken) == limit:
            return
        cost = estimate_tokens(passage.title) + estimate_tokens(passage.text)
        if (taken and cost > left) or per_page[passage.url] == MOST_PER_PAGE:
            continue
        own = shingles(passage.text)
        if any(jaccard(own, other) >= NEAR_DUPLICATE for other in taken):
            continue
        left -= cost
        per_page[passage.url] += 1
        taken.append(own)
        yield passage


def estimate_tokens(text: str) -> int:
    """Estimate, a little too high, how many tokens a language model makes of a text."""
    ideographs = sum(1 for _ in ONE_IDEOGRAPH.finditer(text))
    return math.ceil(ideographs / IDEOGRAPHS_PER_TOKEN + (len(text) - ideographs) / CHARS_PER_TOKEN)
