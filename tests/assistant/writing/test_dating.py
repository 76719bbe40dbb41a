from datetime import UTC, datetime

import pytest

from assistant.evidence import Citation
from assistant.writing.dating import as_of, warnings

ASKED = datetime(2026, 11, 25, tzinfo=UTC)
NOW = "What is the current price of oats?"


def cited(*dates: datetime | None) -> list[Citation]:
    return [
        Citation(
            number=number,
            url="https://a.test/",
            title="",
            published=date,
            passage="p",
            quote="q",
            start=0,
            end=1,
            support=1,
        )
        for number, date in enumerate(dates, start=1)
    ]


def test_an_answer_is_as_of_its_newest_page() -> None:
    newest = datetime(2026, 3, 2, tzinfo=UTC)
    assert as_of(cited(datetime(2020, 1, 1, tzinfo=UTC), newest, None)) == newest
    assert as_of(cited(None)) is None


@pytest.mark.parametrize("question", [NOW, "Who is the mayor of Belmar?", "What will oats cost in 2026?"])
def test_old_pages_for_a_question_about_now_are_warned_of_with_their_age(question: str) -> None:
    (warning,) = warnings(question, cited(datetime(2023, 6, 1, tzinfo=UTC)), ASKED)
    assert "3 years old (2023-06-01)" in warning


def test_months_are_said_below_a_year() -> None:
    assert "8 months old" in warnings(NOW, cited(datetime(2026, 3, 1, tzinfo=UTC)), ASKED)[0]


def test_pages_without_a_date_are_warned_of() -> None:
    assert warnings(NOW, cited(None), ASKED) == (
        "the question is about now, and no cited page says when it was written",
    )


@pytest.mark.parametrize(
    ("question", "date"),
    [
        (NOW, datetime(2026, 10, 1, tzinfo=UTC)),
        ("Who built the mill of Belmar?", datetime(2003, 1, 1, tzinfo=UTC)),
        ("What was the price of oats in 2019?", datetime(2019, 6, 1, tzinfo=UTC)),
    ],
    ids=["fresh", "not about now", "about another year"],
)
def test_otherwise_nothing_is_warned_of(question: str, date: datetime) -> None:
    assert warnings(question, cited(date), ASKED) == ()
