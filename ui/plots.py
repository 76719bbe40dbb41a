"""The plot of a series that a cited page states: drawn in the browser from the values alone, nothing is fetched.

Knows Altair, which is loaded when there is something to plot. Names come from pages: they are titles here, never code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from assistant.evidence import Series

if TYPE_CHECKING:
    import altair as alt

__all__ = ["plot", "prepare"]

HEIGHT = 220
FEWEST_POINTS = 2
MOST_WITH_DOTS = 40


def prepare() -> None:
    """Load Altair before the first plot waits for it, which takes 0.4 s on an idle machine."""
    import altair  # noqa: F401, ICN001, PLC0415 - see above


def plot(series: Series, key: str) -> None:
    """Draw a line over time; a single value needs no plot."""
    if len(series.points) >= FEWEST_POINTS:
        st.altair_chart(chart(series), width="stretch", key=key)


def chart(series: Series) -> alt.Chart:
    """Describe the plot of a series."""
    import altair as alt  # noqa: PLC0415 - 0.4 s that most pages need not wait for

    rows = [{"at": point.at.isoformat(), "value": point.value} for point in series.points]
    drawn: alt.Chart = (
        alt.Chart({"values": rows}, height=HEIGHT, description=f"{series.name} {series.unit}".strip())
        .mark_line(point=len(rows) <= MOST_WITH_DOTS, interpolate="linear")
        .encode(
            x=alt.X("at:T", title=None),
            y=alt.Y("value:Q", title=series.unit or None, scale=alt.Scale(zero=False)),
            tooltip=[alt.Tooltip("at:T", title="", format="%Y-%m-%d"), alt.Tooltip("value:Q", title=series.unit)],
        )
    )
    return drawn
