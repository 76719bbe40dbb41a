"""Embeddings of files that were attached to a question: held in memory for the next question, never written down.

A deleted row is not gone from a disk: Chroma keeps vectors that are marked as deleted, and SQLite the words on pages
that are free. So what a user may want forgotten is not given to them at all. Knows addresses; leaves the rest to
`index.py`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

__all__ = ["PassingVectors"]

MOST_HELD = 5_000
"""About 8 MB, and more than five files of the largest size have passages that are ever embedded."""


class PassingVectors:
    """Hold vectors by content key and address, the least used given up first."""

    def __init__(self, folder: Path, *, most: int = MOST_HELD) -> None:
        """Say below which folder the files lie."""
        self._below = folder.resolve().as_uri().rstrip("/") + "/"
        self._most = most
        self._held: OrderedDict[str, tuple[str, np.ndarray]] = OrderedDict()

    def is_passing(self, url: str) -> bool:
        """Tell whether an address is of a file that was attached."""
        return url.startswith(self._below)

    def keep(self, key: str, url: str, vector: np.ndarray) -> None:
        """Hold the vector of a passage of a file."""
        self._held[key] = (url, vector)
        self._held.move_to_end(key)
        while len(self._held) > self._most:
            self._held.popitem(last=False)

    def recall(self, keys: Iterable[str]) -> Mapping[str, np.ndarray]:
        """Give what is held of some keys."""
        found = {key: self._held[key][1] for key in keys if key in self._held}
        for key in found:
            self._held.move_to_end(key)
        return found

    def forget(self, urls: Iterable[str]) -> None:
        """Let go of what is held of some files."""
        gone = set(urls)
        for key in [key for key, (url, _) in self._held.items() if url in gone]:
            del self._held[key]
