"""Figures with n and an interval."""

import pytest

from assistant.evaluation.report import mean, paired_difference, sample


def test_a_mean_lies_inside_its_interval_and_is_the_same_for_the_same_seed() -> None:
    values = [0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0]
    figure = mean(values, seed=3)
    assert figure.value == 0.75
    assert figure.low is not None
    assert figure.high is not None
    assert figure.low < 0.75 < figure.high
    assert figure == mean(values, seed=3)


def test_values_that_do_not_differ_have_an_interval_of_no_width() -> None:
    figure = mean([0.5] * 10)
    assert (figure.low, figure.value, figure.high) == (0.5, 0.5, 0.5)


def test_no_items_are_an_error() -> None:
    with pytest.raises(ValueError, match="no items"):
        mean([])


def test_pairing_removes_what_both_have_in_common() -> None:
    first, second = [0.1, 0.9, 0.5], [0.0, 0.8, 0.4]
    difference = paired_difference(first, second)
    assert difference.value == pytest.approx(0.1)
    assert difference.low == pytest.approx(0.1)


def test_a_sample_keeps_the_order_and_is_the_same_for_the_same_seed() -> None:
    items = list(range(100))
    drawn = sample(items, 10, seed=1)
    assert len(drawn) == 10
    assert drawn == sorted(drawn)
    assert drawn == sample(items, 10, seed=1)
    assert drawn != sample(items, 10, seed=2)
    assert sample(items, None, seed=1) == items
