"""A model folder on this machine as a LangChain chat model.

Knows LangChain's interface. Leaves running the model to `engine.py` and threads to `streaming.py`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from functools import partial
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import agenerate_from_stream, generate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk, ChatResult

from assistant.models.engine import Engine, Event, Finish, PromptRead, TextPiece
from assistant.models.streaming import stream_from_thread

__all__ = ["LocalChatModel"]


class LocalChatModel(BaseChatModel):
    """Generate with a model in this process, greedily; options are `max_tokens` and stop strings.

    Chunks carry the tokens they took, which add up; the last has `finish_reason` and `ttft_s`, the seconds from the
    call to the first token, waiting for other generations included. Cancelling or closing the stream stops it within
    one token.
    """

    engine: Any
    """An `Engine`."""
    max_tokens: int = 512

    @property
    def _llm_type(self) -> str:
        return "footnote-local"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"path": str(self.engine.loaded.path)}

    def get_num_tokens(self, text: str) -> int:
        """Count tokens with the model's own tokenizer."""
        engine: Engine = self.engine
        return engine.count_tokens(text)

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **options: Any,  # noqa: ANN401 - the interface's own
    ) -> AsyncIterator[ChatGenerationChunk]:
        chunks = ChunkMaker(self.engine.loaded.path.name)
        work = self._work(messages, stop, options)
        async with aclosing(stream_from_thread(work, self.engine.worker)) as events:  # type: ignore[type-var]  # an async generator
            async for event in events:
                chunk = chunks.make(event)
                if run_manager and chunk.text:
                    await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                yield chunk

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **options: Any,  # noqa: ANN401 - the interface's own
    ) -> ChatResult:
        del run_manager  # tokens are told to those who stream
        chunks = ChunkMaker(self.engine.loaded.path.name)
        made: list[ChatGenerationChunk] = []
        work = self._work(messages, stop, options)
        self.engine.worker.submit(work, lambda event: made.append(chunks.make(event)), threading.Event()).result()
        return generate_from_stream(iter(made))

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **options: Any,  # noqa: ANN401 - the interface's own
    ) -> ChatResult:
        async with aclosing(self._astream(messages, stop, run_manager, **options)) as chunks:  # type: ignore[type-var]  # an async generator
            return await agenerate_from_stream(chunks)

    def _work(
        self, messages: list[BaseMessage], stop: list[str] | None, options: dict[str, Any]
    ) -> Callable[[Callable[[Event], None], threading.Event], None]:
        """Say what the worker is to do."""
        engine: Engine = self.engine
        limit = int(options.get("max_tokens") or self.max_tokens)
        return partial(_generate_into, engine, messages, limit, tuple(stop or ()))


def _generate_into(
    engine: Engine,
    messages: list[BaseMessage],
    max_tokens: int,
    stops: tuple[str, ...],
    emit: Callable[[Event], None],
    stopped: threading.Event,
) -> None:
    """Run one generation, in the order of arguments that `stream_from_thread` calls."""
    engine.generate(messages, max_tokens=max_tokens, stops=stops, emit=emit, stopped=stopped)


class ChunkMaker:
    """Turn the engine's events into LangChain's chunks."""

    def __init__(self, model_name: str) -> None:
        """Begin to count the time to the first token."""
        self.model_name = model_name
        self.began = time.monotonic()
        self.ttft_s: float | None = None

    def make(self, event: Event) -> ChatGenerationChunk:
        """Make the chunk for an event."""
        match event:
            case PromptRead():
                return self.chunk("", read=event.tokens)
            case TextPiece():
                self.ttft_s = self.ttft_s or time.monotonic() - self.began
                return self.chunk(event.text, wrote=event.tokens)
            case Finish():
                metadata = {"finish_reason": event.reason, "ttft_s": self.ttft_s, "model_name": self.model_name}
                return self.chunk("", wrote=event.tokens, metadata=metadata)

    def chunk(
        self, text: str, *, read: int = 0, wrote: int = 0, metadata: dict[str, Any] | None = None
    ) -> ChatGenerationChunk:
        """Make one chunk; the last is the one with metadata."""
        return ChatGenerationChunk(
            message=AIMessageChunk(
                content=text,
                usage_metadata=UsageMetadata(input_tokens=read, output_tokens=wrote, total_tokens=read + wrote),
                response_metadata=metadata or {},
                chunk_position="last" if metadata else None,
            )
        )
