"""The Model page: which model writes the answers and why, what it costs, which experts work, and what else there is.

Knows the order of the page. Leaves words and tables to `model_view.py`, `answer_costs.py` and `expert_heat.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from assistant.evidence import Answer, ModelCard
from assistant.settings import NO_MODEL
from ui.answer_costs import costs, last_answers
from ui.expert_heat import heat_map, heat_table, loads_of
from ui.frame import notice, notices
from ui.model_view import catalogue, name_of, used
from ui.preferring import preferred_model
from ui.rendering import element, text
from ui.resources import Resources
from ui.wording import Wording

__all__ = ["draw"]


def draw(resources: Resources, words: Wording) -> None:
    """Draw the page; Streamlit calls this at each click."""
    st.html(element("h1", text(words.say("page.model"))) + element("p", text(words.say("model.what"))))
    notices(resources)
    own, directory = preferred_model(resources), resources.models()
    name, card = own or directory.used, resources.engine.model_card(own)
    if problem := resources.engine.model_problem(own):
        notice(words.say("model.problem", reason=problem))
    section("used", used(name, card, directory, words, is_own=own is not None), words)
    turns = last_answers(resources.history)
    section("costs", costs(turns, words) if turns else element("p", text(words.say("cost.none"))), words)
    experts([turn.answer for turn in turns if turn.answer], name, card, words)
    section("catalogue", catalogue(directory, words), words)


def section(name: str, inside: str, words: Wording) -> None:
    """Draw a part under its head with a line that says what it is."""
    head = element("h2", text(words.say(f"model.{name}")), class_="fn-part-head")
    st.html(element("section", head + element("p", text(words.say(f"model.what.{name}")), class_="fn-quiet") + inside))


def experts(answers: Sequence[Answer], name: str | None, card: ModelCard | None, words: Wording) -> None:
    """Draw which experts worked, or say why there is nothing to draw."""
    loads = loads_of(answers)
    if loads is None:
        section("experts", element("p", text(why_no_map(name, card, words))), words)
        return
    over = words.count("heat.over", loads.answers, name=loads.model.name, experts=str(loads.experts))
    section("experts", element("p", text(over)), words)
    heat_map(loads, words, key="experts")
    st.html(heat_table(loads, words))


def why_no_map(name: str | None, card: ModelCard | None, words: Wording) -> str:
    """Say why no experts can be shown."""
    if name in {None, NO_MODEL}:
        return words.say("heat.none.no-model")
    if card is None or card.experts:
        return words.say("heat.none.yet")
    if card.total_parameters is None:
        return words.say("heat.none.server")
    return words.say("heat.none.dense", name=name_of(card.name, words))
