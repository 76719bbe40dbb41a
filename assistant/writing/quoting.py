"""The quotation of a passage that best meets a question: shown before the model has said a word.

Knows how to choose sentences and cut them verbatim.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.evidence import Citation, Passage
from assistant.language.sentences import sentence_spans
from assistant.language.words import content_stems
from assistant.writing.bearing import Said, asked_of, is_closed, worth

__all__ = ["best_quote", "quote_span"]

LONGEST_QUOTE = 420
"""Characters; a table or a listing without full stops is one endless sentence."""
SECOND_GAIN = 0.3
"""What a second sentence is worth by itself, its words apart: the model of `bearing.py` fits .9; less keeps quotations
short. With -.5, -.2, 0 and .3, on the halves that constants are fitted on: RAMDocs, every right answer and no wrong
one, .41 .41 .41 .43 (n = 139); RealtimeQA, right, 9 11 11 11 of 14."""


def best_quote(question: str, number: int, passage: Passage, language: str | None) -> Citation:
    """Quote the sentence, or two that follow one another, that most surely bear the answer."""
    asked = asked_of(question, language)
    spans = [shortened(passage.text, start, end) for start, end in sentence_spans(passage.text)]
    stems = [tuple(content_stems(passage.text[start:end], language)) for start, end in spans]
    rarity = {stem: 1 / (1 + sum(stem in held for held in stems)) for stem in asked.stems}
    best, best_worth = (0, min(len(passage.text), LONGEST_QUOTE)), float("-inf")
    for first, last in runs(passage.text, spans):
        start, end = spans[first][0], spans[last][1]
        said = Said(
            text=passage.text[start:end],
            stems=tuple(stem for held in stems[first : last + 1] for stem in held),
            before=frozenset(stems[first - 1]) if first else frozenset(),
            is_first=first == 0,
        )
        found = worth(asked, said, rarity) + SECOND_GAIN * (last - first)
        if found > best_worth:
            best, best_worth = (start, end), found
    held = asked.stems & frozenset(content_stems(passage.text[best[0] : best[1]], language))
    return quote_span(number, passage, *best, support=len(held) / max(1, len(asked.stems)))


def runs(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """List sentences and pairs of neighbours, by the positions of the first and the last."""
    for position in range(len(spans)):
        yield position, position
    for position, (first, second) in enumerate(pairwise(spans)):
        if second[1] - first[0] <= LONGEST_QUOTE and not begins_anew(text, first, second):
            yield position, position + 1


def begins_anew(text: str, first: tuple[int, int], second: tuple[int, int]) -> bool:
    """Tell whether a heading comes after a whole sentence: it belongs to what follows it."""
    is_apart = "\n" in text[first[1] : second[0]]
    return is_apart and is_closed(text[slice(*first)]) and not is_closed(text[slice(*second)])


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
