"""An answer while it is being written: its evidence, its sentences, and the one quotation per number.

Keeps one promise: no number is used that has no citation. Leaves when to do what to `grounding.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from assistant.evidence import (
    Answer,
    AnswerStatus,
    Citation,
    ModelInsight,
    Passage,
    Sentence,
    Timings,
    TokenCount,
    Verdict,
)
from assistant.writing.answering import lacking, lacking_in_quotations
from assistant.writing.attribution import Attributed, quotation
from assistant.writing.choosing import nearest
from assistant.writing.cleaning import unlinked
from assistant.writing.disagreement import Conflict
from assistant.writing.stated_series import cited_series

__all__ = ["Draft"]

QUOTATIONS = 3
"""A reader takes in so many at a glance."""


@dataclass(kw_only=True)
class Draft:
    """Gather what becomes an answer."""

    question: str
    language: str | None = None
    evidence: dict[int, Passage] = field(default_factory=dict)
    quotes: list[Citation] = field(default_factory=list)
    sentences: list[Attributed] = field(default_factory=list)
    dropped: list[Sentence] = field(default_factory=list)
    """What the model wrote and no reader is shown, with the verdict on it."""
    carried: int = 0
    """How many of the model's own sentences are shown."""
    conflicts: tuple[Conflict, ...] = ()
    gaps: list[str] = field(default_factory=list)
    calculated: Attributed | None = None
    """What code computed of the evidence: the first sentence of the answer, whatever a model adds."""
    timings: Timings = field(default_factory=Timings)
    tokens: TokenCount = field(default_factory=TokenCount)
    insight: ModelInsight | None = None

    def note_first(self, **moments: float) -> None:
        """Keep the first moment of each name."""
        new = {name: moment for name, moment in moments.items() if getattr(self.timings, name) is None}
        self.timings = replace(self.timings, **new)

    def note_conflicts(self, found: Iterable[Conflict], computed: Attributed | None) -> None:
        """Keep the conflicts but those between operands, which are of different things or times."""
        operands = set(computed.sentence.citations) if computed else frozenset[int]()
        self.conflicts = tuple(
            one for one in found if not computed or not {citation.number for citation in one.citations} <= operands
        )

    @property
    def is_mostly_dropped(self) -> bool:
        """Whether more than half of what the model said to the question is carried by no source."""
        return sum(sentence.verdict is Verdict.UNSUPPORTED for sentence in self.dropped) > self.carried

    def note_dropped(self) -> None:
        """Tell among the gaps how many sentences were left out, and why."""
        beside = sum(sentence.verdict is not Verdict.UNSUPPORTED for sentence in self.dropped)
        for count, reason in (
            (len(self.dropped) - beside, "not carried by any source"),
            (beside, "beside the question"),
        ):
            if count:
                what = "1 sentence" if count == 1 else f"{count} sentences"
                self.gaps.append(f"left out {what} of the model: {reason}")

    @property
    def lacks(self) -> str:
        """The kind of answer that is asked for and that nothing shown gives; empty where nothing lacks."""
        if self.calculated:
            return ""
        shown = [found.sentence.text for found in self.sentences]
        if self.carried:
            return lacking(self.question, " ".join(shown))
        return lacking_in_quotations(self.question, shown)

    def nearest(self, count: int = QUOTATIONS) -> tuple[Citation, ...]:
        """Give the quotations that meet the question best, no two of them copies, none outvoted."""
        outvoted = frozenset[int]().union(*(conflict.outvoted for conflict in self.conflicts))
        standing = [quote for quote in self.quotes if quote.number not in outvoted]
        return nearest(self.question, standing or self.quotes, self.evidence, self.language, count)

    def quote(self, chosen: Iterable[Citation]) -> None:
        """Make quotations the sentences of the answer, each its own support, after what code computed."""
        opening = [self.calculated] if self.calculated else []
        self.sentences = [*opening, *(quotation(quote) for quote in chosen if unlinked(quote.quote))]

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
        citations = self.merged([*spans, *disputed])
        return Answer(
            question=self.question,
            status=status,
            sentences=tuple(found.sentence for found in self.sentences) if answered else (),
            citations=citations,
            disagreements=tuple(conflict.disagreement for conflict in self.conflicts),
            timings=self.timings,
            tokens=self.tokens,
            insight=self.insight,
            reason=reason,
            gaps=tuple(self.gaps),
            series=cited_series(self.evidence, citations) if answered else (),
            dropped=tuple(self.dropped),
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
