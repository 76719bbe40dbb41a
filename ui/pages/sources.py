"""The Sources page: every source there is, what its provider receives, how it fares; to switch on and off, and to try.

Knows widgets, and whose choice is kept. Leaves what is said of a source to `source_view.py`, asking one to `trials.py`.
Nothing is asked before somebody clicks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import groupby

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from assistant.preferences import Preferences
from assistant.searching.directory import SourceDescription
from ui.controls import FOCUS
from ui.frame import notice, notices
from ui.preferring import change_preferences, is_private, kept_preferences
from ui.rendering import element, label, text
from ui.resources import Resources
from ui.source_view import about, asking, outcome
from ui.trials import Attempt
from ui.wording import Wording

__all__ = ["draw"]

TRIED = "tried"
PROBLEM = "sources-problem"
TICK_S = 0.2
"""How often the clock of a running trial is drawn, and a click is heard."""

Change = Callable[[Preferences], Preferences]
Spots = dict[str, DeltaGenerator]
"""Where the outcome of each trial is shown, by the name of its source."""


def draw(resources: Resources, words: Wording) -> None:
    """Draw every source, by what it is for; then wait for those that are being tried."""
    st.html(element("h1", text(words.say("page.sources"))) + element("p", text(words.say("source.what"))))
    notices(resources)
    kept = kept_preferences(resources)
    chosen = kept.read() if kept else Preferences()
    for problem in (kept.notice if kept else "", st.session_state.pop(PROBLEM, "")):
        if problem:
            notice(problem)
    sources = resources.sources()
    if not sources:
        notice(words.say("source.none"))
        return
    head(sources, chosen, resources, words)
    spots: Spots = {}
    places = {name: place for place, name in enumerate(FOCUS)}
    for focus, group in groupby(sorted(sources, key=lambda one: places[one.focus]), key=lambda one: one.focus):
        section(focus, list(group), chosen, resources, words, spots)
    watch(spots, words)


def head(sources: Sequence[SourceDescription], chosen: Preferences, resources: Resources, words: Wording) -> None:
    """Count what is asked, and offer to switch everything on again."""
    asked = [source for source in sources if source.is_asked]
    off = [source for source in asked if source.name in chosen.without_sources]
    said = words.say("source.count", asked=str(len(asked) - len(off)), all=str(len(sources)))
    st.html(element("p", element("strong", text(said))))
    if is_private(chosen):
        notice(words.say("source.private"))
    if len(off) == len(asked) > 0:
        notice(words.say("source.all-off"))
    if off:
        counted = words.count("source.all-on", len(off))
        st.button(counted, key="all-on", icon=":material/restart_alt:", on_click=switch_all_on, args=(resources,))


def section(
    focus: str,
    sources: Sequence[SourceDescription],
    chosen: Preferences,
    resources: Resources,
    words: Wording,
    spots: Spots,
) -> None:
    """Draw the sources of one kind: those that are asked, and folded away those that are not."""
    asked = [source for source in sources if source.is_asked]
    others = [source for source in sources if not source.is_asked]
    st.html(element("h2", text(words.say(f"focus.{focus}")), class_="fn-focus"))
    for source in asked:
        row(source, chosen, resources, words, spots)
    if others:
        others.sort(key=lambda one: (bool(one.missing), one.name))
        with st.expander(words.count("privacy.others", len(others))):
            for source in others:
                row(source, chosen, resources, words, spots)


def row(source: SourceDescription, chosen: Preferences, resources: Resources, words: Wording, spots: Spots) -> None:
    """Draw one source with its switch and its trial."""
    name = source.name
    is_on = source.is_asked and name not in chosen.without_sources
    key = f"ask-{name}"
    st.session_state[key] = is_on  # what is kept is shown, also where another tab chose, or keeping failed
    with st.container(key=f"source-{name}", gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.toggle(
                label(name),
                key=key,
                disabled=not source.is_asked or resources.data_dir is None,
                on_change=switch,
                args=(resources, name, key),
            )
            if resources.trials:
                st.button(
                    words.say("try"),
                    key=f"try-{name}",
                    type="tertiary",
                    icon=":material/play_arrow:",
                    help=label(words.say("try.help", query=source.example, provider=source.provider)),
                    disabled=not source.can_be_tried or (is_private(chosen) and not source.is_private),
                    on_click=start,
                    args=(resources, name),
                )
        st.html(about(source, words, is_on=is_on))
        if name in tried():
            spots[name] = st.empty()


def switch(resources: Resources, name: str, key: str) -> None:
    """Keep that a source is to be asked, or is not."""
    is_on = bool(st.session_state[key])

    def changed(known: Preferences) -> Preferences:
        others = tuple(one for one in known.without_sources if one != name)
        return replace(known, without_sources=others if is_on else (*others, name))

    keep(resources, changed)


def switch_all_on(resources: Resources) -> None:
    """Keep that no source is left out."""
    keep(resources, lambda known: replace(known, without_sources=()))


def keep(resources: Resources, change: Change) -> None:
    """Keep a choice; where that fails the page says why, and the choice before stands."""
    kept = kept_preferences(resources)
    if kept and (problem := change_preferences(kept, change)):
        st.session_state[PROBLEM] = problem


def tried() -> dict[str, Attempt]:
    """Return what was tried in this tab, by the name of the source."""
    attempts: dict[str, Attempt] = st.session_state.setdefault(TRIED, {})
    return attempts


def start(resources: Resources, name: str) -> None:
    """Ask a source because its button was clicked."""
    if resources.trials:
        tried()[name] = resources.trials.start(name)


def watch(spots: Spots, words: Wording) -> None:
    """Show every trial, those at work with a clock until they are over; a click elsewhere ends only the watching."""
    waited = {name: tried()[name] for name in spots}
    while waited:
        waited = dict(still_at_work(waited, spots, words))


def still_at_work(waited: dict[str, Attempt], spots: Spots, words: Wording) -> Iterable[tuple[str, Attempt]]:
    """Draw each trial once and name those that go on."""
    for name, attempt in waited.items():
        if trial := attempt.wait(TICK_S / len(waited)):
            spots[name].html(outcome(trial, words))
        else:
            spots[name].html(asking(name, attempt.elapsed_s, words))
            yield name, attempt
