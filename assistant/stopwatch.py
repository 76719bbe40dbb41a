"""Time within one turn, counted from the question.

Knows the clock only, which is passed in so that tests own time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["Stopwatch"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Stopwatch:
    """Count seconds since it was made; `clock` gives monotonic seconds."""

    clock: Callable[[], float] = time.monotonic
    started_at: float = field(default=-1.0)

    def __post_init__(self) -> None:
        """Start now unless told when the question was asked."""
        if self.started_at < 0:
            object.__setattr__(self, "started_at", self.clock())

    @property
    def elapsed_s(self) -> float:
        """Seconds since the question was asked."""
        return self.clock() - self.started_at
