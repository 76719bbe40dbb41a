"""From a candidate's URL to the text of its page, whatever is at the other end."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.reading.addresses import check_url, is_public
    from assistant.reading.extraction import extract

__all__ = ["check_url", "extract", "is_public"]

HOMES = {
    "check_url": "assistant.reading.addresses",
    "extract": "assistant.reading.extraction",
    "is_public": "assistant.reading.addresses",
}


def __getattr__(name: str) -> object:
    """Load a public name when it is first used: extraction takes half a second, and workers need nothing else."""
    if name not in HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from importlib import import_module  # noqa: PLC0415 - loaded only when needed

    return getattr(import_module(HOMES[name]), name)
