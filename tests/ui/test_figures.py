"""Values that disagree, series and their plots."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

from assistant.evidence import Disagreement, DisputedValue
from tests.ui.rich import rich_citations, series
from tests.ui.scripted import finished
from ui.figures import disagreement_box, series_table, series_title
from ui.plots import chart
from ui.turn_state import TurnState
from ui.wording import wording_for

NOW = datetime(2026, 11, 24, tzinfo=UTC)
STATE = TurnState.of(replace(finished("How?", NOW), citations=rich_citations(NOW)))
EN, FR = wording_for("en"), wording_for("fr")


def words_of(markup: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


def test_each_side_says_whether_it_is_the_newest_or_said_by_most_and_of_when() -> None:
    sides = (
        DisputedValue(value="34 500", citations=(2,), published=NOW, is_newest=True),
        DisputedValue(value="33 900", citations=(1,), is_majority=True),
    )
    shown = words_of(disagreement_box(Disagreement(about="packages", values=sides), STATE, "t", EN))
    assert "34 500 newest 24 Nov 2026 [2]" in shown
    assert "33 900 said by most [1]" in shown


def test_a_series_has_a_title_with_its_source_and_a_table() -> None:
    assert words_of(series_title(series(), STATE, "t", EN)).startswith("Euro in dollars [2]")
    table = words_of(series_table(series(), EN))
    assert "24 values as a table" in table
    assert "1 Jan 2024 1.05 USD" in table
    assert "1er janv. 2024 1,05 USD" in words_of(series_table(series(), FR))


def test_a_plot_carries_its_values_and_fetches_nothing() -> None:
    spec = chart(replace(series(), name="<b>x</b>")).to_dict()
    assert [len(rows) for rows in spec["datasets"].values()] == [24]
    assert "url" not in spec["data"]
    assert spec["description"] == "<b>x</b> USD"
    assert spec["encoding"]["y"]["title"] == "USD"


def test_figures_are_written_in_groups_and_with_the_decimal_sign_of_the_language() -> None:
    assert EN.number(13_250.5) == "13,250.5"
    assert FR.number(13_250.5) == "13\u202f250,5"
    assert EN.number(2e12) == "2e+12"
    assert EN.number(0.1) == "0.1"
