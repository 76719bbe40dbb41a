import pytest

from assistant.writing.differing import Amounts, amounts_between


def test_amounts_of_one_thing_differ() -> None:
    found = amounts_between("The bridge of Belmar is 300 m long.", "The long bridge of Belmar measures 450 m.", "en")
    assert found.differ > 0
    assert not found.agree


@pytest.mark.parametrize("other", ["The bridge of Belmar is 0.3 km long.", "The bridge of Belmar is 302 m long."])
def test_one_amount_in_other_units_or_rounded_agrees(other: str) -> None:
    found = amounts_between("The bridge of Belmar is 300 m long.", other, "en")
    assert found.agree > 0
    assert not found.differ


@pytest.mark.parametrize("other", ["The bridge of Belmar has 12 arches.", "A river in Sorland is 450 m long."])
def test_amounts_of_other_things_are_not_compared(other: str) -> None:
    assert amounts_between("The bridge of Belmar is 300 m long.", other, "en") == Amounts()
