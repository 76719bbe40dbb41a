"""Candidates handed out while sources are still answering.

Knows which were taken: those keep their place, and what is left is fused anew whenever another list has come. Leaves
waiting to `fan_out.py` and merging to whatever `fuse` it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.evidence import Candidate, SearchReport
from assistant.searching.addresses import identity
from assistant.searching.fan_out import Search

__all__ = ["Supply"]


class Supply:
    """Give the best candidate not given yet, as long as a search goes on and after it."""

    def __init__(self, search: Search, fuse: Callable[[Sequence[SearchReport]], tuple[Candidate, ...]]) -> None:
        """Take a search that is under way, and how its lists become one."""
        self._search = search
        self._fuse = fuse
        self._taken: list[Candidate] = []
        self._gone: set[str] = set()
        self._waiting: tuple[Candidate, ...] = ()
        self._fused_reports = -1

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """All candidates as they stand: the taken ones in their order, then what is left, best first."""
        return (*self._taken, *self._left())

    def place_of(self, url: str) -> int | None:
        """Tell how high a candidate was listed, 0 the best, None for one that was not taken."""
        return next((place for place, one in enumerate(self._taken) if one.url == url), None)

    def prepare(self) -> None:
        """Fuse what there is, so that less is left to do when it is wanted."""
        self._left()

    def take(self) -> Candidate | None:
        """Return the best candidate not taken yet, None where there is none just now."""
        left = self._left()
        if not left:
            return None
        self._taken.append(left[0])
        self._gone |= names_of(left[0])
        self._waiting = left[1:]
        return left[0]

    async def more(self) -> bool:
        """Wait until another may be there; False when there will be none."""
        while not self._left():
            if not await self._search.more():
                return False
        return True

    def _left(self) -> tuple[Candidate, ...]:
        """Return what is not taken, fused anew where a list has come since."""
        if self._fused_reports != len(self._search.reports):
            self._fused_reports = len(self._search.reports)
            fused = self._fuse(self._search.reports)
            self._waiting = tuple(one for one in fused if self._gone.isdisjoint(names_of(one)))
        return self._waiting


def names_of(candidate: Candidate) -> set[str]:
    """List what a candidate is known by: its own address and those of its copies."""
    return {identity(candidate.url), *(identity(seen.url) for seen in candidate.sightings if seen.url)}
