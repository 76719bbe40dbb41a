"""What came of asking a source once, by hand. Knows no source and does no work; `trying.py` makes it."""

from __future__ import annotations

from dataclasses import dataclass, field

from retrievers import HitList, Reason

__all__ = ["TRIAL_S", "Trial"]

TRIAL_S = 12.0
"""How long a source may take: as long as the most patient profile waits for a search."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """The hits and what the engines behind the source said, or why there is nothing."""

    name: str
    query: str
    hits: HitList = field(default_factory=HitList)
    elapsed_s: float = 0.0
    error: str = ""
    """One line; empty where the source answered, with hits or none."""
    reason: Reason | None = None
