"""What a question calls for, told by its likeness to questions whose kind is known.

For the questions that no rule of `intents.py` speaks to. Knows the examples and how like is like enough. Leaves
embedding to whoever lends its encoder, and does without where that is not loaded yet, or slow.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from assistant.faults import log_of
from retrievers import Focus

if TYPE_CHECKING:
    import numpy as np

log = log_of(__name__)

__all__ = ["Encode", "Likeness"]

Encode = Callable[[Sequence[str]], "np.ndarray"]
"""Embeds texts as the rows of a matrix, each of length one."""
EXAMPLES: MappingProxyType[Focus, tuple[str, ...]] = MappingProxyType(
    {
        "news": (
            "What are the two governments negotiating about?",
            "How did the markets react to the central bank's decision?",
            "How many people were hurt in the train crash?",
            "Which teams are through to the final?",
            "What did the minister say about the scandal?",
        ),
        "science": (
            "Does intermittent fasting lower blood pressure in adults?",
            "What evidence links gut bacteria to depression?",
            "How effective are masks against the spread of a virus?",
            "What mechanisms explain superconductivity at high temperature?",
            "Is there a correlation between sleep and memory in older patients?",
        ),
        "code": (
            "How do I reverse a list in place?",
            "Why does my loop never end?",
            "How to undo the last commit without losing changes",
            "My program crashes when it reads an empty file",
            "Sort an array of objects by a property",
        ),
        "discussion": (
            "Ways to make friends after moving to a new town",
            "Is it a bad idea to quit my job without another one?",
            "Which bicycle would you buy for commuting in winter?",
            "Tips for sharing a flat with a messy roommate",
            "How did you get your toddler to sleep through the night?",
        ),
        "data": (
            "Do I need an umbrella tomorrow in Lyon?",
            "How many yen do I get for a dollar?",
            "How hot will it be at the weekend?",
            "Did the ground shake near Naples?",
            "What is one coin of it worth right now?",
        ),
        "web": (
            "Why is the sky blue?",
            "Is coffee healthy?",
            "What makes bread rise?",
            "Explain how a sewing machine works",
            "Difference between a frog and a toad",
            "Opening hours of the museum",
            "Rules of chess castling",
            "Symptoms of a cold",
        ),
    }
)
"""Questions in which no rule finds a word; those of "web" call for nothing beside it and hold the others off."""
LEAST = 0.2
"""Cosine from which a kind is believed, taken from the middle of the examples: models spread theirs differently around
it (unlike questions are at 0.8 to 0.9 for e5-small, at 0 to 0.3 for minilm). Each of the 33 examples told by the
others, right and wrong, at about 0.2: e5-small 12 and 1, minilm 12 and 2; at 0.16 e5-small 14 and 3. Chosen on these
figures, which therefore flatter it. A wrong one costs a few sources asked in vain."""
LEAST_LENGTH = 1e-9
"""Nearer to the middle than this, a question is like nothing."""
DEADLINE_S = 0.1
"""A question is sent off at once: 0.02 s is usual for one short text on two cores, a busy machine is not waited for."""


class Likeness:
    """Tell the kind of a question by an encoder; used from one event loop."""

    def __init__(self, encode: Encode, *, languages: Collection[str] = (), deadline_s: float = DEADLINE_S) -> None:
        """Take an encoder and the languages that it understands, none for all."""
        self._encode = encode
        self._languages = frozenset(languages)
        self._deadline_s = deadline_s
        self._middle: np.ndarray | None = None
        self._known: np.ndarray | None = None

    async def warm(self) -> None:
        """Embed the examples; before that nothing is told."""
        if self._known is None:
            texts = [text for examples in EXAMPLES.values() for text in examples]
            vectors = await asyncio.to_thread(self._encode, texts)
            self._middle = vectors.mean(axis=0)
            self._known = around(self._middle, vectors)

    async def kinds(self, question: str, language: str) -> tuple[Focus, ...]:
        """Name the kind of source that a question calls for; nothing where that is not sure, or not known in time."""
        if self._known is None or (self._languages and language not in self._languages):
            return ()
        try:
            async with asyncio.timeout(self._deadline_s):
                vectors = await asyncio.to_thread(self._encode, [question])
        except TimeoutError:
            return ()
        except Exception:
            log.exception("embedding a question failed")
            return ()
        return nearest(self._known @ around(self._middle, vectors)[0])


def around(middle: np.ndarray | None, vectors: np.ndarray) -> np.ndarray:
    """Turn vectors into directions from the middle, each of length one."""
    apart: np.ndarray = vectors if middle is None else vectors - middle
    directions: np.ndarray = apart / ((apart**2).sum(axis=1, keepdims=True) ** 0.5).clip(LEAST_LENGTH)
    return directions


def nearest(likeness: np.ndarray) -> tuple[Focus, ...]:
    """Name the kind of the example that is most like, where it is like enough and calls for something."""
    kinds = [kind for kind, examples in EXAMPLES.items() for _ in examples]
    best = int(likeness.argmax())
    return (kinds[best],) if likeness[best] >= LEAST and kinds[best] != "web" else ()
