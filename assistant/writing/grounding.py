"""An answer from given passages: sufficiency, the model's sentences, their attribution, and saying no.

Joins the modules of this stage. Knows no source, no page and no index.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from dataclasses import replace

from langchain_core.language_models import BaseChatModel

from assistant.errors import ModelError
from assistant.events import (
    Emit,
    EvidenceSelected,
    PrefillStarted,
    QuoteReady,
    SentenceChecked,
    TokenProduced,
)
from assistant.evidence import (
    Answer,
    AnswerStatus,
    Citation,
    Passage,
    QuestionOptions,
    Sentence,
    Timings,
    TokenCount,
    Verdict,
)
from assistant.language.detection import detect_language
from assistant.language.words import fold
from assistant.stopwatch import Stopwatch
from assistant.writing.attribution import attribute
from assistant.writing.generation import Generation
from assistant.writing.prompting import build_prompt
from assistant.writing.quoting import best_quote
from assistant.writing.sufficiency import judge

__all__ = ["ground"]

QUOTATIONS = 3
DECLINE = re.compile(
    r"(?:sources?|passages?|texts?|context|information|documents?) (?:\w+ ){0,3}(?:do(?:es)? not|don't|doesn't|cannot)"
    r"|not (?:mentioned|stated|provided|specified|given) in the (?:sources?|text|passages?)"
    r"|sources? ne (?:le |la |les )?(?:\w+ )?(?:disent|dit|mentionne|precise|contien|permet|repond)\w* pas"
    r"|quellen? (?:\w+ ){0,3}(?:nicht|keine)|fuentes? no (?:lo |la )?(?:dicen|mencionan|indican)"
)
"""How a model says, in folded words, that the sources hold no answer."""


async def ground(  # noqa: PLR0913 - the contract of design.md, and the limits of the turn
    question: str,
    passages: AsyncIterable[Passage] | Sequence[Passage],
    model: BaseChatModel | None,
    options: QuestionOptions,
    emit: Emit,
    *,
    stopwatch: Stopwatch | None = None,
    language: str | None = None,
    max_tokens: int = 200,
    deadline_s: float | None = None,
) -> Answer:
    """Answer from passages alone; `deadline_s` counts from the stopwatch's start. The caller tells `AnswerFinished`."""
    language = language or options.language or detect_language(question)
    writer = Writer(question=question, language=language, emit=emit, stopwatch=stopwatch or Stopwatch())
    await writer.gather(passages)
    sufficiency = judge(question, list(writer.evidence.values()), language)
    if not sufficiency.enough:
        return writer.abstain(sufficiency.reason)
    if model is None:
        return writer.quote_only()
    return await writer.write(model, max_tokens, deadline_s)


class Writer:
    """The state of one answer while it is written."""

    def __init__(self, *, question: str, language: str | None, emit: Emit, stopwatch: Stopwatch) -> None:
        """Begin with no evidence and nothing said."""
        self.question = question
        self.language = language
        self.emit = emit
        self.stopwatch = stopwatch
        self.evidence: dict[int, Passage] = {}
        self.quotes: list[Citation] = []
        self.sentences: list[Sentence] = []
        self.spans: dict[int, Citation] = {}
        self.gaps: list[str] = []
        self.timings = Timings()
        self.tokens = TokenCount()

    async def gather(self, passages: AsyncIterable[Passage] | Sequence[Passage]) -> None:
        """Number passages as they become final and tell the best quotation of each."""
        async for passage in as_stream(passages):
            number = len(self.evidence) + 1
            self.evidence[number] = passage
            self.emit(EvidenceSelected(elapsed_s=self.stopwatch.elapsed_s, number=number, passage=passage))
            quote = best_quote(self.question, number, passage, self.language)
            self.quotes.append(quote)
            self.emit(QuoteReady(elapsed_s=self.stopwatch.elapsed_s, citation=quote))

    async def write(self, model: BaseChatModel, max_tokens: int, deadline_s: float | None) -> Answer:
        """Let the model write, check each sentence, and decide what it comes to."""
        prompt = build_prompt(self.question, list(self.evidence.values()), self.language)
        run = Generation(chat=model, messages=prompt, max_tokens=max_tokens, on_token=self.note_token)
        remaining_s = None if deadline_s is None else max(0.0, deadline_s - self.stopwatch.elapsed_s - 0.5)
        self.emit(PrefillStarted(elapsed_s=self.stopwatch.elapsed_s))
        declined = False
        try:
            async with asyncio.timeout(remaining_s):
                async for sentence in run.sentences():
                    if is_decline(sentence):
                        declined = True
                        break
                    self.check(sentence)
        except TimeoutError:
            self.gaps.append("the answer was cut at the time limit")
        except ModelError as error:
            self.gaps.append(f"the model failed: {error}")
            if not self.sentences:
                return self.quote_only()
        self.tokens = run.tokens
        return self.conclude(declined=declined)

    def note_token(self) -> None:
        """Tell that text came, and when it first did."""
        elapsed_s = self.stopwatch.elapsed_s
        if self.timings.ttft_s is None:
            self.timings = replace(self.timings, ttft_s=elapsed_s)
        self.emit(TokenProduced(elapsed_s=elapsed_s))

    def check(self, text: str) -> None:
        """Tie one sentence to its evidence and tell it."""
        found = attribute(text, self.question, self.evidence, self.language)
        self.sentences.append(found.sentence)
        for citation in found.citations:
            self.spans[citation.number] = self.widened(citation)
        elapsed_s = self.stopwatch.elapsed_s
        if self.timings.first_sentence_s is None:
            self.timings = replace(self.timings, first_sentence_s=elapsed_s)
        self.emit(SentenceChecked(elapsed_s=elapsed_s, sentence=found.sentence, citations=found.citations))

    def widened(self, citation: Citation) -> Citation:
        """Let the one citation of a passage span everything that sentences use of it."""
        known = self.spans.get(citation.number)
        if known is None:
            return citation
        passage = self.evidence[citation.number]
        start, end = min(known.start, citation.start), max(known.end, citation.end)
        quote = passage.text[start - passage.start : end - passage.start]
        return replace(citation, start=start, end=end, quote=quote, support=max(known.support, citation.support))

    def conclude(self, *, declined: bool) -> Answer:
        """Answer if most sentences stand on a source, else say no."""
        carried = [sentence for sentence in self.sentences if sentence.verdict is not Verdict.UNSUPPORTED]
        if not carried:
            reason = "the sources do not answer it" if declined else "nothing the model wrote is supported by a source"
            return self.abstain(reason)
        if len(self.sentences) > 2 * len(carried):
            return self.abstain("most of what the model wrote is not supported by a source")
        return self.finished(AnswerStatus.ANSWERED, sentences=tuple(self.sentences), citations=self.used())

    def used(self) -> tuple[Citation, ...]:
        """List the citations that sentences use, in order."""
        numbers = {number for sentence in self.sentences for number in sentence.citations}
        return tuple(self.spans[number] for number in sorted(numbers))

    def abstain(self, reason: str) -> Answer:
        """Say no, with the nearest quotations."""
        nearest = sorted(self.quotes, key=lambda quote: -quote.support)[:QUOTATIONS]
        return self.finished(AnswerStatus.ABSTAINED, citations=tuple(nearest), reason=reason)

    def quote_only(self) -> Answer:
        """Answer with the best quotations, each its own support."""
        best = sorted(self.quotes, key=lambda quote: -quote.support)[:QUOTATIONS]
        for quote in best:
            said = " ".join(quote.quote.split())
            sentence = Sentence(text=said, citations=(quote.number,), verdict=Verdict.SUPPORTED)
            self.sentences.append(sentence)
            self.emit(SentenceChecked(elapsed_s=self.stopwatch.elapsed_s, sentence=sentence, citations=(quote,)))
        return self.finished(
            AnswerStatus.ANSWERED,
            sentences=tuple(self.sentences),
            citations=tuple(sorted(best, key=lambda quote: quote.number)),
        )

    def finished(self, status: AnswerStatus, **parts: object) -> Answer:
        """Build the answer."""
        return Answer(
            question=self.question,
            status=status,
            timings=self.timings,
            tokens=self.tokens,
            gaps=tuple(self.gaps),
            **parts,  # type: ignore[arg-type]  # the fields of Answer
        )


async def as_stream(passages: AsyncIterable[Passage] | Sequence[Passage]) -> AsyncIterator[Passage]:
    """Take passages that are there and passages that are coming alike."""
    if isinstance(passages, AsyncIterable):
        async for passage in passages:
            yield passage
    else:
        for passage in passages:
            yield passage


def is_decline(sentence: str) -> bool:
    """Tell whether the model says that the sources hold no answer."""
    return DECLINE.search(fold(sentence)) is not None
