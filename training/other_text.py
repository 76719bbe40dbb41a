"""Other text, which the routers learn to leave alone: Footnote's own documents, and plain chats without sources.

Knows where it stands. All of it is ours (Apache-2.0).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from langchain_core.messages import HumanMessage

from assistant.models.chat_template import encode_chat
from training.dense import DenseModel

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

__all__ = ["other_rows", "other_texts"]

DOCUMENTS = Path(__file__).parents[1] / "docs"
PIECE_TOKENS = 96
CHATS = (
    (
        "Write two lines about rain.",
        "Rain taps a rhythm on the window pane,\nA quiet song that soothes the weary brain.",
    ),
    ("What is a list comprehension in Python?", "It builds a list in one line: `[x * x for x in range(5)]`."),
    ("Quelle est la capitale de l'Italie ?", "La capitale de l'Italie est Rome."),
    ("Translate 'good morning' into Spanish.", '"Good morning" in Spanish is "buenos días".'),
    ("Why is the sky blue?", "The sky is blue because air scatters short wavelengths of sunlight more than long ones."),
    ("Hello!", "Hello! How can I help you today?"),
    ("Écris une phrase sur la mer.", "La mer respire lentement sous la lumière du soir."),
    ("Name three fruits.", "Apples, pears and plums."),
)
"""Written by us: what a user may say who asks nothing about sources."""


def other_texts(tokenizer: PreTrainedTokenizerBase) -> list[list[int]]:
    """Give the beginning of each document, and each chat."""
    documents = [
        tokenizer.encode(file.read_text(encoding="utf-8")[: 8 * PIECE_TOKENS], add_special_tokens=False)[:PIECE_TOKENS]
        for file in sorted(DOCUMENTS.glob("*.md"))
    ]
    chats = [
        [*encode_chat([HumanMessage(asked)], tokenizer), *tokenizer.encode(answered, add_special_tokens=False)]
        for asked, answered in CHATS
    ]
    return [*documents, *chats]


def other_rows(dense: DenseModel, tokenizer: PreTrainedTokenizerBase) -> Iterator[torch.Tensor]:
    """Read every text once, then give over and over, layer by layer, what feed-forward parts read of it."""
    read = []
    for tokens in other_texts(tokenizer):
        count = len(tokens)
        mask = torch.zeros(count, count, dtype=dense.model.dtype)
        mask.masked_fill_(torch.ones(count, count, dtype=torch.bool).triu_(1), -torch.inf)
        passed = dense.read(torch.tensor(tokens), torch.arange(count), mask[None, None])
        read.append(torch.stack(passed.feed_inputs)[:, :: 1 + count // 64])
    yield from cycle(read)
