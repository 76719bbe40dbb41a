"""Words of the question that stand together are worth more than the same words apart."""

from __future__ import annotations

import numpy as np

from assistant.ranking.neighbours import NEAR_WORDS, Neighbours

ASKED = ["water", "level", "lake"]


def test_words_next_to_each_other_in_either_order_count_and_others_do_not() -> None:
    passages = [[["water", "level"]], [["level", "water"]], [["water", "rose", "level"]], [["water"], ["level"]]]
    scores = Neighbours(passages).scores(ASKED, 1)
    assert list(scores > 0) == [True, True, False, False]


def test_words_near_each_other_count_within_a_sentence() -> None:
    near = ["water", *["x"] * (NEAR_WORDS - 1), "level"]
    far = ["water", *["x"] * NEAR_WORDS, "level"]
    scores = Neighbours([[near], [far], [["water"], ["level"]]]).scores(ASKED, NEAR_WORDS)
    assert list(scores > 0) == [True, False, False]


def test_only_neighbours_of_the_question_are_looked_for() -> None:
    assert not Neighbours([[["water", "lake"]]]).scores(ASKED, 1).any()


def test_pairs_that_are_rare_or_stand_in_short_passages_are_worth_more() -> None:
    long = ["water", "level", *(f"x{number}" for number in range(40))]
    scores = Neighbours([[["water", "level"]], [long], [["level", "lake"]]]).scores(ASKED, 1)
    assert scores[2] > scores[0] > scores[1] > 0


def test_no_passages_and_no_pairs_score_nothing() -> None:
    assert Neighbours([]).scores(ASKED, 1).shape == (0,)
    assert not Neighbours([[["water"]], []]).scores(["water"], 1).any()
    assert np.isfinite(Neighbours([[], []]).scores(ASKED, NEAR_WORDS)).all()
