"""What every turn works with: sources, clients, ranker, model.

Knows the types only. Opened and closed by `assistant.py`, used by `pipeline.py` and `gathering.py`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import httpx

from assistant.models.opening import OpenModel
from assistant.ranking.cross_encoding import Reranker
from assistant.ranking.reranking import Ranker
from assistant.reading.fetching import PageReader
from assistant.searching.desk import Desk
from assistant.searching.likeness import Likeness
from assistant.settings import Settings
from retrievers import Retriever

__all__ = ["Parts"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """What a turn works with; opened and closed by the `Assistant`, shared by all its turns."""

    settings: Settings
    retrievers: Sequence[Retriever]
    unusable: Mapping[str, str]
    """Retrievers that were asked for and could not be built, with the reason."""
    client: httpx.AsyncClient
    reader: PageReader
    ranker: Ranker
    open_model: Callable[[str | None], Awaitable[OpenModel | None]]
    """None where the user wants quotations only; raises ModelError where the model cannot be had."""
    ready_model: Callable[[str | None], OpenModel | None] = lambda _name: None
    """The same, but only where it is loaded already."""
    desk: Desk = field(default_factory=Desk)
    """Where all turns ask their sources."""
    spare: Sequence[Retriever] = ()
    """Sources that are ready and asked only by name."""
    reranker: Reranker | None = None
    """Looks at the best passages again, where one was chosen."""
    likeness: Likeness | None = None
    """Tells by meaning what a question calls for, where an embedding model is there."""

    def unkept(self) -> Self:
        """Give the same parts for a question that leaves nothing: none of them writes to the disk."""
        return replace(self, reader=self.reader.unkept(), ranker=self.ranker.unkept(), desk=self.desk.unkept())
