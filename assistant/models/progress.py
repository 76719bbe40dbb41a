"""How a long pull tells how far it is.

Knows the protocol only; the command line draws it.
"""

from __future__ import annotations

from typing import Protocol

__all__ = ["PullProgress", "SilentProgress"]


class PullProgress(Protocol):
    """Hear what a pull does; called from the thread that pulls."""

    def say(self, line: str) -> None:
        """Take one line that a person must see before the work goes on."""

    def advance(self, stage: str, done_bytes: int, total_bytes: int | None) -> None:
        """Take how much of a stage is done; the total is None while it is unknown."""


class SilentProgress:
    """Tell nobody."""

    def say(self, line: str) -> None:
        """Drop the line."""

    def advance(self, stage: str, done_bytes: int, total_bytes: int | None) -> None:
        """Drop the figures."""
