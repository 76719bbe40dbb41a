"""What words, meaning and links between pages are worth together."""

from __future__ import annotations

import numpy as np

from assistant.evidence import Passage
from assistant.ranking.fusing import FIRST_ROUND, SECOND_ROUND, best_first, reciprocal, rounds
from assistant.ranking.pool import PassagePool


def passage(id_: str, text: str, title: str = "") -> Passage:
    return Passage(id=id_, url=f"https://a.test/{id_}", title=title, text=text, start=0)


FILLERS = [passage(f"f{number}", f"The composer number {number} was a citizen.") for number in range(40)]


def finished(pool: PassagePool, question: str, answers: list[dict[int, float]]) -> tuple[list[list[int]], np.ndarray]:
    """Go through the rounds with given similarities."""
    stage = rounds(pool, question)
    asked = [next(stage)]
    for answer in answers:
        try:
            asked.append(stage.send(answer))
        except StopIteration as end:
            return asked, end.value
    raise AssertionError(asked)


def test_a_page_that_the_best_passage_names_is_raised() -> None:
    passages = [
        passage("a", "Aschenbrödel is a ballet by the composer Johann Strauss.", "Aschenbrödel"),
        *FILLERS,
        passage("b", "He was born in Vienna in 1825.", "Johann Strauss - Wikipedia"),
    ]
    pool = PassagePool(passages, "en")
    question = "Who is the composer of Aschenbrödel and where was he a citizen?"
    asked, scores = finished(pool, question, [{0: 0.9}, {41: 0.5}])
    assert pool.mentions(0) == {41}
    assert asked[0][0] == 0
    assert asked[1][0] == 41
    assert 41 in best_first(scores)[:2]


def test_at_most_the_stated_number_is_compared() -> None:
    asked, _ = finished(PassagePool(FILLERS, "en"), "composer citizen", [{0: 0.9, 1: 0.2}, {}])
    assert sum(map(len, asked)) <= FIRST_ROUND + SECOND_ROUND
    assert len(asked[0]) == FIRST_ROUND


def test_where_enough_is_known_already_no_more_is_asked_for() -> None:
    known = dict.fromkeys(range(FIRST_ROUND + SECOND_ROUND), 0.5)
    asked, _ = finished(PassagePool(FILLERS, "en"), "composer citizen", [known])
    assert len(asked) == 1
    asked, _ = finished(PassagePool(FILLERS, "en"), "composer citizen", [dict(list(known.items())[:-3]), {}])
    assert len(asked[1]) == 3


def test_without_meaning_words_and_links_decide() -> None:
    _, scores = finished(PassagePool(FILLERS, "en"), "composer number 7", [{}])
    assert best_first(scores)[0] == 7


def test_in_another_language_a_glance_chooses_what_is_compared() -> None:
    others = [passage(f"d{number}", "Der Hund bellt in der Nacht und die Katze schläft.") for number in range(60)]
    pool = PassagePool(others, "en")
    assert pool.is_foreign
    stage = rounds(pool, "Who barks?", {position: float(position == 59) for position in range(60)})
    assert 59 in next(stage)


def test_a_short_title_and_a_headline_name_nothing() -> None:
    headline = "Nine things that everybody should know about the moon today"
    passages = [passage("a", f"The cat sat on it. {headline}."), passage("b", "x", "It"), passage("c", "y", headline)]
    assert PassagePool(passages, "en").mentions(0) == frozenset()


def test_reciprocal_ranks_prefer_what_both_orders_like() -> None:
    assert reciprocal([[0, 1, 2], [1, 2, 0]], 3)[0] == 1
