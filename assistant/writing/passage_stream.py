"""Passages that are there and passages that are coming, taken alike."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Sequence

from assistant.evidence import Passage

__all__ = ["as_stream"]


async def as_stream(passages: AsyncIterable[Passage] | Sequence[Passage]) -> AsyncIterator[Passage]:
    """Take passages that are there and passages that are coming alike."""
    if isinstance(passages, AsyncIterable):
        async for passage in passages:
            yield passage
    else:
        for passage in passages:
            yield passage
