"""Which experts of a mixture worked on the last answers: a heat map, layer by expert, and the same as a table.

Knows Altair, which draws in the browser from data that comes with the page; nothing is fetched. The counts are the
engine's (`ModelInsight.expert_loads`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from assistant.evidence import Answer, ModelCard
from ui.figures import titled_table
from ui.plots import in_words_of
from ui.rendering import element, text
from ui.wording import Wording

if TYPE_CHECKING:
    import altair as alt

__all__ = ["FRAME_HEIGHT", "ExpertLoads", "heat_map", "heat_table", "loads_of"]

LAYER_HEIGHT = 14
FRAME_HEIGHT = 170
"""What legend, axis and titles take of the height: Streamlit fits them into it (seen in 1.67 in a browser)."""
DIGITS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpertLoads:
    """How many tokens went to each expert of each layer, over some answers of one model."""

    model: ModelCard
    answers: int
    layers: tuple[tuple[int, ...], ...]

    @property
    def experts(self) -> int:
        """The experts of a layer."""
        return max(map(len, self.layers))

    def share(self, layer: Sequence[int], count: int) -> float:
        """Compare a load to an even one, which is 1: of an expert with 2, twice as many tokens were its own."""
        total = sum(layer)
        return count * len(layer) / total if total else 0.0


def loads_of(answers: Sequence[Answer]) -> ExpertLoads | None:
    """Add up the loads of the latest model that told any; None where none did."""
    told = [(answer.model, loads) for answer in answers if answer.model and (loads := counted(answer))]
    if not told:
        return None
    model, newest = told[0]
    alike = [loads for other, loads in told if other.name == model.name and shape(loads) == shape(newest)]
    layers = tuple(tuple(map(sum, zip(*layer, strict=True))) for layer in zip(*alike, strict=True))
    return ExpertLoads(model=model, answers=len(alike), layers=layers)


def counted(answer: Answer) -> tuple[tuple[int, ...], ...]:
    """Return what the engine counted; nothing where it did not, or where no token came by."""
    loads = answer.insight.expert_loads if answer.insight else ()
    return loads if any(map(sum, loads)) else ()


def shape(loads: Sequence[Sequence[int]]) -> list[int]:
    """Tell how many experts each layer has."""
    return [len(layer) for layer in loads]


def heat_map(loads: ExpertLoads, words: Wording, key: str) -> None:
    """Draw the map."""
    st.altair_chart(in_words_of(words, chart(loads, words)), width="stretch", key=key)


def chart(loads: ExpertLoads, words: Wording) -> alt.Chart:
    """Describe the map: a row for each layer, a column for each expert, both counted from 1."""
    import altair as alt  # noqa: PLC0415 - 0.4 s that most pages need not wait for

    layer, expert, times, tokens = (words.say(f"heat.{name}") for name in ("layer", "expert", "times", "tokens"))
    rows = [
        {"layer": row, "expert": column, "tokens": count, "share": round(loads.share(counts, count), DIGITS)}
        for row, counts in enumerate(loads.layers, 1)
        for column, count in enumerate(counts, 1)
    ]
    height = FRAME_HEIGHT + LAYER_HEIGHT * len(loads.layers)
    drawn: alt.Chart = (
        alt.Chart({"values": rows}, height=height, description=words.say("heat.title", name=loads.model.name))
        .mark_rect()
        .encode(
            x=alt.X("expert:O", title=expert, axis=alt.Axis(labelOverlap=True, labelAngle=0)),
            y=alt.Y("layer:O", title=layer, axis=alt.Axis(labelOverlap=True)),
            color=alt.Color("share:Q", title=times, legend=alt.Legend(orient="top", gradientLength=180)),
            tooltip=[
                alt.Tooltip("layer:O", title=layer),
                alt.Tooltip("expert:O", title=expert),
                alt.Tooltip("tokens:Q", title=tokens),
                alt.Tooltip("share:Q", title=times),
            ],
        )
    )
    return drawn


def heat_table(loads: ExpertLoads, words: Wording) -> str:
    """Write for each layer what the map shows: its busiest expert, and how many no token reached; folded."""
    rows = [
        (
            text(str(number)),
            text(words.number(sum(layer))),
            text(str(layer.index(max(layer)) + 1)),
            text(words.number(round(loads.share(layer, max(layer)), DIGITS))),
            text(str(layer.count(0))),
        )
        for number, layer in enumerate(loads.layers, 1)
    ]
    heads = ("heat.layer", "heat.visits", "heat.busiest", "heat.times", "heat.idle")
    summary = element("summary", text(words.count("heat.table", len(rows))))
    return element("details", summary + titled_table(heads, rows, words), class_="fn-more")
