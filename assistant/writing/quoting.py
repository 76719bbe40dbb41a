"""The quotation of a passage that best meets a question: shown before the model has said a word.

Knows how to choose sentences and cut them verbatim.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from assistant.evidence import Citation, Passage
from assistant.language.sentences import sentence_spans
from assistant.language.words import content_stems, numbers
from assistant.writing.quantities import asks_quantity
from assistant.writing.sufficiency import asked_stems

__all__ = ["best_quote", "quote_span"]

FEWEST_WORDS = 5
"""A heading or a fragment says too little by itself."""
LONGEST_QUOTE = 420
"""Characters; a table or a listing without full stops is one endless sentence."""
FRAGMENT_COST = 0.4
QUESTION_COST = 0.4
"""The heading of a frequently asked question matches it best and answers nothing."""
SECOND_COST = 0.12
"""What a second sentence must add to be quoted too."""
VALUE_GAIN = 0.15


def best_quote(question: str, number: int, passage: Passage, language: str | None) -> Citation:
    """Quote the sentence, or two that follow one another, that hold most of the question's words."""
    asked = asked_stems(question, language) or frozenset(content_stems(question, language))
    wants_value = asks_quantity(question)
    best, best_worth = (0, min(len(passage.text), LONGEST_QUOTE)), float("-inf")
    for start, end, count in runs(passage.text):
        text = passage.text[start:end]
        found = content_stems(text, language)
        worth = len(asked & frozenset(found)) / max(1, len(asked)) - SECOND_COST * (count - 1)
        worth -= FRAGMENT_COST * (len(found) < FEWEST_WORDS) + QUESTION_COST * text.endswith("?")
        worth += VALUE_GAIN * (wants_value and bool(numbers(text) - numbers(question)))
        if worth > best_worth:
            best, best_worth = (start, end), worth
    held = asked & frozenset(content_stems(passage.text[best[0] : best[1]], language))
    return quote_span(number, passage, *best, support=len(held) / max(1, len(asked)))


def runs(text: str) -> Iterator[tuple[int, int, int]]:
    """List the spans of one and of two sentences, with their count."""
    spans = [shortened(text, start, end) for start, end in sentence_spans(text)]
    for start, end in spans:
        yield start, end, 1
    for (start, _), (_, end) in pairwise(spans):
        if end - start <= LONGEST_QUOTE:
            yield start, end, 2


def shortened(text: str, start: int, end: int) -> tuple[int, int]:
    """Cut an endless sentence between two words."""
    if end - start <= LONGEST_QUOTE:
        return start, end
    space = text.rfind(" ", start, start + LONGEST_QUOTE)
    return start, space if space > start else start + LONGEST_QUOTE


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
