"""The model's text, sentence by sentence, as soon as each is complete.

Knows streams, deadlines and sentence ends. Leaves judging a sentence to `attribution.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, cast

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage

from assistant.errors import ModelError, ModelUnavailable
from assistant.evidence import ModelInsight, TokenCount
from assistant.language.sentences import sentence_spans
from assistant.language.words import words
from assistant.writing.cleaning import clean

__all__ = ["End", "Run", "sentences"]

LEAD_CHARS = 200
"""A line that ends in a colon waits for the item that it introduces; a longer one is no lead."""
ERROR_CHARS = 200


class End(StrEnum):
    """Why a text ended."""

    COMPLETE = "complete"
    DEADLINE = "deadline"
    LENGTH = "length"
    REPEATED = "repeated"


@dataclass(kw_only=True)
class Run:
    """What is known of one run of a model when its text has ended."""

    tokens: TokenCount = field(default_factory=TokenCount)
    end: End = End.COMPLETE
    insight: ModelInsight | None = None


def ignore() -> None:
    """Tell nobody."""


async def sentences(  # noqa: PLR0913 - a stream, its bounds, and who hears of it
    chat: BaseChatModel,
    messages: Sequence[BaseMessage],
    *,
    max_tokens: int,
    run: Run,
    deadline_s: float | None = None,
    sources: int | None = None,
    on_token: Callable[[], None] = ignore,
    on_wait: Callable[[int, float | None], None] = lambda _ahead, _expected_s: None,
    clean: Callable[[str], str] = clean,
) -> AsyncIterator[str]:
    """Yield complete, cleaned sentences as they come; `deadline_s` counts from now.

    With `sources` a model whose scores are ours can write no other numbers in brackets than 1 to that.

    A tail that the deadline or the token limit cuts is dropped. Stops when the model repeats itself. Whatever the
    model raises is raised as a ModelError. Close it (`aclosing`) to stop the model.
    """
    said: set[tuple[str, ...]] = set()
    tail = ""
    stream = cast(
        "AsyncGenerator[AIMessageChunk, None]",
        chunks(chat, messages, max_tokens=max_tokens, run=run, deadline_s=deadline_s, sources=sources),
    )
    async with aclosing(stream) as pieces:
        async for piece in pieces:
            for place in piece.response_metadata.get("waiting", ()):
                on_wait(place["ahead"], place["expected_s"])
            if not piece.text:
                continue
            on_token()
            complete, tail = split_complete(tail + piece.text, clean)
            for sentence in complete:
                if is_repeated(sentence, said):
                    run.end = End.REPEATED
                    return
                yield sentence
    last = clean(tail)
    if run.end is End.COMPLETE and last and not is_repeated(last, said):
        yield last


async def chunks(
    chat: BaseChatModel,
    messages: Sequence[BaseMessage],
    *,
    max_tokens: int,
    run: Run,
    deadline_s: float | None,
    sources: int | None = None,
) -> AsyncIterator[AIMessageChunk]:
    """Stream from a model until it ends or time is up, counting tokens on the way."""
    ends_at = None if deadline_s is None else asyncio.get_running_loop().time() + deadline_s
    bound: dict[str, Any] = {} if sources is None else {"sources": sources}
    opened = cast("AsyncGenerator[AIMessageChunk, None]", chat.astream(list(messages), max_tokens=max_tokens, **bound))
    async with aclosing(opened) as stream:
        while True:
            try:
                # the time-out ends before anything is yielded: else it would cancel whoever reads
                async with asyncio.timeout_at(ends_at) as limit:
                    piece = await anext(stream)
            except StopAsyncIteration:
                return
            except Exception as error:
                if isinstance(error, TimeoutError) and limit.expired():
                    run.end = End.DEADLINE
                    return
                raise as_model_error(error) from error
            note(piece, run, max_tokens)
            yield piece


def as_model_error(error: Exception) -> ModelError:
    """Put whatever a model or its client raises into one line of ours."""
    if isinstance(error, ModelError):
        return error
    line = " ".join(str(error).split())[:ERROR_CHARS]
    return ModelUnavailable(f"the model broke off: {type(error).__name__}{': ' if line else ''}{line}")


def note(piece: AIMessageChunk, run: Run, max_tokens: int) -> None:
    """Add up what the model says it read and wrote, and whether the limit ended it."""
    if usage := piece.usage_metadata:
        run.tokens = TokenCount(
            prompt=run.tokens.prompt + usage["input_tokens"], completion=run.tokens.completion + usage["output_tokens"]
        )
    insight = piece.response_metadata.get("insight")
    if isinstance(insight, ModelInsight):
        run.insight = insight
    reason = piece.response_metadata.get("finish_reason")
    if reason == "length" or (run.tokens.completion >= max_tokens and not reason):
        run.end = End.LENGTH


def split_complete(text: str, clean: Callable[[str], str] = clean) -> tuple[list[str], str]:
    """Split off, cleaned, the sentences that are surely complete; the rest waits for more text.

    Surely: the sentence after it has its first word whole, since that word may tell that a point was no full stop.
    """
    spans = sentence_spans(text)
    if len(spans) < 2 or not any(char.isspace() for char in text[spans[-1][0] :]):  # noqa: PLR2004 - one may go on
        return [], text
    complete: list[str] = []
    lead = ""
    for start, end in spans[:-1]:
        sentence = clean(text[start:end])
        if sentence.endswith(":") and len(sentence) <= LEAD_CHARS:
            lead = text[start:end].rstrip() + " "
        elif sentence:
            complete.append(clean(lead + sentence))
            lead = ""
    return complete, lead + text[spans[-1][0] :]


def is_repeated(sentence: str, said: set[tuple[str, ...]]) -> bool:
    """Tell whether a sentence was said before, and remember it."""
    key = tuple(words(sentence))
    if key in said:
        return True
    said.add(key)
    return False
