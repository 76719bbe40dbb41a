from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from assistant.evidence import Disagreement, Passage
from assistant.writing.disagreement import find_disagreements

MakePassage = Callable[..., Passage]


def found(question: str, *passages: Passage) -> tuple[Disagreement, ...]:
    numbered = dict(enumerate(passages, start=1))
    return tuple(conflict.disagreement for conflict in find_disagreements(question, numbered, "en"))


def test_two_sites_with_two_years_disagree(passage: MakePassage) -> None:
    one = passage("The Cathedral of Belmar was established in 1856.", url="https://one.test/")
    two = passage("The Cathedral of Belmar was established in 1900.", url="https://two.test/")
    (disagreement,) = found("When was the Cathedral of Belmar established?", one, two)
    assert [(side.value, side.citations) for side in disagreement.values] == [("1856", (1,)), ("1900", (2,))]
    assert disagreement.about == "When was the Cathedral of Belmar established"


def test_each_side_is_quoted_verbatim(passage: MakePassage) -> None:
    one = passage("The city of Belmar has 3,559 inhabitants.", url="https://one.test/", start=50)
    two = passage("The city of Belmar has 10,000 inhabitants.", url="https://two.test/")
    (conflict,) = find_disagreements("How many inhabitants does the city of Belmar have?", {1: one, 2: two}, "en")
    assert [citation.quote for citation in conflict.citations] == [one.text, two.text]
    assert conflict.citations[0].start == 50


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        ("When was Belmar founded?", "Belmar was founded in 1856.", "Belmar was founded in 1856."),
        ("Who founded the town of Belmar?", "Smith founded the town in 1856.", "Smith founded the town in 1900."),
        (
            "How many inhabitants does Belmar have?",
            "Belmar had 3,000 inhabitants in 1950.",
            "Belmar had 9,000 inhabitants in 2020.",
        ),
        ("How many inhabitants does Belmar have?", "Belmar has 3,000 inhabitants.", "Belmar has 3,010 inhabitants."),
        (
            "How many inhabitants does Belmar have?",
            "Belmar has 3,000 inhabitants.",
            "Belmar has 12 parks for its inhabitants.",
        ),
        (
            "How many inhabitants does Belmar have?",
            "Belmar has 3,000 inhabitants.",
            "Belmar does not have 9,000 inhabitants.",
        ),
    ],
    ids=["equal", "no value asked", "other years", "rounded", "other unit", "denied"],
)
def test_what_is_no_plain_contradiction_raises_no_alarm(
    question: str, first: str, second: str, passage: MakePassage
) -> None:
    assert not found(question, passage(first, url="https://one.test/"), passage(second, url="https://two.test/"))


def test_one_site_does_not_disagree_with_itself(passage: MakePassage) -> None:
    one = passage("The Cathedral of Belmar was established in 1856.", url="https://one.test/a")
    two = passage("The Cathedral of Belmar was established in 1900.", url="https://one.test/b")
    assert not found("When was the Cathedral of Belmar established?", one, two)


def test_the_newest_value_and_that_of_most_sites_are_named_as_such(passage: MakePassage) -> None:
    dated = [("1856", 2010), ("1900", 2024), ("1856", 2012)]
    pages = [
        replace(
            passage(f"The Cathedral of Belmar was established in {year}.", url=f"https://site{number}.test/"),
            published=datetime(published, 1, 1, tzinfo=UTC),
        )
        for number, (year, published) in enumerate(dated)
    ]
    (disagreement,) = found("When was the Cathedral of Belmar established?", *pages)
    old, new = disagreement.values
    assert (old.value, old.citations, old.is_newest, old.is_majority) == ("1856", (1, 3), False, True)
    assert (new.value, new.citations, new.is_newest, new.is_majority) == ("1900", (2,), True, False)
    assert (old.published, new.published) == (datetime(2012, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC))


def test_a_tie_has_no_majority_and_pages_without_dates_no_newest(passage: MakePassage) -> None:
    one = passage("The Cathedral of Belmar was established in 1856.", url="https://one.test/")
    two = passage("The Cathedral of Belmar was established in 1900.", url="https://two.test/")
    (disagreement,) = found("When was the Cathedral of Belmar established?", one, two)
    assert not any(side.is_newest or side.is_majority for side in disagreement.values)
