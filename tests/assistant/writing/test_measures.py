import pytest

from assistant.writing.measures import is_stated, measures


def stated(claim: str, source: str, language: str = "en") -> bool:
    known = measures(source, language)
    return all(any(is_stated(wanted, one) for one in known) for wanted in measures(claim, language))


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("5 million people", "5,000,000 people"),
        ("1.5 billion dollars", "$1,500,000,000"),
        ("£3m was paid", "3 million pounds were paid"),
        ("3 km", "3,000 metres"),
        ("90 minutes", "5400 seconds"),
        ("12 %", "12 percent"),
        ("5 to 6 million euros", "€5 million and €6 million"),
        ("three lanes", "3 lanes"),
        ("in 2026", "on 3 May 2026"),
        ("3", "3 km"),
    ],
)
def test_one_amount_written_in_two_ways_is_one(claim: str, source: str) -> None:
    assert stated(claim, source)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("3 km", "3 miles"),
        ("12 %", "12 points"),
        ("5 million", "5 billion"),
        ("5", "5 million"),
        ("$40", "€40"),
        ("more than 40", "less than 40"),
        ("20 minutes", "20 hours"),
        ("Python 3.11", "Python 3.12"),
    ],
)
def test_amounts_that_differ_in_unit_scale_or_bound_are_two(claim: str, source: str) -> None:
    assert not stated(claim, source)


def test_a_german_point_may_group_thousands() -> None:
    assert stated("1.234 Einwohner", "1234 Einwohner", "de")
    assert not stated("1.234 metres", "1234 metres")


def test_once_is_no_number_in_english() -> None:
    assert measures("once upon a time", "en") == ()
    assert stated("once", "11", "es")
