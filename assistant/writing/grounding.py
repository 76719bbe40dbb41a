"""An answer from given passages: sufficiency, the model's sentences, their attribution, and saying no.

Joins the modules of this stage and tells what happens. Knows no source, no page and no index.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast

from langchain_core.language_models import BaseChatModel

from assistant.errors import ModelError
from assistant.events import (
    DisagreementFound,
    Emit,
    EvidenceSelected,
    PrefillStarted,
    QueueJoined,
    QuoteReady,
    SentenceChecked,
    TokenProduced,
)
from assistant.evidence import Answer, AnswerStatus, Passage, QuestionOptions, Turn, Verdict
from assistant.language.detection import detect_language
from assistant.stopwatch import Stopwatch
from assistant.writing.attribution import Attributed
from assistant.writing.calculation import calculate
from assistant.writing.dating import as_of, warnings
from assistant.writing.declining import is_decline
from assistant.writing.disagreement import find_disagreements
from assistant.writing.draft import Draft
from assistant.writing.foreign import Comparer, Vectors, attribute_across
from assistant.writing.generation import End, Run, sentences
from assistant.writing.passage_stream import as_stream
from assistant.writing.quoting import best_quote
from assistant.writing.recomputing import recomputed
from assistant.writing.relevance import is_relevant
from assistant.writing.rewriting import quoted_instead, trimmed
from assistant.writing.safeguards import SAFEGUARDS, Safeguards
from assistant.writing.sufficiency import judge
from assistant.writing.suggesting import suggest

__all__ = ["ground"]

FINISHING_S = 0.5
"""Left of the turn for closing the model and telling the answer."""
QUOTED = 5
"""Quotations that stand alone as an answer: where a name has several bearers, each has its own. On the half of RAMDocs
that constants are fitted on (n = 139), every right answer and no wrong one: 41 with three, 54 with five."""
CUT = "the answer was cut at the time limit"
UNCARRIED = "no source supports what the model wrote"


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
    vectors: Vectors | None = None,
    history: Sequence[Turn] = (),
    fence: str | None = None,
    constrained: bool = False,
    safeguards: Safeguards = SAFEGUARDS,
) -> Answer:
    """Answer from passages alone; `deadline_s` counts from the stopwatch's start. The caller tells `AnswerFinished`.

    Passages are numbered from 1 as they come and are told with their best quotation at once. Without a model, and when
    it fails before its first sentence, the quotations are the answer. `vectors` are for sources in another language.
    """
    spoken = language or options.language or detect_language(question)
    writer = Writer(
        draft=Draft(question=question, language=spoken),
        language=spoken,
        emit=emit,
        stopwatch=stopwatch or Stopwatch(),
        comparer=Comparer(vectors=vectors) if vectors else None,
        asked_at=options.asked_at,
        history=history,
        fence=fence,
        constrained=constrained,
        safeguards=safeguards,
    )
    await writer.gather(passages)
    evidence, asked_at = writer.draft.evidence, options.asked_at
    computed = await asyncio.to_thread(calculate, question, evidence, writer.language, asked_at.date())
    sufficiency = judge(question, list(evidence.values()), writer.language, asked_at=asked_at)
    if not sufficiency.enough and computed is None:
        return writer.outlook(writer.draft.answer(AnswerStatus.ABSTAINED, sufficiency.reason), options)
    writer.is_sure = sufficiency.is_sure
    writer.find_disagreements(computed)
    writer.open_with(computed)
    if model is None:
        return writer.outlook(writer.quote_only("quotations only: there is no model to write with"), options)
    return writer.outlook(await writer.write(model, max_tokens, deadline_s), options)


@dataclass(kw_only=True)
class Writer:
    """Write one draft and tell of it."""

    draft: Draft
    language: str | None
    emit: Emit
    stopwatch: Stopwatch
    asked_at: datetime
    comparer: Comparer | None = None
    history: Sequence[Turn] = ()
    fence: str | None = None  # set where a model has begun to read
    constrained: bool = False
    safeguards: Safeguards = SAFEGUARDS
    is_sure: bool = False
    """The pages hold an answer, whatever the model makes of them."""
    held_back: list[Attributed] = field(default_factory=list)
    """Quotations in the place of what no source carries, before the first sentence that one does: not shown if none
    ever comes."""

    async def gather(self, passages: AsyncIterable[Passage] | Sequence[Passage]) -> None:
        """Number passages as they become final and tell the best quotation of each."""
        async for passage in as_stream(passages):
            number = len(self.draft.evidence) + 1
            self.draft.evidence[number] = passage
            self.emit(EvidenceSelected(elapsed_s=self.stopwatch.elapsed_s, number=number, passage=passage))
            quote = best_quote(self.draft.question, number, passage, self.language)
            self.draft.quotes.append(quote)
            self.draft.note_first(first_useful_s=self.stopwatch.elapsed_s)
            self.emit(QuoteReady(elapsed_s=self.stopwatch.elapsed_s, citation=quote))

    def find_disagreements(self, computed: Attributed | None) -> None:
        """Find out and tell where the sources contradict one another; operands of one calculation may differ."""
        found = find_disagreements(self.draft.question, self.draft.evidence, self.language, self.draft.quotes)
        self.draft.note_conflicts(found, computed)
        for conflict in self.draft.conflicts:
            self.emit(DisagreementFound(elapsed_s=self.stopwatch.elapsed_s, disagreement=conflict.disagreement))

    def open_with(self, computed: Attributed | None) -> None:
        """Begin with what code computed, unless the sources dispute one of its operands."""
        disputed = {citation.number for conflict in self.draft.conflicts for citation in conflict.citations}
        if computed and disputed.isdisjoint(computed.sentence.citations):
            self.draft.calculated = computed
            self.draft.sentences.append(computed)
            self.tell(computed)

    async def write(self, model: BaseChatModel, max_tokens: int, deadline_s: float | None) -> Answer:
        """Let the model write, check each sentence, and decide what it comes to."""
        run = Run()
        declined = False
        try:
            declined = await self.check_all(self.written(model, run, max_tokens, deadline_s))
        except ModelError as error:
            self.draft.gaps.append(f"the answer is not complete: {error}")
            if not self.draft.carried:
                return self.quote_only("quotations only: the model wrote nothing that could be used")
        self.draft.tokens, self.draft.insight = run.tokens, run.insight
        if run.end is End.DEADLINE:
            self.draft.gaps.append(CUT)
            if not self.draft.carried:
                return self.quote_only("quotations only: the model was not ready within the time limit")
        if run.end is End.LENGTH:
            self.draft.gaps.append(f"the answer was cut at {max_tokens} tokens")
        return self.conclude(declined=declined)

    def written(self, model: BaseChatModel, run: Run, max_tokens: int, deadline_s: float | None) -> AsyncIterator[str]:
        """Start the model on the prompt."""
        prompt = self.safeguards.prompt_for(model)(
            self.draft.question,
            list(self.draft.evidence.values()),
            self.language,
            asked_at=self.asked_at,
            history=self.history,
            fence=self.fence,
        )
        left_s = None if deadline_s is None else max(0.0, deadline_s - self.stopwatch.elapsed_s - FINISHING_S)
        self.emit(PrefillStarted(elapsed_s=self.stopwatch.elapsed_s))
        return sentences(
            model,
            prompt,
            max_tokens=max_tokens,
            run=run,
            deadline_s=left_s,
            sources=len(self.draft.evidence) if self.constrained else None,
            on_token=self.note_token,
            on_wait=self.note_wait,
            clean=self.safeguards.clean,
        )

    async def check_all(self, written: AsyncIterator[str]) -> bool:
        """Check sentences as they come; stop, and say so, where the model declines to answer."""
        async with aclosing(cast("AsyncGenerator[str, None]", written)) as texts:
            async for text in texts:
                if is_decline(text):
                    return True
                await self.check(text)
        return False

    def note_token(self) -> None:
        """Tell that text came, and when it first did."""
        self.draft.note_first(ttft_s=self.stopwatch.elapsed_s)
        self.emit(TokenProduced(elapsed_s=self.stopwatch.elapsed_s))

    def note_wait(self, ahead: int, expected_s: float | None) -> None:
        """Tell that others are read first."""
        self.emit(QueueJoined(elapsed_s=self.stopwatch.elapsed_s, position=ahead, expected_wait_s=expected_s))

    async def check(self, text: str) -> None:
        """Tie one sentence to its evidence and tell it, or what a source says in its place."""
        found = await self.settled(text)
        if found.sentence.verdict is Verdict.UNSUPPORTED:
            self.draft.dropped.append(found.sentence)
            said = [shown.sentence.text for shown in self.draft.sentences]
            instead = quoted_instead(text, self.draft.question, self.draft.evidence, self.language, said)
            self.held_back.extend([instead] if instead else ())
        elif self.is_relevant(found):
            self.draft.carried += 1
            self.held_back.append(found)
        else:
            self.draft.dropped.append(found.sentence)
        if self.draft.carried:
            self.draft.sentences.extend(self.held_back)
            for ready in self.held_back:
                self.tell(ready)
            self.held_back.clear()

    def is_relevant(self, found: Attributed) -> bool:
        """Tell whether a sentence belongs to the answer; more may once one does."""
        follows = self.draft.carried > 0
        return is_relevant(found, self.draft.question, self.draft.evidence, self.language, follows=follows)

    async def settled(self, text: str) -> Attributed:
        """Judge a sentence, by words, then by meaning across languages, then without what no source carries of it."""
        given = (text, self.draft.question, self.draft.evidence, self.language)
        found = self.safeguards.attribute(*given)
        found = recomputed(found, self.draft.calculated, self.draft.question, self.language) or found
        if found.sentence.verdict is Verdict.SUPPORTED:
            return found
        across = await attribute_across(*given, self.comparer)
        if across and across.sentence.verdict is Verdict.SUPPORTED:
            return across
        if shorter := trimmed(*given):
            return shorter
        return across if across and found.sentence.verdict is Verdict.UNSUPPORTED else found

    def tell(self, found: Attributed) -> None:
        """Show a checked sentence with its exact spans."""
        elapsed_s = self.stopwatch.elapsed_s
        self.draft.note_first(first_sentence_s=elapsed_s)
        self.emit(SentenceChecked(elapsed_s=elapsed_s, sentence=found.sentence, citations=found.citations))

    def conclude(self, *, declined: bool) -> Answer:
        """Answer if most sentences stand on a source, else say no."""
        draft = self.draft
        if draft.calculated and draft.is_mostly_dropped:
            return self.quote_only(f"quotations only, after what was computed: {UNCARRIED}")
        if draft.is_mostly_dropped and not draft.carried and self.is_sure and not declined:
            return self.quote_only(f"quotations only: {UNCARRIED}")
        if not draft.carried and not draft.calculated:
            beside = any(sentence.verdict is not Verdict.UNSUPPORTED for sentence in draft.dropped)
            reason = "the sources do not answer it" if declined or beside else UNCARRIED
            return draft.answer(AnswerStatus.ABSTAINED, reason)
        if draft.is_mostly_dropped:
            return draft.answer(AnswerStatus.ABSTAINED, "no source supports most of what the model wrote")
        if draft.lacks:
            return draft.answer(AnswerStatus.ABSTAINED, f"the sources give {draft.lacks} for it")
        draft.note_dropped()
        if source := draft.source_of_partly():
            draft.sentences.append(source)
            self.tell(source)
        return draft.answer(AnswerStatus.ANSWERED)

    def outlook(self, answer: Answer, options: QuestionOptions) -> Answer:
        """Say how fresh an answer is, what to beware of, and what to ask next."""
        cited = answer.citations if answer.status is AnswerStatus.ANSWERED else ()
        passages = list(self.draft.evidence.values())
        return replace(
            answer,
            as_of=as_of(cited),
            warnings=answer.warnings + warnings(answer.question, cited, options.asked_at),
            suggestions=suggest(answer.question, passages, self.language),
        )

    def quote_only(self, reason: str) -> Answer:
        """Answer with the best quotations, each its own support, if they give what is asked for."""
        self.draft.quote(self.draft.nearest(QUOTED))
        if self.draft.lacks:
            return self.draft.answer(AnswerStatus.ABSTAINED, f"the sources give {self.draft.lacks} for it")
        for found in self.draft.sentences:
            if found is not self.draft.calculated:
                self.tell(found)
        return self.draft.answer(AnswerStatus.ANSWERED, reason)
