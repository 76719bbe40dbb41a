"""Keep a model's reasoning apart from its answer, however a server sends it.

Knows the fields of servers and the tags in text. Leaves the wire to `remote.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk
from langchain_openai import ChatOpenAI

__all__ = ["REASONING", "ReasoningChatOpenAI", "ThinkSplitter"]

REASONING = "reasoning_content"
"""Where reasoning stands in a message's `additional_kwargs`, as LangChain's other models have it."""
FIELDS = ("reasoning_content", "reasoning")
"""Servers differ, and some changed from the first to the second: both are read, whoever sends them."""
OPEN, CLOSE = "<think>", "</think>"


class ThinkSplitter:
    """Split streamed text that begins with `<think>` into reasoning and answer."""

    def __init__(self) -> None:
        """Begin before the first word."""
        self._held = ""
        self._place = "start"

    def add(self, text: str) -> tuple[str, str]:
        """Take some text; return what of it is certain to be reasoning and what is certain to be answer."""
        self._held += text
        if self._place == "start":
            begun = self._held.lstrip()
            if OPEN.startswith(begun):
                if begun != OPEN:
                    return "", ""
            elif not begun.startswith(OPEN):
                self._place = "answer"
            if begun.startswith(OPEN):
                self._place, self._held = "reasoning", begun.removeprefix(OPEN)
        if self._place == "reasoning":
            return self._reasoning()
        if self._place == "gap":
            return "", self._after_gap()
        answer, self._held = self._held, ""
        return "", answer

    def _after_gap(self) -> str:
        """Give the answer without the blank lines between it and the reasoning."""
        answer, self._held = self._held.lstrip(), ""
        self._place = "answer" if answer else "gap"
        return answer

    def _reasoning(self) -> tuple[str, str]:
        """Give reasoning up to its end; hold back what may be the beginning of the closing tag."""
        before, closed, after = self._held.partition(CLOSE)
        if closed:
            self._place, self._held = "gap", after
            return before, self._after_gap()
        for length in range(min(len(before), len(CLOSE) - 1), 0, -1):
            if CLOSE.startswith(before[-length:]):
                self._held = before[-length:]
                return before[:-length], ""
        self._held = ""
        return before, ""

    def end(self) -> tuple[str, str]:
        """Return what was held back when no more comes."""
        held, self._held = self._held, ""
        return (held, "") if self._place == "reasoning" else ("", held)


class ReasoningChatOpenAI(ChatOpenAI):
    """Read what servers add to OpenAI's format; langchain-openai drops what OpenAI itself does not send."""

    def _convert_chunk_to_generation_chunk(
        self, chunk: dict[str, Any], default_chunk_class: type, base_generation_info: dict[str, Any] | None
    ) -> ChatGenerationChunk | None:
        made = super()._convert_chunk_to_generation_chunk(chunk, default_chunk_class, base_generation_info)
        choices = chunk.get("choices") or [{}]
        if made and isinstance(made.message, AIMessageChunk) and (text := reasoning_of(choices[0].get("delta") or {})):
            made.message.additional_kwargs[REASONING] = text
        return made


def reasoning_of(delta: Mapping[str, Any]) -> str:
    """Return the reasoning that a piece of a stream carries."""
    return next((text for field in FIELDS if isinstance(text := delta.get(field), str) and text), "")
