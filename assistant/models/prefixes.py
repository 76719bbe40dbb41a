"""Memories of texts that were read, kept for texts that begin the same way.

Knows how much may be kept and what to drop first. Leaves what a memory is to the decoders.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Prefixes", "common_length"]

MOST_BYTES = 256 << 20
"""Some 5,000 tokens of granite-1b and 9,000 of the stand-in: the turns of a few readers."""
FEW_BYTES = 64 << 20
"""The same where memory is short: one reader's last turns, within what is reckoned for the libraries."""

CLOSING = 16
"""Tokens with which a template closes a prompt that is read ahead, and which the whole one does not have there."""


@dataclass(kw_only=True)
class Kept:
    """A text and what a decoder remembers of it."""

    tokens: list[int]
    memory: Any


class Prefixes:
    """Keep the memories used last, within a bound; the lasting one (rules and examples) is never dropped."""

    def __init__(self, *, most_bytes: int = MOST_BYTES) -> None:
        """Begin empty."""
        self.most_bytes = most_bytes
        self._kept: list[Kept] = []
        self._lasting: Kept | None = None
        self._lock = threading.Lock()

    def keep(self, tokens: Sequence[int], memory: Any, *, lasting: bool = False) -> None:  # noqa: ANN401 - any decoder's
        """Take over a memory; shorter ones of the same text are of no more use."""
        kept = Kept(tokens=list(tokens), memory=memory)
        with self._lock:
            if lasting:
                self._lasting = kept
                return
            self._kept = [
                old for old in self._kept if len(old.tokens) - common_length(old.tokens, kept.tokens) > CLOSING
            ]
            self._kept.append(kept)
            while len(self._kept) > 1 and self.bytes > self.most_bytes:
                self._kept.pop(0)
            if self.bytes > self.most_bytes:
                self._kept.clear()

    def find(self, tokens: Sequence[int]) -> tuple[int, Any] | None:
        """Return the longest kept beginning, as a copy to go on from; the last token is always left to be read."""
        with self._lock:
            known = [*self._kept, *filter(None, [self._lasting])]
            shared = [min(common_length(kept.tokens, tokens), len(tokens) - 1, kept.memory.length) for kept in known]
            if not known or max(shared) <= 0:
                return None
            length = max(shared)
            best = known[shared.index(length)]
            if best in self._kept:
                self._kept.remove(best)
                self._kept.append(best)
            return length, best.memory.copy(length)

    @property
    def bytes(self) -> int:
        """How much is kept besides the lasting memory."""
        return sum(kept.memory.bytes for kept in self._kept)


def common_length(one: Sequence[int], other: Sequence[int]) -> int:
    """Count the tokens with which both begin."""
    for place, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return place
    return min(len(one), len(other))
