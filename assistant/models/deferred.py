"""A chat model that may still be loading: what it is asked waits for it, everything else goes on.

Knows how to wait and pass on; `opening.py` knows how to load.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult

from assistant.errors import ModelUnavailable

__all__ = ["DeferredChatModel"]


class DeferredChatModel(BaseChatModel):
    """Stand for a model until it is there; a failure to load is raised to whoever asks for text."""

    opened: Callable[[], Awaitable[BaseChatModel]]

    @property
    def _llm_type(self) -> str:
        return "deferred"

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **options: Any,  # noqa: ANN401 - the interface's own
    ) -> AsyncIterator[ChatGenerationChunk]:
        chat = await self.opened()
        async with aclosing(chat._astream(messages, stop, run_manager, **options)) as chunks:  # type: ignore[type-var]  # noqa: SLF001 - a decorator of the same interface
            async for chunk in chunks:
                yield chunk

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **options: Any,  # noqa: ANN401 - the interface's own
    ) -> ChatResult:
        del messages, stop, run_manager, options  # the interface's own, and of no use here
        message = "a model that is still loading can only be streamed asynchronously"
        raise ModelUnavailable(message)
