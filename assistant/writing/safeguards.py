"""What stands between pages and readers while an answer is written, one function to a layer.

Named together so that a test can take one away and see what comes through; nothing else ever passes others than these.
The layer before them, reading only what a visitor sees, is `assistant/reading`; the one after them, showing text as
text, is `ui/rendering.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from langchain_core.messages import BaseMessage

from assistant.evidence import Passage
from assistant.writing.attribution import Attributed, attribute
from assistant.writing.cleaning import clean
from assistant.writing.compact_prompting import build_compact_prompt, wants_compact
from assistant.writing.prompting import build_prompt

__all__ = ["SAFEGUARDS", "Safeguards"]


Attributing = Callable[[str, str, Mapping[int, Passage], str | None], Attributed]


@dataclass(frozen=True, kw_only=True, slots=True)
class Safeguards:
    """The layers: what the model is told, what is left of what it says, and what of that stands."""

    prompt: Callable[..., list[BaseMessage]] = build_prompt
    clean: Callable[[str], str] = clean
    attribute: Attributing = attribute

    def prompt_for(self, model: object) -> Callable[..., list[BaseMessage]]:
        """Return how a model is to be asked; whoever replaced the prompt meant every model."""
        return build_compact_prompt if self.prompt is build_prompt and wants_compact(model) else self.prompt


SAFEGUARDS = Safeguards()
