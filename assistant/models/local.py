"""A model folder on this machine as a LangChain chat model.

Knows LangChain's interface. Leaves running the model to `engine.py` and threads to `streaming.py`.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import asdict
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import agenerate_from_stream, generate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk, ChatResult

from assistant.models.engine import Engine, Event, Finish, PromptRead, TextPiece, Waiting
from assistant.models.streaming import Done, Withdraw, stream_events

__all__ = ["LocalChatModel"]


class LocalChatModel(BaseChatModel):
    """Generate with a model in this process, greedily.

    Options are `max_tokens`, stop strings, and `sources`: brackets then hold numbers up to it only. Chunks carry the
    tokens they took, which add up; the last has `finish_reason`, `insight` and `ttft_s`, the seconds from the call to
    the first token, waiting for others included. While others are read first, chunks without text say how many
    (`waiting`). Cancelling or closing the stream stops it within one token.
    """

    engine: Any
    """An `Engine`."""
    max_tokens: int = 512
    compact_prompt: bool = False
    """Was it trained on the compact prompt, which has no examples."""

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
        begin = await asyncio.to_thread(self._begin, messages, stop, options)
        async with aclosing(stream_events(begin)) as events:  # type: ignore[type-var]  # an async generator
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
        engine: Engine = self.engine
        events = engine.run(messages, max_tokens=self._limit(options), stops=tuple(stop or ()))
        return generate_from_stream(chunks.make(event) for event in events)

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **options: Any,  # noqa: ANN401 - the interface's own
    ) -> ChatResult:
        async with aclosing(self._astream(messages, stop, run_manager, **options)) as chunks:  # type: ignore[type-var]  # an async generator
            return await agenerate_from_stream(chunks)

    async def read_ahead(self, messages: Sequence[BaseMessage], *, lasting: bool = False) -> None:
        """Read what a prompt will begin with, so that asking with it is quick; cancelling keeps what has been read.

        `lasting` is for the beginning of every prompt: it is never dropped.
        """
        engine: Engine = self.engine

        def begin(_emit: Callable[[Event], None], stopped: threading.Event, done: Done) -> Withdraw:
            engine.read_ahead(messages, stopped=stopped, done=done, lasting=lasting)
            return never

        async with aclosing(stream_events(begin)) as events:  # type: ignore[type-var]  # an async generator
            async for _ in events:
                pass

    def _begin(
        self, messages: list[BaseMessage], stop: list[str] | None, options: dict[str, Any]
    ) -> Callable[[Callable[[Event], None], threading.Event, Done], Withdraw]:
        """Say what the engine is to do; call it in a thread, since it may have to wait for the tokenizer."""
        engine: Engine = self.engine
        prompt = engine.encode(messages)

        def begin(emit: Callable[[Event], None], stopped: threading.Event, done: Done) -> Withdraw:
            engine.submit(
                prompt,
                max_tokens=self._limit(options),
                stops=tuple(stop or ()),
                sources=options.get("sources"),
                emit=emit,
                stopped=stopped,
                done=done,
            )
            return never

        return begin

    def _limit(self, options: dict[str, Any]) -> int:
        """Say how many tokens may be written."""
        return int(options.get("max_tokens") or self.max_tokens)


def never() -> bool:
    """Say that work cannot be withdrawn: the engine looks itself whether it is still wanted."""
    return False


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
            case Waiting():
                return self.chunk("", waiting=event)
            case PromptRead():
                return self.chunk("", read=event.tokens)
            case TextPiece():
                self.ttft_s = self.ttft_s or time.monotonic() - self.began
                return self.chunk(event.text, wrote=event.tokens)
            case Finish():
                metadata = {
                    "finish_reason": event.reason,
                    "ttft_s": self.ttft_s,
                    "model_name": self.model_name,
                    "insight": event.insight,
                }
                return self.chunk("", wrote=event.tokens, metadata=metadata)

    def chunk(
        self,
        text: str,
        *,
        read: int = 0,
        wrote: int = 0,
        metadata: dict[str, Any] | None = None,
        waiting: Waiting | None = None,
    ) -> ChatGenerationChunk:
        """Make one chunk; the last is the one with metadata, those in the line say how many are before."""
        place = {"waiting": [asdict(waiting)]} if waiting else {}
        return ChatGenerationChunk(
            message=AIMessageChunk(
                content=text,
                usage_metadata=UsageMetadata(input_tokens=read, output_tokens=wrote, total_tokens=read + wrote),
                response_metadata=metadata or place,
                chunk_position="last" if metadata else None,
            )
        )
