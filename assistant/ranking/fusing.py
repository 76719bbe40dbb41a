"""Make one order of what words, meaning and links between pages say.

Plain functions over positions in a `PassagePool`. Which passages are compared by meaning is decided here, in two
rounds; how is left to the caller, who may stop after either.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.ranking.figures import wants_figure
from assistant.ranking.pool import PassagePool

__all__ = ["FIRST_ROUND", "SECOND_ROUND", "Glance", "best_first", "reciprocal", "rounds"]

FIRST_ROUND = 24
SECOND_ROUND = 8
"""Passages compared by meaning: the best by words, then those that the best of these name. Together 32, which two cores
embed in about one second; comparing 48 or 64 gains nothing (SciFact, 809 questions: .739 with 36, 48 and 64)."""
MEANING = 0.6
"""Share of meaning in the score, the rest is words. Of .5 to .65, .6 is best on the fitting halves of FQuAD (207
questions: .899 .901 .901 .898) and MuSiQue (.694 .701 .704 .702); the halves not fitted on: FQuAD .914 .914 .919 .918,
MuSiQue .693 .697 .697 .702. The sum of scores is better than reciprocal ranks (SciFact .739 against .719)."""
MEANING_IF_FOREIGN = 0.9
"""The same where question and passages share only names and numbers (XQuAD, Spanish question, English paragraph)."""
LINK = 0.3
LINKING = 10
LINK_FALL = 0.3
LINK_ROUNDS = 2
"""What it adds to be named by a passage at the top, by one of how many, how it falls with that one's rank, and how
often it is passed on: the second half of a question in two steps is named in the first. All gold among ten by words
alone, without and with: HotpotQA .76 .93, MuSiQue .24 .33 (100 questions each; .3 to .7 differ little)."""
FIGURE = 0.1
"""What it adds to have a number where the question wants one. Without and with: FQuAD, fitting half .901 .903, the
other .919 .917; HotpotQA .923 .926, MuSiQue .700 .700 (100 each)."""
RRF_K = 60
"""Cormack, Clarke and Buettcher 2009: the constant of reciprocal rank fusion."""

Glance = Mapping[int, float]
"""A cheap likeness of meaning for each position, for choosing what is worth comparing."""
Similarities = Mapping[int, float]
Rounds = Generator[list[int], Similarities, np.ndarray]


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """What is known before any comparison: scores by words, 1 the best, and what meaning will weigh."""

    scores: np.ndarray
    standings: np.ndarray
    """Factors of what else speaks for a passage, already in the scores."""
    share_of_meaning: float


def rounds(pool: PassagePool, question: str, glance: Glance | None = None) -> Rounds:
    """Yield, twice, the positions worth comparing by meaning, take their similarities, return the scores of all.

    What is not compared is ranked by words and links. More similarities than asked for are welcome, and then fewer are
    asked for: a question that comes again costs nothing.
    """
    lexical = pool.lexical_scores(question)
    standings = pool.standings + FIGURE * pool.figures if wants_figure(question) else pool.standings
    known = Words(
        scores=lexical / max(float(lexical.max(initial=0.0)), 1e-9) * standings,
        standings=standings,
        share_of_meaning=MEANING if glance is None else MEANING_IF_FOREIGN,
    )
    first = best_first(known.scores)
    if glance is not None:
        first = reciprocal([first, sorted(glance, key=lambda position: -glance[position])], len(lexical))
    similarities = dict((yield first[:FIRST_ROUND]))
    scores, named = linked(pool, joined(known, similarities))
    further = [position for position in best_first(scores) if position in named and position not in similarities]
    further += [position for position in first if position not in similarities and position not in named]
    room = min(SECOND_ROUND, FIRST_ROUND + SECOND_ROUND - len(similarities))
    if further and similarities and room > 0:
        similarities.update((yield further[:room]))
    scores, _ = linked(pool, joined(known, similarities))
    return scores


def joined(known: Words, similarities: Similarities) -> np.ndarray:
    """Add meaning, stretched to 0 to 1 over what was compared, to words."""
    if not similarities:
        return known.scores
    scores: np.ndarray = (1 - known.share_of_meaning) * known.scores
    places = list(similarities)
    values = np.array([similarities[place] for place in places], dtype=np.float64)
    spread = values.max() - values.min()
    if spread > 0:
        scores[places] += known.share_of_meaning * known.standings[places] * (values - values.min()) / spread
    return scores


def linked(pool: PassagePool, scores: np.ndarray) -> tuple[np.ndarray, frozenset[int]]:
    """Raise what passages at the top name; return the scores and what was named."""
    current = scores
    links: dict[int, float] = {}
    for _ in range(LINK_ROUNDS):
        links = {}
        for rank, position in enumerate(best_first(current)[:LINKING]):
            if current[position] <= 0:
                break
            for place in pool.mentions(position):
                links[place] = max(links.get(place, 0.0), LINK / (1 + LINK_FALL * rank))
        current = scores.copy()
        for place, worth in links.items():
            current[place] += worth
    return current, frozenset(links)


def best_first(scores: np.ndarray) -> list[int]:
    """Give positions by falling score; equals stay in the order they came in."""
    positions: list[int] = np.argsort(-scores, kind="stable").tolist()
    return positions


def reciprocal(orders: Sequence[Sequence[int]], count: int) -> list[int]:
    """Join orders of `count` positions by reciprocal rank."""
    scores = np.zeros(count)
    for order in orders:
        scores[list(order)] += 1 / (RRF_K + 1 + np.arange(len(order)))
    return best_first(scores)
