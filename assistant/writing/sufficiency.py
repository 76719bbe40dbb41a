"""Whether the passages can answer the question at all: asked before the model is.

Knows which words of a question matter. A name that stands in no passage cannot be answered about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.evidence import Passage
from assistant.language.words import content_stems, fold, names

__all__ = ["Sufficiency", "judge"]

MIN_COVERAGE = 1 / 3
"""Share of the question's content words that the best passage must hold (docs/decisions/0004)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sufficiency:
    """Whether to ask the model, and if not, why not."""

    enough: bool
    reason: str = ""


def judge(question: str, passages: Sequence[Passage], language: str | None) -> Sufficiency:
    """Decide whether the passages cover the question."""
    if not passages:
        return Sufficiency(enough=False, reason="no page could be found and read for this question")
    asked = frozenset(content_stems(question, language))
    texts = [f"{passage.title}\n{passage.text}" for passage in passages]
    held = [asked & frozenset(content_stems(text, language)) for text in texts]
    spoken = fold("\n".join(texts))
    for name in names(question):
        stems = frozenset(content_stems(name, language))
        if name not in spoken and not any(stems & words for words in held):
            return Sufficiency(
                enough=False, reason=f"no page that was read says anything about “{original(name, question)}”"
            )
    best = max((len(words) for words in held), default=0) / max(1, len(asked))
    if asked and best < MIN_COVERAGE:
        return Sufficiency(enough=False, reason="the pages read do not deal with this question")
    return Sufficiency(enough=True)


def original(name: str, question: str) -> str:
    """Give a folded name back as the user wrote it."""
    return next((word.strip("?!.,;:«»\"'()") for word in question.split() if fold(word).find(name) >= 0), name)
