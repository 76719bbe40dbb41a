"""The model's text, sentence by sentence, as soon as each is complete.

Knows streams and sentence ends. Leaves judging a sentence to `attribution.py`.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage

from assistant.evidence import TokenCount
from assistant.language.sentences import sentence_spans

__all__ = ["Generation", "clean_sentence"]

MARKS = re.compile(r"\[\s*\d+(?:\s*[,;]\s*\d+)*\s*\]|【[^】]*】|\(\s*source\s*\d+\s*\)", re.IGNORECASE)
IMAGES_AND_LINKS = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
ADDRESSES = re.compile(r"<?(?:https?|data|javascript|vbscript|file|ftp):\S*", re.IGNORECASE)
TAGS = re.compile(r"<[^>]{0,500}>")
DECORATION = re.compile(r"\*\*|__|`{1,3}|^\s*(?:#{1,6}|[-*+•]|\d+[.)])\s+", re.MULTILINE)


@dataclass(kw_only=True)
class Generation:
    """One run of a model: its sentences, and what is known of the run when it has ended."""

    chat: BaseChatModel
    messages: Sequence[BaseMessage]
    max_tokens: int
    on_token: Callable[[], None]
    tokens: TokenCount = field(default_factory=TokenCount)
    cut: bool = field(default=False)
    """The token limit ended the text within a sentence, which was dropped."""

    async def sentences(self) -> AsyncIterator[str]:
        """Yield complete, cleaned sentences; stop when the model repeats itself."""
        said: set[str] = set()
        tail = ""
        async with aclosing(self.chat.astream(list(self.messages), max_tokens=self.max_tokens)) as chunks:  # type: ignore[type-var]  # an async generator
            async for chunk in chunks:
                self._count(chunk.usage_metadata)
                if chunk.text:
                    self.on_token()
                tail += chunk.text
                *complete, tail = split_complete(tail)
                for sentence in complete:
                    if (cleaned := clean_sentence(sentence)) in said:
                        return
                    if cleaned:
                        said.add(cleaned)
                        yield cleaned
        self.cut = self.tokens.completion >= self.max_tokens
        last = clean_sentence(tail)
        if last and last not in said and not self.cut:
            yield last

    def _count(self, usage: object) -> None:
        """Add up what the model says it read and wrote."""
        if isinstance(usage, dict):
            self.tokens = TokenCount(
                prompt=self.tokens.prompt + usage.get("input_tokens", 0),
                completion=self.tokens.completion + usage.get("output_tokens", 0),
            )


def split_complete(text: str) -> list[str]:
    """Split off the sentences that are surely complete: all but the last."""
    spans = sentence_spans(text)
    if len(spans) < 2:  # noqa: PLR2004 - one sentence may still go on
        return [text]
    return [text[start:end] for start, end in spans[:-1]] + [text[spans[-1][0] :]]


def clean_sentence(sentence: str) -> str:
    """Leave words only: no numbers in brackets, addresses, images, markup or list marks."""
    text = IMAGES_AND_LINKS.sub(r"\1", sentence)
    for pattern in (MARKS, ADDRESSES, TAGS, DECORATION):
        text = pattern.sub("", text)
    text = re.sub(r"\s+([.,;:!?…])", r"\1", " ".join(text.split()))
    return text if re.search(r"\w", text) else ""
