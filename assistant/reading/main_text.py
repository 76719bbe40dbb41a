"""Which lines of a page are its main text.

trafilatura says which text it takes for the main one; here each line is judged by that and by thirty cues more: its
neighbours, its links, its place, what its surroundings are called. The weights are a logistic regression that
`benchmarks/extraction.py --fit` fits on one half of two public sets of pages; the other half is what it is judged on.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate
from operator import mul
from types import MappingProxyType

from assistant.reading.lines import Line

__all__ = ["Found", "cues_of", "main_lines", "probabilities"]

FEWEST_WORDS = 50
"""A page of fewer words is wholly its main text."""
IN_ARTICLES, BEYOND_ARTICLES = (0.1, 0.7), (0.4, 0.4)
"""How probable a line must be that trafilatura found, and one that it did not: where a page says that it is an article,
trafilatura is seldom wrong; elsewhere its word is one cue among others."""
GRAM = 3
NEIGHBOURS = 8
EARLY, LATE = 0.03, 0.9
"""Shares of the words of a page: titles and bylines stand before, calls to read on after."""
LONG_WORDS = 20
FEW_WORDS = 25
WORD = re.compile(r"\w+")
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
ITEMS = frozenset({"li", "dd", "dt"})
ENDS = frozenset('.!?:…"”。')
STOCK_PHRASES = re.compile(
    r"""\b(?:cookies?|newsletter|sign\ ?(?:up|in)|log\ ?in|subscribe|copyright|all\ rights\ reserved|privacy\ policy
    |terms\ of|read\ more|learn\ more|share\ (?:this|on)|follow\ us|related|you\ may\ also|recommended|add\ to\ cart
    |advertisement|sponsored|min\ read|posted\ (?:by|on)|facebook|twitter|comments?|reply|skip\ to|view\ all|see\ all
    |show\ more|load\ more|quick\ view|sort\ by|contact\ us|get\ started|s'abonner|abonnez-vous|lire\ la\ suite
    |en\ savoir\ plus|partager|tous\ droits\ réservés|mentions\ légales|ajouter\ au\ panier|se\ connecter
    |publicité)\b|©""",
    re.IGNORECASE | re.VERBOSE,
)
WEIGHTS = MappingProxyType(
    {
        "article": -1.36,
        "words of page": 1.79,
        "little found": 2.66,
        "bias": -1.95,
        "long": 0.63,
        "links": -0.65,
        "ends": 1.05,
        "heading": 0.67,
        "item": 0.88,
        "paragraph": 0.2,
        "aside": 0.1,
        "content": 0.74,
        "stock phrase": -0.75,
        "found previous": 0.33,
        "found next": 0.25,
        "found around": 1.46,
        "unfound, found around": -2.03,
        "unfound, found around, article": 1.0,
        "found": -2.43,
        "share found": 1.66,
        "after found": -0.95,
        "before found": 0.48,
        "between found": 0.55,
        "not in main": -1.42,
        "early": -1.05,
        "late": -1.36,
        "repeated": -0.35,
        "unfound aside": -0.54,
        "unfound remark": -0.53,
        "unfound words": -0.36,
        "article found": 1.57,
    }
)


class Found:
    """The text that trafilatura took for the main one, to be asked which lines it holds."""

    def __init__(self, text: str) -> None:
        """Split the text into runs of three words; a shorter line must be a line of it."""
        self.words = words_of(text)
        self._grams = grams_of(self.words)
        self._short = {tuple(words) for line in text.split("\n") if len(words := words_of(line)) < GRAM}

    def share_of(self, words: Sequence[str]) -> float:
        """Return how much of a line it holds."""
        if len(words) < GRAM:
            return float(tuple(words) in self._short)
        grams = list(zip(words, words[1:], words[2:], strict=False))
        return sum(map(self._grams.__contains__, grams)) / len(grams)


def grams_of(words: Sequence[str]) -> set[tuple[str, ...]]:
    """Return every run of three words."""
    return set(zip(words, words[1:], words[2:], strict=False))


def main_lines(lines: Sequence[Line], found: str, *, is_article: bool) -> list[Line]:
    """Return the lines of the main text; all of them where a page has few words."""
    worded = [line for line in lines if WORD.search(line.text)]
    if sum(len(words_of(line.text)) for line in worded) < FEWEST_WORDS:
        return list(lines)
    cues = cues_of(worded, Found(found), is_article=is_article)
    if_found, if_not = IN_ARTICLES if is_article else BEYOND_ARTICLES
    return [
        line
        for line, cue, probability in zip(worded, cues, probabilities(worded, cues), strict=True)
        if probability >= (if_found if cue["found"] else if_not)
    ]


def probabilities(lines: Sequence[Line], cues: Sequence[dict[str, float]]) -> list[float]:
    """Weigh the cues of each line; the rows of a table are kept or dropped together."""
    weights = [WEIGHTS.get(name, 0.0) for name in cues[0]] if cues else []  # every line has the same cues in one order
    own = [1 / (1 + math.exp(-sum(map(mul, weights, cue.values())))) for cue in cues]
    totals: Counter[int] = Counter()
    sizes: Counter[int] = Counter()
    for line, probability in zip(lines, own, strict=True):
        if line.table is not None:
            totals[line.table] += probability  # type: ignore[assignment]  # a Counter adds up floats as well
            sizes[line.table] += 1
    return [
        probability if line.table is None else totals[line.table] / sizes[line.table]
        for line, probability in zip(lines, own, strict=True)
    ]


def cues_of(lines: Sequence[Line], found: Found, *, is_article: bool) -> list[dict[str, float]]:
    """Return what speaks for and against each line; every line has words."""
    split = [words_of(line.text) for line in lines]
    shares = [found.share_of(words) for words in split]
    kept = [share >= 1 / 2 for share in shares]
    before = [0, *accumulate(map(len, split))]
    repeats = Counter(line.text for line in lines)
    first = kept.index(True) if any(kept) else len(kept)
    last = len(kept) - 1 - kept[::-1].index(True) if any(kept) else -1
    has_main = any(line.place.is_main for line in lines)
    page = {
        "article": float(is_article),
        "words of page": math.log(before[-1] or 1) / 8,
        "little found": float(len(found.words) < FEWEST_WORDS),
    }
    return [
        {
            **page,
            **alone(line, split[at]),
            **among(kept, at, is_article=is_article),
            "found": float(kept[at]),
            "share found": shares[at],
            "after found": float(at > last),
            "before found": float(at < first),
            "between found": float(first < at < last),
            "not in main": float(has_main and not line.place.is_main),
            "early": float(before[at] < EARLY * before[-1]),
            "late": float(before[at] > LATE * before[-1]),
            "repeated": float(repeats[line.text] > 1),
            "unfound aside": float(line.place.is_aside and not kept[at]),
            "unfound remark": float(line.place.is_remark and not kept[at]),
            "unfound words": 0.0 if kept[at] else math.log1p(len(split[at])),
            "article found": float(is_article and kept[at]),
        }
        for at, line in enumerate(lines)
    ]


def alone(line: Line, words: Sequence[str]) -> dict[str, float]:
    """Return what a line says by itself."""
    tag = line.place.tag
    return {
        "bias": 1.0,
        "long": float(len(words) >= LONG_WORDS),
        "links": line.linked_characters / len(line.text),
        "ends": float(line.text[-1] in ENDS),
        "heading": float(tag in HEADINGS),
        "item": float(tag in ITEMS),
        "paragraph": float(tag == "p"),
        "aside": float(line.place.is_aside),
        "content": float(line.place.is_content),
        "stock phrase": float(len(words) < FEW_WORDS and bool(STOCK_PHRASES.search(line.text))),
    }


def among(kept: Sequence[bool], at: int, *, is_article: bool) -> dict[str, float]:
    """Return what a line's neighbours say of it."""
    around = [*kept[max(0, at - NEIGHBOURS) : at], *kept[at + 1 : at + 1 + NEIGHBOURS]]
    share = sum(around) / max(1, len(around))
    unfound = 0.0 if kept[at] else share
    return {
        "found previous": float(at > 0 and kept[at - 1]),
        "found next": float(at + 1 < len(kept) and kept[at + 1]),
        "found around": share,
        "unfound, found around": unfound,
        "unfound, found around, article": unfound * is_article,
    }


def words_of(text: str) -> list[str]:
    """Split a text into words, in lower case."""
    return WORD.findall(text.lower())
