"""What a provider hands out and expects back: tokens with a life, kept between searches and never on a retriever.

Knows names, values and when they end. Leaves whose session it is to whoever holds it: one per provider and machine.
"""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["Session"]


class Session:
    """Keep a provider's tokens (OAuth, `sc`, `vqd`) until they end; holds nothing that a user typed."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing; `clock` counts seconds."""
        self._clock = clock
        self._kept: dict[str, tuple[str, float]] = {}

    def get(self, name: str) -> str | None:
        """Return a token, None where there is none any more."""
        value, ends_at = self._kept.get(name, (None, 0.0))
        return value if self._clock() < ends_at else None

    def keep(self, name: str, value: str, *, life_s: float) -> str:
        """Remember a token for as long as the provider lets it live, and return it."""
        self._kept[name] = (value, self._clock() + life_s)
        return value

    def forget(self, name: str) -> None:
        """Drop a token that the provider no longer takes."""
        self._kept.pop(name, None)
