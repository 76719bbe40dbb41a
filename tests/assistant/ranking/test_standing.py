"""What speaks for a passage apart from what it says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from assistant.evidence import Passage
from assistant.ranking import rank
from assistant.ranking.standing import standings

NOW = datetime(2026, 11, 24, tzinfo=UTC)
TEXT = "The release of the compiler brings pattern matching to everyone."


def passage(number: int, *, days: float | None = None, place: int | None = None, text: str = TEXT) -> Passage:
    return Passage(
        id=str(number),
        url=f"https://{number}.test/",
        title="",
        text=text,
        start=0,
        published=None if days is None else NOW - timedelta(days=days),
        source_rank=place,
    )


def test_without_rank_and_wish_for_news_all_are_equal() -> None:
    assert standings([passage(1, days=3), passage(2, days=300), passage(3)], None).tolist() == [1, 1, 1]


def test_what_the_search_lists_higher_stands_higher() -> None:
    factors = standings([passage(1, place=0), passage(2, place=1), passage(3, place=9), passage(4)], None)
    assert factors[0] > factors[1] > factors[2] > factors[3] == 1


def test_newer_passages_stand_higher_where_that_is_wished() -> None:
    factors = standings([passage(1, days=40), passage(2, days=1), passage(3)], "month")
    assert factors[1] > factors[0] > factors[2] == 1


def test_age_is_measured_by_the_span_that_is_asked_for() -> None:
    pages = [passage(1, days=0), passage(2, days=7)]
    assert standings(pages, "day")[1] < standings(pages, "week")[1] < standings(pages, "year")[1]


def test_dates_may_be_unknown_throughout() -> None:
    assert standings([passage(1), passage(2)], "day").tolist() == [1, 1]


def test_the_latest_of_equals_comes_first_and_what_is_new_but_beside_the_point_does_not() -> None:
    pages = [passage(1, days=400), passage(2, days=2), passage(3, days=0, text="It rained in Lima all the day long.")]
    found = rank("latest release of the compiler", pages, language="en", freshness="month")
    assert [one.id for one in found] == ["2", "1", "3"]
    assert [one.id for one in rank("release of the compiler", pages, language="en")] == ["1", "2", "3"]


def test_no_passages_have_no_standing() -> None:
    assert standings([], "day").tolist() == []
