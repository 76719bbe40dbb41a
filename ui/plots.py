"""Plots of a series that a page states and of the times of a turn: drawn in the browser, nothing is fetched.

Knows Altair, which is loaded when there is something to plot. Names come from pages: they are titles here, never code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import streamlit as st

from assistant.evidence import Series
from ui.wording import Wording

if TYPE_CHECKING:
    import altair as alt

__all__ = ["Moment", "in_words_of", "plot", "prepare", "timeline_plot"]

HEIGHT = 220
FEWEST_POINTS = 2
MOST_WITH_DOTS = 40
DATES = {
    "year": "%Y",
    "quarter": "%Y-%m",
    "month": "%Y-%m",
    "week": "%m-%d",
    "date": "%m-%d",
    "hours": "%H:%M",
    "minutes": "%H:%M",
    "seconds": "%H:%M:%S",
}
"""Dates along an axis, by what a mark begins; in figures: the names of months that Vega writes else are English."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """A stretch of a turn's time, in seconds from the question."""

    name: str
    start_s: float
    end_s: float


def prepare() -> None:
    """Load Altair before the first plot waits for it, which takes 0.4 s on an idle machine."""
    import altair  # noqa: F401, ICN001, PLC0415 - see above


def plot(series: Series, words: Wording, key: str) -> None:
    """Draw a line over time; a single value needs no plot."""
    if len(series.points) >= FEWEST_POINTS:
        st.altair_chart(in_words_of(words, chart(series)), width="stretch", key=key)


def in_words_of(words: Wording, drawn: alt.Chart) -> alt.Chart:
    """Write the figures of a plot as those of the page."""
    import altair as alt  # noqa: PLC0415 - see above

    figures = alt.NumberLocale(decimal=words.decimal, thousands=words.thousands, grouping=[3], currency=["", ""])
    written: alt.Chart = drawn.configure(locale=alt.Locale(number=figures))
    return written


def chart(series: Series) -> alt.Chart:
    """Describe the plot of a series."""
    import altair as alt  # noqa: PLC0415 - 0.4 s that most pages need not wait for

    rows = [{"at": point.at.isoformat(), "value": point.value} for point in series.points]
    drawn: alt.Chart = (
        alt.Chart({"values": rows}, height=HEIGHT, description=f"{series.name} {series.unit}".strip())
        .mark_line(point=len(rows) <= MOST_WITH_DOTS, interpolate="linear")
        .encode(
            x=alt.X("at:T", title=None, axis=alt.Axis(format=DATES)),
            y=alt.Y("value:Q", title=series.unit or None, scale=alt.Scale(zero=False)),
            tooltip=[alt.Tooltip("at:T", title="", format="%Y-%m-%d"), alt.Tooltip("value:Q", title=series.unit)],
        )
    )
    return drawn


def timeline_plot(moments: Sequence[Moment], words: Wording, key: str) -> None:
    """Draw a bar for each stretch of time, in its order."""
    if moments:
        drawn = timeline_chart(moments, words.say("trace.times"))
        st.altair_chart(in_words_of(words, drawn), width="stretch", key=key)


def timeline_chart(moments: Sequence[Moment], description: str) -> alt.Chart:
    """Describe the bars; names are ours, from the catalogue."""
    import altair as alt  # noqa: PLC0415 - see above

    drawn: alt.Chart = (
        alt.Chart({"values": [asdict(moment) for moment in moments]}, description=description)
        .mark_bar()
        .encode(
            x=alt.X("start_s:Q", title="s"),
            x2="end_s:Q",
            y=alt.Y("name:N", title=None, sort=None, axis=alt.Axis(labelLimit=260)),
            tooltip=[alt.Tooltip("name:N", title=""), alt.Tooltip("end_s:Q", title="s", format=".2f")],
        )
    )
    return drawn
