"""A GGUF file as a LangChain chat model.

Knows LangChain's interface. Leaves running the model to `gguf.py` and threads to `streaming.py`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import agenerate_from_stream, generate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk, ChatResult

from assistant.models.gguf import GgufEngine, Written
from assistant.models.streaming import stream_from_thread

__all__ = ["GgufChatModel"]


class GgufChatModel(BaseChatModel):
    """Generate with llama.cpp in this process, greedily; options are `max_tokens` and stop strings.

    Chunks carry the tokens they took, which add up; the last has `finish_reason` and `ttft_s`. Cancelling or closing
    the stream stops it within one token.
    """

    engine: Any
    """A `GgufEngine`."""
    max_tokens: int = 512

    @property
    def _llm_type(self) -> str:
        return "footnote-gguf"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"file": self.engine.name}

    def get_num_tokens(self, text: str) -> int:
        """Count tokens with the model's own vocabulary."""
        engine: GgufEngine = self.engine
        return engine.count_tokens(text)

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **options: Any,  # noqa: ANN401 - the interface's own
    ) -> AsyncIterator[ChatGenerationChunk]:
        make = self._chunk_maker()
        work = self._work(messages, stop, options)
        async with aclosing(stream_from_thread(work, self.engine.worker)) as pieces:  # type: ignore[type-var]  # an async generator
            async for piece in pieces:
                chunk = make(piece)
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
        make = self._chunk_maker()
        made: list[ChatGenerationChunk] = []
        work = self._work(messages, stop, options)
        self.engine.worker.submit(work, lambda piece: made.append(make(piece)), threading.Event()).result()
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
    ) -> Callable[[Callable[[Written], None], threading.Event], None]:
        """Say what the worker is to do."""
        engine: GgufEngine = self.engine
        limit = int(options.get("max_tokens") or self.max_tokens)

        def work(emit: Callable[[Written], None], stopped: threading.Event) -> None:
            engine.generate(messages, max_tokens=limit, stops=tuple(stop or ()), emit=emit, stopped=stopped)

        return work

    def _chunk_maker(self) -> Callable[[Written], ChatGenerationChunk]:
        """Turn what is written into LangChain's chunks, counting the time to the first token from now."""
        began = time.monotonic()
        first: list[float] = []

        def make(piece: Written) -> ChatGenerationChunk:
            if piece.text and not first:
                first.append(time.monotonic() - began)
            last = {
                "finish_reason": piece.reason,
                "ttft_s": first[0] if first else None,
                "model_name": self.engine.name,
            }
            usage = UsageMetadata(
                input_tokens=piece.read, output_tokens=piece.tokens, total_tokens=piece.read + piece.tokens
            )
            return ChatGenerationChunk(
                message=AIMessageChunk(
                    content=piece.text,
                    usage_metadata=usage,
                    response_metadata=last if piece.reason else {},
                    chunk_position="last" if piece.reason else None,
                )
            )

        return make
