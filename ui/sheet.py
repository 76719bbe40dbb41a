"""Where the parts of a turn stand on the page, in their order, each redrawn only when it changed.

Knows places. What stands in them is written by the modules that own each part.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

__all__ = ["Picture", "Sheet"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """The markup of every part of a turn, top to bottom; the answer comes in blocks, of which only the last grows."""

    ending: str = ""
    cards: str = ""
    quotations: str = ""
    answer: tuple[str, ...] = ()
    verdicts: str = ""
    footnotes: str = ""
    remarks: str = ""


@dataclass(kw_only=True, slots=True)
class Strip:
    """Neighbouring places that grow in number."""

    inside: DeltaGenerator
    places: list[DeltaGenerator] = field(default_factory=list)
    drawn: list[str] = field(default_factory=list)

    def draw(self, *markups: str) -> None:
        """Draw what changed; what is there no more leaves an empty place."""
        while len(self.places) < len(markups):
            self.places.append(self.inside.empty())
            self.drawn.append("")
        for number, place in enumerate(self.places):
            markup = markups[number] if number < len(markups) else ""
            if markup == self.drawn[number]:
                continue
            self.drawn[number] = markup
            if markup:
                place.html(markup)
            else:
                place.empty()


class Sheet:
    """One turn's places, made where the script stands."""

    def __init__(self) -> None:
        """Lay out the parts."""
        self._above = Strip(inside=st.container())
        self._answer = Strip(inside=st.container())
        self.figures = st.container()
        """Between the answer and what is said of it."""
        self._below = Strip(inside=st.container())

    def draw(self, picture: Picture) -> None:
        """Show a turn as it stands now."""
        self._above.draw(picture.ending, picture.cards, picture.quotations)
        self._answer.draw(*picture.answer)
        self._below.draw(picture.verdicts, picture.footnotes, picture.remarks)
