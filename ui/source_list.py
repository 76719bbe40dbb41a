"""The sources that questions go to, and what each provider receives: folded away in the sidebar.

Knows markup. What is asked, and why another is not, is said by `assistant/searching/directory.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby

from assistant.searching.directory import SourceDescription
from ui.engine_lines import told
from ui.rendering import element, text
from ui.wording import Wording

__all__ = ["source_list"]


def source_list(sources: Sequence[SourceDescription], words: Wording, without: Collection[str] = ()) -> str:
    """Write the list of those that are asked, of those that the user wants left out, then of those that could be."""
    asked = [source for source in sources if source.is_asked and source.name not in without]
    off = [source for source in sources if source.is_asked and source.name in without]
    others = [source for source in sources if not source.is_asked]
    inside = element("p", text(words.say("privacy.lead")), class_="fn-quiet") + by_what_they_receive(asked, words)
    if off:
        head = element("p", text(words.count("privacy.off", len(off))), class_="fn-quiet")
        inside += head + element(
            "ul", element("li", ", ".join(named(source, words) for source in off)), class_="fn-sources"
        )
    if others:
        head = element("p", text(words.count("privacy.others", len(others))), class_="fn-quiet")
        rows = "".join(element("li", named(source, words) + reason(source, words)) for source in others)
        inside += head + element("ul", rows, class_="fn-sources")
    summary = element("summary", text(words.count("privacy.asked", len(asked))))
    return element("details", summary + inside, class_="fn-more")


def by_what_they_receive(sources: Sequence[SourceDescription], words: Wording) -> str:
    """Group sources by what leaves the machine for them."""
    rows = ""
    for receives, group in groupby(sorted(sources, key=lambda one: one.receives), key=lambda one: one.receives):
        names = ", ".join(named(source, words) for source in group)
        rows += element("li", f"{names}: {told(receives, words)}")
    return element("ul", rows, class_="fn-sources")


def named(source: SourceDescription, words: Wording) -> str:
    """Write a source's name, and how it fares if it failed lately."""
    health = f" {element('span', told(source.health, words), class_='fn-badge')}" if source.health else ""
    return element("strong", text(source.name)) + health


def reason(source: SourceDescription, words: Wording) -> str:
    """Write why a source is not asked."""
    return f": {told(source.state, words)}" if source.state else ""
