"""What only the configuration holds, by name: whether it is set, never what to.

Knows markup. The names are those of `assistant/configured.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.configured import ConfiguredName
from ui.rendering import element, text
from ui.wording import Wording

__all__ = ["configured_list"]


def configured_list(names: Sequence[ConfiguredName], words: Wording) -> str:
    """Write those that are set, and fold those that are not."""
    there = [one.name for one in names if one.is_set]
    absent = [one.name for one in names if not one.is_set]
    first = element("p", text(words.say("configured.set")), class_="fn-names-head") + listed(there) if there else ""
    none = "" if there else element("p", text(words.say("configured.none")))
    summary = element("summary", text(words.count("configured.absent", len(absent))))
    rest = element("details", summary + listed(absent), class_="fn-more") if absent else ""
    return first + none + rest


def listed(names: Sequence[str]) -> str:
    """Write names as they are written in the configuration."""
    return element("ul", "".join(element("li", element("code", text(name))) for name in names), class_="fn-names")
