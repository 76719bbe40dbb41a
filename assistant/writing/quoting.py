"""The quotation of a passage that best meets a question: shown before the model has said a word.

Knows how to choose sentences and cut them verbatim.
"""

from __future__ import annotations

from assistant.evidence import Citation, Passage
from assistant.language.sentences import sentence_spans
from assistant.language.words import content_stems

__all__ = ["best_quote", "quote_span"]

MIN_WORDS = 6
"""A heading or a fragment says too little by itself."""


def best_quote(question: str, number: int, passage: Passage, language: str | None) -> Citation:
    """Quote the sentence, or two that follow one another, that hold most of the question's words."""
    asked = frozenset(content_stems(question, language))
    spans = sentence_spans(passage.text) or [(0, len(passage.text))]
    runs = [(spans[i][0], spans[j][1]) for i in range(len(spans)) for j in range(i, min(i + 2, len(spans)))]

    def worth(run: tuple[int, int]) -> tuple[float, int]:
        text = passage.text[run[0] : run[1]]
        words = content_stems(text, language)
        share = len(asked & frozenset(words)) / max(1, len(asked))
        penalty = 0.5 if len(words) < MIN_WORDS else 0.0
        return share - penalty - len(words) / 1000, -run[0]

    start, end = max(runs, key=worth)
    held = asked & frozenset(content_stems(f"{passage.title} {passage.text[start:end]}", language))
    return quote_span(number, passage, start, end, support=len(held) / max(1, len(asked)))


def quote_span(number: int, passage: Passage, start: int, end: int, *, support: float) -> Citation:
    """Cite `passage.text[start:end]` with the offsets of its page."""
    return Citation(
        number=number,
        url=passage.url,
        title=passage.title,
        published=passage.published,
        passage=passage.id,
        quote=passage.text[start:end],
        start=passage.start + start,
        end=passage.start + end,
        support=round(min(1.0, support), 3),
    )
