"""An answer while it is being written: its evidence, its sentences, and the one quotation per number.

Keeps one promise: no number is used that has no citation. Leaves when to do what to `grounding.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from assistant.evidence import Answer, AnswerStatus, Citation, Passage, Sentence, Timings, TokenCount, Verdict
from assistant.language.similarity import is_near_duplicate
from assistant.writing.attribution import Attributed
from assistant.writing.disagreement import Conflict

__all__ = ["Draft"]

QUOTATIONS = 3
"""A reader takes in so many at a glance."""


@dataclass(kw_only=True)
class Draft:
    """Gather what becomes an answer."""

    question: str
    evidence: dict[int, Passage] = field(default_factory=dict)
    quotes: list[Citation] = field(default_factory=list)
    sentences: list[Attributed] = field(default_factory=list)
    conflicts: tuple[Conflict, ...] = ()
    gaps: list[str] = field(default_factory=list)
    timings: Timings = field(default_factory=Timings)
    tokens: TokenCount = field(default_factory=TokenCount)

    def note_first(self, **moments: float) -> None:
        """Keep the first moment of each name."""
        new = {name: moment for name, moment in moments.items() if getattr(self.timings, name) is None}
        self.timings = replace(self.timings, **new)

    @property
    def carried(self) -> int:
        """The number of sentences that a source carries, wholly or partly."""
        return sum(found.sentence.verdict is not Verdict.UNSUPPORTED for found in self.sentences)

    def nearest(self, count: int = QUOTATIONS) -> tuple[Citation, ...]:
        """Give the quotations that meet the question best, no two of them copies."""
        chosen: list[Citation] = []
        for quote in sorted(self.quotes, key=lambda quote: -quote.support):
            if len(chosen) < count and not any(is_near_duplicate(quote.quote, other.quote) for other in chosen):
                chosen.append(quote)
        return tuple(chosen)

    def quote(self, chosen: Iterable[Citation]) -> None:
        """Make quotations the sentences of the answer, each its own support."""
        self.sentences = [quotation(quote) for quote in chosen]

    def source_of_partly(self) -> Attributed | None:
        """Quote what the first partly supported sentence rests on, where no sentence is supported wholly."""
        verdicts = [found.sentence.verdict for found in self.sentences]
        if Verdict.SUPPORTED in verdicts or Verdict.PARTLY not in verdicts:
            return None
        return quotation(self.sentences[verdicts.index(Verdict.PARTLY)].citations[0])

    def answer(self, status: AnswerStatus, reason: str = "") -> Answer:
        """Finish: the sentences with what they cite, or the nearest quotations when there is no answer."""
        answered = status is AnswerStatus.ANSWERED
        spans = [citation for found in self.sentences for citation in found.citations] if answered else self.nearest()
        disputed = [citation for conflict in self.conflicts for citation in conflict.citations]
        return Answer(
            question=self.question,
            status=status,
            sentences=tuple(found.sentence for found in self.sentences) if answered else (),
            citations=self.merged([*spans, *disputed]),
            disagreements=tuple(conflict.disagreement for conflict in self.conflicts),
            timings=self.timings,
            tokens=self.tokens,
            reason=reason,
            gaps=tuple(self.gaps),
        )

    def merged(self, spans: Iterable[Citation]) -> tuple[Citation, ...]:
        """Make one citation of all spans in a passage: the hull, verbatim, with the best support."""
        merged: dict[int, Citation] = {}
        for span in spans:
            merged[span.number] = self.hull(merged.get(span.number, span), span)
        return tuple(merged[number] for number in sorted(merged))

    def hull(self, first: Citation, second: Citation) -> Citation:
        """Widen a citation to cover another of the same passage."""
        passage = self.evidence[first.number]
        start, end = min(first.start, second.start), max(first.end, second.end)
        quote = passage.text[start - passage.start : end - passage.start]
        return replace(first, start=start, end=end, quote=quote, support=max(first.support, second.support))


def quotation(quote: Citation) -> Attributed:
    """Make a sentence of a quotation, which is its own support."""
    sentence = Sentence(text=quote.quote, citations=(quote.number,), verdict=Verdict.SUPPORTED)
    return Attributed(sentence=sentence, citations=(quote,))
