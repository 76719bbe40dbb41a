"""A question in, a grounded answer out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.evidence import Answer, QuestionOptions, Turn
    from assistant.settings import Settings

__all__ = ["Answer", "Assistant", "QuestionOptions", "Settings", "Turn"]

HOMES = {
    "Answer": "assistant.evidence",
    "Assistant": "assistant.assistant",
    "QuestionOptions": "assistant.evidence",
    "Settings": "assistant.settings",
    "Turn": "assistant.evidence",
}


def __getattr__(name: str) -> object:
    """Load a public name when it is first used: `footnote --help` must not wait for a language model's library."""
    if name not in HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from importlib import import_module  # noqa: PLC0415 - loaded only when needed

    return getattr(import_module(HOMES[name]), name)
