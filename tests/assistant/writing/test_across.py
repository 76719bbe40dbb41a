from collections.abc import Callable
from dataclasses import replace

import pytest

from assistant.evidence import Passage
from assistant.writing.across import doubt_across

MakePassage = Callable[..., Passage]
QUESTION = "Combien de tablettes Lutero a-t-il gravées à Varsovie en 1544 ?"


def test_a_name_may_be_spelt_a_little_otherwise_in_another_language(passage: MakePassage) -> None:
    page = passage("Luther engraved four tablets in the year 1544, and three of them are lost.")
    assert doubt_across("Combien de tablettes Lutero a-t-il gravées ?", [page], "fr") < 0
    assert doubt_across("Combien de tablettes Zorblax a-t-il gravées ?", [page], "fr") >= 0


def test_nearness_of_meaning_decides_where_it_was_measured(passage: MakePassage) -> None:
    page = passage("Luther engraved four tablets in Warsaw in 1544, and three of them are lost.")
    assert doubt_across(QUESTION, [replace(page, nearness=0.83)], "fr") < 0
    assert doubt_across(QUESTION, [replace(page, nearness=0.75)], "fr") >= 0


@pytest.mark.parametrize("told", ["in Warsaw in 1987", "in Warsaw once"])
def test_a_number_that_no_page_gives_speaks_against_them(told: str, passage: MakePassage) -> None:
    near, same = 0.79, "Luther engraved four tablets {}, and three of them are lost."
    other = replace(passage(same.format(told)), nearness=near)
    right = replace(passage(same.format("in Warsaw in 1544")), nearness=near)
    assert doubt_across(QUESTION, [right], "fr") < 0 <= doubt_across(QUESTION, [other], "fr")


def test_the_number_of_a_century_or_a_king_is_no_name(passage: MakePassage) -> None:
    page = passage("In the 18th century the town had four mills, and three of them are lost.")
    assert doubt_across("¿Cuántos molinos había en el siglo XVIII?", [page], "es") < 0
