"""A model that is being opened while a turn needs it.

Knows how to go on before it is there, with one to wait for, and without it. Leaves opening to `models/opening.py`.
"""

from __future__ import annotations

import asyncio

from langchain_core.language_models import BaseChatModel

from assistant.errors import ModelUnavailable
from assistant.models.deferred import DeferredChatModel
from assistant.models.opening import OpenModel

__all__ = ["chat_of", "put_away"]


def chat_of(model: asyncio.Future[OpenModel | None], gaps: list[str]) -> BaseChatModel | None:
    """Give the model, or one to wait for while it loads, or None (and the reason) where there is none."""
    if not model.done():
        return DeferredChatModel(opened=lambda: chat_when_open(model))
    if error := model.exception():
        gaps.append(f"quotations only: {error}")
        return None
    opened = model.result()
    return opened.chat if opened else None


async def chat_when_open(model: asyncio.Future[OpenModel | None]) -> BaseChatModel:
    """Wait for a model that is loading."""
    opened = await asyncio.shield(model)
    if opened is None:
        message = "no model was asked for"
        raise ModelUnavailable(message)
    return opened.chat


async def put_away(model: asyncio.Future[OpenModel | None]) -> None:
    """Stop waiting for a model that is still loading; it goes on by itself, and the next turn will want it."""
    model.cancel()
    await asyncio.gather(model, return_exceptions=True)
