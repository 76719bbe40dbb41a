"""Let the model read the evidence that is there while slower pages are still coming.

Knows what of it may still change and how to go back. Leaves choosing evidence to `ranking`, its wording to `writing`
and what of a prompt a model has read before to the model.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Protocol, runtime_checkable

from langchain_core.messages import BaseMessage

from assistant.evidence import Passage, QuestionOptions, Turn
from assistant.ranking.lexical import LexicalIndex
from assistant.ranking.selection import cost_of, select
from assistant.writing.prompting import begun_prompt, new_fence
from retrievers import SearchQuery

__all__ = ["ReadingAhead", "ReadsAhead", "ahead_first", "reading_ahead"]


@runtime_checkable
class ReadsAhead(Protocol):
    """A chat model that can read the beginning of a prompt before anybody asks."""

    async def read_ahead(self, messages: Sequence[BaseMessage], *, lasting: bool = False) -> None:
        """Read it; cancelling keeps what has been read."""


@dataclass(kw_only=True)
class ReadingAhead:
    """Follow the passages of a turn as they come, and have the best of them read one by one."""

    query: SearchQuery
    options: QuestionOptions
    history: Sequence[Turn]
    token_budget: int
    chat: object
    """A model that is loaded; one that cannot read ahead is left alone."""
    fence: str = field(default_factory=new_fence)
    begun: tuple[Passage, ...] = ()
    """What the model has read, in this order."""
    _known: tuple[Passage, ...] = ()
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self, passages: Sequence[Passage]) -> None:
        """Take the passages that are there by now."""
        self._known = tuple(passages)
        self._changed.set()

    async def follow(self) -> None:
        """Have the best so far read, again and again, until cancelled; what is no longer wanted is dropped."""
        while isinstance(self.chat, ReadsAhead):
            await self._changed.wait()
            self._changed.clear()
            wanted = await self._wanted()
            self.begun = self.begun[: common(self.begun, wanted)]
            for count in range(len(self.begun) + 1, len(wanted) + 1):
                if self._changed.is_set():
                    break
                self.begun = tuple(wanted[:count])  # also where it is left half read: what was read of it is kept
                await self.chat.read_ahead(self._prompt(self.begun))

    async def _wanted(self) -> list[Passage]:
        """Choose by words alone: by meaning would take the processor from the pages that are being read."""
        known, query = self._known, self.query
        order = await asyncio.to_thread(lambda: LexicalIndex(known, query.language).order(query.text))
        ranked = [replace(known[place], score=1 / (rank + 1)) for rank, place in enumerate(order)]
        chosen = select(ranked, token_budget=self.token_budget, question=query.text, language=query.language)
        return ahead_first(self.begun, [passage async for passage in chosen], token_budget=self.token_budget)

    def _prompt(self, passages: Sequence[Passage]) -> list[BaseMessage]:
        """Word the beginning of the prompt as the answer's will be."""
        return begun_prompt(
            self.query.text, passages, asked_at=self.options.asked_at, history=self.history, fence=self.fence
        )

    async def first(self, evidence: AsyncIterable[Passage]) -> AsyncIterator[Passage]:
        """Give the evidence, what the model has read of it first."""
        chosen = [passage async for passage in evidence]
        for passage in ahead_first(self.begun, chosen, token_budget=self.token_budget):
            yield passage


@asynccontextmanager
async def reading_ahead(ahead: ReadingAhead) -> AsyncIterator[ReadingAhead]:
    """Read ahead until this is left: what comes then, ranking above all, wants the processor for itself."""
    following = asyncio.create_task(ahead.follow())
    try:
        yield ahead
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


def ahead_first(begun: Sequence[Passage], chosen: Sequence[Passage], *, token_budget: int) -> list[Passage]:
    """Put passages that were begun before the others, up to the first that is not wanted any more or not as it was.

    One that was read in a longer form than is wanted now stays as it was read; what no longer fits is left out.
    """
    kept: list[Passage] = []
    for read in begun:
        wanted = next((passage for passage in chosen if holds(read, passage)), None)
        if wanted is None:
            break
        kept.append(replace(wanted, text=read.text, start=read.start))
    left = token_budget - sum(map(cost_of, kept))
    for passage in chosen:
        if not any(holds(read, passage) for read in kept) and (not kept or cost_of(passage) <= left):
            kept.append(passage)
            left -= cost_of(passage)
    return kept


def holds(whole: Passage, part: Passage) -> bool:
    """Tell whether a passage lies within another."""
    return whole.url == part.url and whole.start <= part.start and part.end <= whole.end


def common(one: Sequence[Passage], other: Sequence[Passage]) -> int:
    """Count the passages with which both begin, word for word."""
    for place, (left, right) in enumerate(zip(one, other, strict=False)):
        if (left.url, left.start, left.text) != (right.url, right.start, right.text):
            return place
    return min(len(one), len(other))
