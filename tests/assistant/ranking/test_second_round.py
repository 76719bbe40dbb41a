"""A question in two steps is asked on with the name that the first pages gave."""

from __future__ import annotations

from assistant.evidence import Passage
from assistant.ranking.second_round import follow_up_queries
from retrievers import SearchQuery

QUERY = SearchQuery(text="What university did the author of Terrible Day attend?", language="en", limit=5)


def passage(text: str) -> Passage:
    return Passage(id=text, url="https://a.test/", title="", text=text, start=0)


def test_the_name_beside_the_questions_words_is_asked_for_what_is_still_open() -> None:
    found = follow_up_queries(QUERY, [passage("Terrible Day is a book. Its author is Judith Viorst, of Newark.")])
    assert found[0].text == "Judith Viorst university attend"
    assert (found[0].language, found[0].limit) == ("en", 5)


def test_a_question_answered_in_one_step_is_not_asked_on() -> None:
    text = "The author of Terrible Day, Judith Viorst, did attend the university of Rutgers."
    assert follow_up_queries(QUERY, [passage(text)]) == ()


def test_without_passages_or_names_there_is_nothing_to_ask() -> None:
    assert follow_up_queries(QUERY, []) == ()
    assert follow_up_queries(QUERY, [passage("the author is not known")]) == ()
