"""Take from ranked passages those that go into the prompt.

Knows room, repetition, variety and which sentences matter; the order is the ranking's. Yields each passage as soon as
it is final, so that writing may begin with the first.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import accumulate

from assistant.evidence import Passage
from assistant.language import content_stems, sentence_spans
from assistant.language.similarity import near_duplicates, repeats
from assistant.language.variants import variants
from assistant.language.words import IDEOGRAPHS

__all__ = ["cost_of", "estimate_tokens", "select", "trimmed"]

MOST_PASSAGES = 6
MOST_PER_PAGE = 4
"""No single page is to speak alone where others have something to say. Of 2, 3 and 4, evidence of 900 tokens holds the
answer most often with 4: FQuAD, paragraphs, fitting half .899 .908 .918, the other .948 .953 .959 (about 200 each)."""
MERGED = 60
"""First passages among which copies are merged and variety is looked for: more than any prompt takes."""
SAMENESS = 0.2
"""What it costs to say what a chosen passage says already, in shares of the best score (maximal marginal relevance,
Carbonell and Goldstein, SIGIR 1998). Evidence of 600 tokens holds the answer in .913 .948 of FQuAD's halves without,
.913 .959 with; .4 and .8 take it from the fitting half."""
WINDOW = 12
"""How many of the next best are looked at for variety."""
KEPT_WHOLE = 1
"""Passages at the top that are not trimmed: what answers may stand in another sentence than the question's words."""
WITH_NEIGHBOURS = 2
"""Passages at the top that keep a sentence before and after the one that matters; of later ones it stands alone."""
ROOMY = (1, 2, 3, 8)
"""Neighbours that are tried where few passages are there; eight keep any passage whole."""
FEWEST_BESIDES = 3
"""Words of content besides the question's that a sentence needs to say anything by itself; a heading has fewer, and
what is said under it stays with it."""
TEXTS_KEPT = 256
"""Passages of which is remembered which sentence matters; a selection looks at a few dozen."""
TRIMMED_PER_WHOLE = 3
"""How many more passages there may be once they are trimmed. Chosen on, and so flattering, the 30 items of RealtimeQA
whose pages hold the answer: evidence of 900 tokens holds it in .80 untrimmed, .87 trimmed."""
CHARS_PER_TOKEN = 3.5
IDEOGRAPHS_PER_TOKEN = 1.6
"""Measured with Qwen2's tokenizer: English 4.1 to 4.6, Spanish 3.7, French and German 3.5, Russian 3.5, code 3.1;
Chinese 2.1, Korean 1.7, Japanese 1.6. The lower values, so that a prompt is rather too short than too long."""
ONE_IDEOGRAPH = re.compile(f"[{IDEOGRAPHS}]")


async def select(
    ranked: Sequence[Passage],
    *,
    token_budget: int,
    limit: int = MOST_PASSAGES,
    question: str | None = None,
    language: str | None = None,
) -> AsyncIterator[Passage]:
    """Yield the best passages that fit the budget, no more than four of a page, none that repeats another.

    The first is yielded whatever its size: a page must be able to answer alone. Given the question, passages are
    trimmed to the sentences that matter, so that more of them fit; each is still a piece of its page.
    """
    left = token_budget
    per_page: Counter[str] = Counter()
    taken: list[str] = []
    most = limit if question is None else limit * TRIMMED_PER_WHOLE
    asked = frozenset(content_stems(question or "", language))
    distinct = merged(ranked, language)
    fewest = roomiest(distinct[:most], asked, language, token_budget)
    for whole in varied(distinct, asked, language):
        if len(taken) == most:
            return
        passage = whole
        if asked and len(taken) >= KEPT_WHOLE:
            passage = trimmed(whole, asked, language, neighbours=max(fewest, int(len(taken) < WITH_NEIGHBOURS)))
        cost = cost_of(passage)
        if (taken and cost > left) or per_page[passage.url] == MOST_PER_PAGE:
            continue
        if any(repeats(passage.text, other) and not variants(passage.text, other, language) for other in taken):
            continue
        left -= cost
        per_page[passage.url] += 1
        taken.append(passage.text)
        yield passage


def roomiest(passages: Sequence[Passage], asked: frozenset[str], language: str | None, token_budget: int) -> int:
    """Tell how many neighbours every passage may keep where all of them fit so: few pages need not be cut short."""
    fitting = 0
    for neighbours in ROOMY if asked else ():
        costs = accumulate(cost_of(trimmed(one, asked, language, neighbours=neighbours)) for one in passages)
        if any(cost > token_budget for cost in costs):
            break
        fitting = neighbours
    return fitting


def cost_of(passage: Passage) -> int:
    """Estimate the tokens of a passage with its title."""
    return estimate_tokens(passage.title) + estimate_tokens(passage.text)


def merged(ranked: Sequence[Passage], language: str | None = None) -> list[Passage]:
    """Let the best of copies stand for all, and know the other pages that carry one.

    A copy that says something else in one place is none: that place may be what was asked.
    """
    first, others = ranked[:MERGED], ranked[MERGED:]
    found: dict[int, Passage] = {}
    for group in near_duplicates([passage.text for passage in first]):
        for best, *copies in alike(group, first, language):
            also = dict.fromkeys(first[copy].url for copy in copies if first[copy].url != first[best].url)
            found[best] = replace(first[best], copies=tuple(also)) if also else first[best]
    return [*(found[position] for position in sorted(found)), *others]


def alike(group: Sequence[int], passages: Sequence[Passage], language: str | None) -> list[list[int]]:
    """Part near copies into those that say the same everywhere."""
    found: list[list[int]] = []
    for position in group:
        said = passages[position].text
        own = next((one for one in found if not variants(passages[one[0]].text, said, language)), None)
        if own is None:
            found.append([position])
        else:
            own.append(position)
    return found


def varied(ranked: Sequence[Passage], asked: frozenset[str], language: str | None) -> Iterator[Passage]:
    """Give passages best first, one that says the same as those before it stepping back behind its next best."""
    waiting = list(ranked[:MERGED])
    said = [frozenset(content_stems(passage.text, language)) - asked for passage in waiting]
    sameness = [0.0] * len(waiting)
    best = max((passage.score for passage in waiting), default=0.0)
    while waiting:
        worth = [one.score - SAMENESS * best * same for one, same in zip(waiting[:WINDOW], sameness, strict=False)]
        chosen = worth.index(max(worth))
        yield waiting.pop(chosen)
        own = said.pop(chosen)
        sameness.pop(chosen)
        sameness = [max(same, overlap(own, other)) for same, other in zip(sameness, said, strict=True)]
    yield from ranked[MERGED:]


def overlap(first: frozenset[str], second: frozenset[str]) -> float:
    """Tell which share of the shorter text's words the other has as well."""
    return len(first & second) / max(1, min(len(first), len(second)))


def trimmed(passage: Passage, asked: frozenset[str], language: str | None, *, neighbours: int) -> Passage:
    """Cut a passage down to its sentence with most of the question's words and so many neighbours on either side."""
    spans, best, others = sentence_that_matters(passage.text, asked, language)
    if len(spans) <= 2 * neighbours + 1 or passage.has_series:  # computed with as a whole
        return passage
    after = neighbours or int(others < FEWEST_BESIDES)
    start = spans[max(0, best - neighbours)][0]
    end = spans[min(len(spans) - 1, best + after)][1]
    return replace(passage, text=passage.text[start:end], start=passage.start + start)


@lru_cache(maxsize=TEXTS_KEPT)
def sentence_that_matters(
    text: str, asked: frozenset[str], language: str | None
) -> tuple[tuple[tuple[int, int], ...], int, int]:
    """Find all sentences, which has most of the question's words, and how many other words of content that one has.

    Kept, since a selection asks of each passage with one number of neighbours after another.
    """
    spans = tuple(sentence_spans(text))
    held = [set(content_stems(text[start:end], language)) for start, end in spans]
    shared = [len(asked & one) for one in held]
    best = max(range(len(spans)), key=shared.__getitem__, default=0)
    return spans, best, len(held[best] - asked) if spans else 0


def estimate_tokens(text: str) -> int:
    """Estimate, a little too high, how many tokens a language model makes of a text."""
    ideographs = sum(1 for _ in ONE_IDEOGRAPH.finditer(text))
    return math.ceil(ideographs / IDEOGRAPHS_PER_TOKEN + (len(text) - ideographs) / CHARS_PER_TOKEN)
