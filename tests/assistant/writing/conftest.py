"""Passages and a scripted chat model for the tests of writing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import Field

from assistant.evidence import Passage


class ScriptedChat(BaseChatModel):
    """Say a text in pieces of a few characters, as models do; then fail or fall silent if told to."""

    text: str = ""
    piece_chars: int = 4
    error: Any = None
    silent: bool = False
    finish_reason: str = "stop"
    usage: tuple[int, int] = (0, 0)
    asked: list[list[BaseMessage]] = Field(default_factory=list)
    options: dict[str, Any] = Field(default_factory=dict)
    closed: bool = False
    started: asyncio.Event = Field(default_factory=asyncio.Event)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **options: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        self.asked.append(messages)
        self.options = options
        self.started.set()
        try:
            for start in range(0, len(self.text), self.piece_chars):
                piece = self.text[start : start + self.piece_chars]
                yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
                await asyncio.sleep(0)
            if self.error is not None:
                raise self.error
            if self.silent:
                await asyncio.Event().wait()
            read, wrote = self.usage
            usage = UsageMetadata(input_tokens=read, output_tokens=wrote, total_tokens=read + wrote)
            last = AIMessageChunk(
                content="", usage_metadata=usage, response_metadata={"finish_reason": self.finish_reason}
            )
            yield ChatGenerationChunk(message=last)
        finally:
            self.closed = True

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **options: Any,
    ) -> ChatResult:
        raise NotImplementedError


def build_passage(text: str, *, url: str = "https://one.test/page", title: str = "", start: int = 0) -> Passage:
    return Passage(id=f"{url}#{start}", url=url, title=title, text=text, start=start)


@pytest.fixture
def scripted() -> Callable[..., ScriptedChat]:
    return ScriptedChat


@pytest.fixture
def passage() -> Callable[..., Passage]:
    return build_passage


@pytest.fixture
def vacuum(passage: Callable[..., Passage]) -> Passage:
    """A page of our own about a real topic, cut out of the middle of its text."""
    return passage(
        "Deleting rows leaves dead row versions behind in a PostgreSQL table. Plain VACUUM marks their space for later "
        "reuse. It does not return the space to the operating system. VACUUM FULL writes a new copy of the table and "
        "needs an exclusive lock for 20 minutes on our server.",
        url="https://database.test/vacuum",
        title="Reclaiming disk space in PostgreSQL",
        start=1000,
    )
