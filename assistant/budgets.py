"""How long each stage of a turn may take, and how much it may read, by profile.

Knows numbers only; the stages and the pipeline keep to them.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.evidence import Profile

__all__ = ["BUDGETS", "Budget"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Budget:
    """Bound one turn: seconds unless the name says otherwise."""

    search_soft_s: float
    search_hard_s: float
    sources: int | None
    """Retrievers asked at most; None asks every chosen one."""
    pages: int
    page_s: float
    reading_s: float
    ranking_s: float
    evidence_tokens: int
    answer_tokens: int
    turn_s: float


BUDGETS = {
    Profile.SPEED: Budget(
        search_soft_s=1.5,
        search_hard_s=4,
        sources=6,
        pages=4,
        page_s=3,
        reading_s=4,
        ranking_s=0.5,
        evidence_tokens=600,
        answer_tokens=120,
        turn_s=30,
    ),
    Profile.BALANCED: Budget(
        search_soft_s=2.5,
        search_hard_s=6,
        sources=12,
        pages=8,
        page_s=5,
        reading_s=6,
        ranking_s=1,
        evidence_tokens=900,
        answer_tokens=200,
        turn_s=90,
    ),
    Profile.THOROUGH: Budget(
        search_soft_s=5,
        search_hard_s=12,
        sources=None,
        pages=20,
        page_s=8,
        reading_s=15,
        ranking_s=3,
        evidence_tokens=1800,
        answer_tokens=400,
        turn_s=240,
    ),
}
"""The table of budgets: what a person waits for at each profile; measured figures may replace them, with a record."""
