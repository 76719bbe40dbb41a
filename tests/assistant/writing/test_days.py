import pytest

from assistant.writing.days import Day, days, is_told

THIRD_OF_MAY = Day(year=2026, month=5, day=3)


@pytest.mark.parametrize(
    "written",
    [
        "3 May 2026",
        "May 3, 2026",
        "May 3rd, 2026",
        "2026-05-03",
        "03.05.2026",
        "3 mai 2026",
        "3. Mai 2026",
        "3 de mayo de 2026",
        "3rd of May 2026",
    ],
)
def test_one_day_is_one_however_written(written: str) -> None:
    assert days(f"It opened on {written} at noon.") == {THIRD_OF_MAY}


@pytest.mark.parametrize("text", ["They may 5 times try.", "They march 10 miles.", "Version 2026.05", "03/05/2026"])
def test_what_is_no_sure_date_is_none(text: str) -> None:
    assert days(text) == frozenset()


def test_a_month_is_told_by_a_day_of_it_and_not_the_reverse() -> None:
    may = Day(year=2026, month=5, day=None)
    assert is_told(may, frozenset({THIRD_OF_MAY}), frozenset())
    assert not is_told(THIRD_OF_MAY, frozenset({may}), frozenset())


def test_the_year_may_stand_apart() -> None:
    undated = Day(year=None, month=5, day=3)
    assert is_told(THIRD_OF_MAY, frozenset({undated}), frozenset({"2026"}))
    assert not is_told(THIRD_OF_MAY, frozenset({undated}), frozenset({"2025"}))


def test_another_month_is_another_day() -> None:
    assert not is_told(THIRD_OF_MAY, frozenset({Day(year=2026, month=6, day=3)}), frozenset({"2026"}))
