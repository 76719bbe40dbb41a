"""Answer the items of a set as a turn would, from the pages that each brings: cut, rank, select, write.

Knows the order of the stages after reading. Has no deadline, since a figure of quality must not depend on what else
the machine is doing; how long things take is kept with each answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import Field

from assistant.budgets import BUDGETS
from assistant.evaluation.answers import AnswerFile, StoredAnswer, stored
from assistant.evaluation.items import Item, passages_of
from assistant.evaluation.report import EvaluationRequest
from assistant.evaluation.vectors import RememberingEmbedder, remembering_embedder
from assistant.events import Event
from assistant.evidence import Answer, Passage, QuestionOptions
from assistant.language import detect_language, sentence_spans, words
from assistant.models.opening import open_model
from assistant.models.pulling import installed_named
from assistant.ranking import rank
from assistant.ranking.selection import select
from assistant.searching.recency import implied_freshness
from assistant.settings import NO_MODEL
from assistant.stopwatch import Stopwatch
from assistant.writing import ground
from assistant.writing.cleaning import clean
from assistant.writing.declining import is_decline

__all__ = ["Bench", "OverheardChat", "answer_items", "answer_one"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Bench:
    """What every item is answered with; without an embedder passages are ranked by words alone."""

    embedder: Embeddings | None
    model: BaseChatModel | None
    evidence_tokens: int
    answer_tokens: int


class OverheardChat(BaseChatModel):
    """Say what another model says, and keep the text of each run: what is dropped is known by what was said."""

    chat: BaseChatModel
    runs: list[str] = Field(default_factory=list)

    @property
    def compact_prompt(self) -> bool:
        """Be asked as the other model wants to be."""
        return bool(getattr(self.chat, "compact_prompt", False))

    @property
    def _llm_type(self) -> str:
        return "overheard"

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **options: Any,  # noqa: ANN401 - the interface's own
    ) -> AsyncIterator[ChatGenerationChunk]:
        self.runs.append("")
        mine = len(self.runs) - 1
        async with aclosing(self.chat._astream(messages, stop, run_manager, **options)) as chunks:  # type: ignore[type-var]  # noqa: SLF001 - a decorator of the same interface
            async for chunk in chunks:
                self.runs[mine] += chunk.message.text
                yield chunk

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **options: Any,  # noqa: ANN401 - the interface's own
    ) -> ChatResult:
        return self.chat._generate(messages, stop, run_manager, **options)  # noqa: SLF001 - as above


def answer_items(request: EvaluationRequest, items: Sequence[Item]) -> AnswerFile:
    """Answer all items that a run before this has not answered; the model is only opened if one is left."""
    answers = AnswerFile(request.answers)
    left = [item for item in items if item.id not in answers]
    request.progress(len(items) - len(left), len(items))
    if left:
        embedder = opened_embedder(request)
        try:
            asyncio.run(answer_all(left, answers, bench_for(request, embedder), request, len(items)))
        finally:
            if embedder:
                embedder.close()
    return answers


def opened_embedder(request: EvaluationRequest) -> RememberingEmbedder | None:
    """Rank by meaning too where a turn would, that is where the weights are there."""
    is_there = installed_named(request.settings.embedding_model, request.settings) is not None
    return remembering_embedder(request) if is_there else None


def bench_for(request: EvaluationRequest, embedder: Embeddings | None) -> Bench:
    """Open the model that a request names, else the one a turn would use."""
    budget = BUDGETS[request.settings.profile]
    name = request.model or request.settings.model
    return Bench(
        embedder=embedder,
        model=None if name == NO_MODEL else open_model(name, request.settings).chat,
        evidence_tokens=budget.evidence_tokens,
        answer_tokens=budget.answer_tokens,
    )


async def answer_all(
    items: Sequence[Item], answers: AnswerFile, bench: Bench, request: EvaluationRequest, total: int
) -> None:
    """Answer items one after the other, each kept before the next is asked."""
    for done, item in enumerate(items, start=total - len(items) + 1):
        answers.add(await answer_one(item, bench))
        request.progress(done, total)


async def answer_one(item: Item, bench: Bench) -> StoredAnswer:
    """Answer one item and note which of the model's sentences were left out."""
    overheard = OverheardChat(chat=bench.model) if bench.model else None
    stopwatch = Stopwatch()
    answer = await answered(item, bench, overheard, stopwatch)
    answer = replace(answer, timings=replace(answer.timings, total_s=stopwatch.elapsed_s))
    runs = overheard.runs if overheard else []
    return stored(item.id, answer, dropped(runs, answer), instead(runs, answer))


async def answered(item: Item, bench: Bench, model: BaseChatModel | None, stopwatch: Stopwatch) -> Answer:
    """Rank, select and write."""
    language = detect_language(item.question)
    ranked = rank(
        item.question,
        passages_of(item.pages),
        language=language or "en",
        embedder=bench.embedder,
        freshness=implied_freshness(item.question),
    )
    return await ground(
        item.question,
        evidence(item.question, ranked, bench.evidence_tokens, language),
        model,
        QuestionOptions(asked_at=item.asked_at) if item.asked_at else QuestionOptions(),
        ignore,
        stopwatch=stopwatch,
        max_tokens=bench.answer_tokens,
    )


async def evidence(
    question: str, ranked: Sequence[Passage], token_budget: int, language: str | None
) -> AsyncIterator[Passage]:
    """Select as a turn does."""
    async for passage in select(ranked, token_budget=token_budget, question=question, language=language):
        yield passage


def ignore(event: Event) -> None:
    """Tell nobody."""


def dropped(runs: Sequence[str], answer: Answer) -> list[str]:
    """List the sentences of the model's first run that are not in the answer, less those rewritten by a later run."""
    if not runs:
        return []
    shown = {key(sentence.text) for sentence in answer.sentences}
    missing = [text for text in said_in(runs[0]) if key(text) not in shown]
    anew = {key(text) for run in runs[1:] for text in said_in(run)} & shown
    return missing[len(anew) :]


def instead(runs: Sequence[str], answer: Answer) -> list[str]:
    """List the sentences of the answer that no run wrote so; none where no model was asked."""
    wrote = {key(text) for run in runs for text in said_in(run)}
    told = [sentence for sentence in answer.sentences if sentence.calculation is None]
    return [sentence.text for sentence in told if runs and key(sentence.text) not in wrote]


def said_in(text: str) -> list[str]:
    """List the sentences of a run once each, without those that were cut off or decline."""
    spans = sentence_spans(text)
    if spans and not text.rstrip().endswith((".", "!", "?", "\u2026", "\u3002", '"', "\u201d", ")", "*", "]", "»")):
        spans = spans[:-1] or spans
    found = (clean(text[start:end]) for start, end in spans)
    return list({key(one): one for one in found if one and not one.endswith(":") and not is_decline(one)}.values())


def key(sentence: str) -> tuple[str, ...]:
    """Compare sentences by their words."""
    return tuple(words(sentence))
