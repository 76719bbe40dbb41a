"""One turn, stage by stage: the only place that knows their order.

restate → search → fuse → read → passages → rank → select → write → attribute. Emits the events of the stages that emit
none themselves, keeps the turn inside its budget, and sees to it that it ends in exactly one way. Leaves every piece of
work to the stage it is named for.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

import httpx
from langchain_core.language_models import BaseChatModel

from assistant.budgets import BUDGETS, Budget
from assistant.errors import ModelUnavailable, QuestionInvalid
from assistant.events import CandidatesFused, Emit, PageRead, QuestionRestated, SearchStarted, SourceAnswered
from assistant.evidence import Answer, Candidate, Page, Passage, QuestionOptions, SearchReport, Turn
from assistant.models.deferred import DeferredChatModel
from assistant.models.opening import OpenModel
from assistant.question import restate
from assistant.ranking.earlier import wanted_earlier
from assistant.ranking.passages import split
from assistant.ranking.reranking import Ranker
from assistant.ranking.selection import select
from assistant.reading.cache import life_s
from assistant.reading.fetching import PageReader, read_all
from assistant.searching.asked_addresses import with_subject
from assistant.searching.desk import Desk
from assistant.searching.fan_out import Search, has_hits, is_enough
from assistant.searching.fusion import prepare
from assistant.searching.likeness import Likeness
from assistant.searching.planning import is_unclear, plan_search, with_implied
from assistant.searching.shortfalls import shortfalls
from assistant.searching.supply import Supply
from assistant.settings import Settings
from assistant.turn_record import TurnRecord
from assistant.writing import ground
from assistant.writing.foreign import Vectors
from retrievers import Focus, Retriever, SearchQuery

log = logging.getLogger(__name__)

__all__ = ["Parts", "answer_question", "search_sources"]

READY_WITHIN_S = 0.05
"""A model that is loaded is there at once; one that is not is waited for by who asks it for text."""
Read = tuple[list[Page], list[Passage]]  # pages, and what they were cut into
LOADING_PATIENCE_S = 5.0
"""How long the first ranking of a process waits for the embedding model, which takes about five seconds to load."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """What a turn works with; opened and closed by the `Assistant`, shared by all its turns."""

    settings: Settings
    retrievers: Sequence[Retriever]
    unusable: Mapping[str, str]
    """Retrievers that were asked for and could not be built, with the reason."""
    client: httpx.AsyncClient
    reader: PageReader
    ranker: Ranker
    open_model: Callable[[str | None], Awaitable[OpenModel | None]]
    """None where the user wants quotations only; raises ModelError where the model cannot be had."""
    desk: Desk = field(default_factory=Desk)
    """Where all turns ask their sources."""
    spare: Sequence[Retriever] = ()
    """Sources that are ready and asked only by name."""
    likeness: Likeness | None = None
    """Tells by meaning what a question calls for, where an embedding model is there."""


async def answer_question(
    question: str,
    *,
    options: QuestionOptions,
    history: Sequence[Turn],
    parts: Parts,
    emit: Emit,
) -> Answer:
    """Answer one question within its budget; always ends with `AnswerFinished`, also when cancelled."""
    record = TurnRecord(question=question, emit=emit)
    budget = BUDGETS[options.profile or parts.settings.profile]
    try:
        async with asyncio.timeout(budget.turn_s):
            answer = await run_stages(question, options, history, parts, budget, record)
    except QuestionInvalid:
        raise
    except TimeoutError:
        answer = record.cut_answer(f"the time limit of {budget.turn_s:g} s was reached; ask with a larger --profile")
    except asyncio.CancelledError:
        record.finish(record.stopped_answer())
        raise
    except Exception as error:  # a fault of ours must not take what was shown with it
        log.exception("a turn failed")
        answer = record.cut_answer(f"an unexpected fault: {error!r}; please report it")
    return record.finish(answer)


async def run_stages(
    question: str,
    options: QuestionOptions,
    history: Sequence[Turn],
    parts: Parts,
    budget: Budget,
    record: TurnRecord,
) -> Answer:
    """Take one question through every stage."""
    query = restated(question, options, history, parts, record)
    async with searched(query, options, parts, budget, record) as supply:
        read = await read_passages(query, supply, options, parts, budget, record)
    titles = [passage.title for passage in read[1]]
    query = with_subject(query, titles, has_files=bool(options.attachments))
    ranked = await rank_passages(query, read, options, parts, budget, record)
    evidence = select(ranked, token_budget=budget.evidence_tokens, question=query.text, language=query.language)
    # Not before: a model that is being loaded takes the processor from the ranking, which a reader waits for first.
    model = asyncio.ensure_future(parts.open_model(options.model))
    await asyncio.wait([model], timeout=READY_WITHIN_S)
    try:
        vectors = parts.ranker.vectors if parts.ranker.knows_all_languages else None
        return await write(query, evidence, options, budget, record, model, vectors)
    finally:
        await put_away(model)


async def search_sources(
    question: str, *, options: QuestionOptions, history: Sequence[Turn], parts: Parts, emit: Emit
) -> tuple[Candidate, ...]:
    """Stop after fusion: restate, search, fuse."""
    record = TurnRecord(question=question, emit=emit)
    budget = BUDGETS[options.profile or parts.settings.profile]
    query = restated(question, options, history, parts, record)
    async with searched(query, options, parts, budget, record, enough=is_enough) as supply:
        return supply.candidates


def restated(
    question: str, options: QuestionOptions, history: Sequence[Turn], parts: Parts, record: TurnRecord
) -> SearchQuery:
    """Make the question stand on its own, and tell what it was understood as."""
    query = with_implied(restate(question, history=history, options=options, settings_language=parts.settings.language))
    record.emit(QuestionRestated(elapsed_s=record.elapsed_s, query=query))
    return query


@asynccontextmanager
async def searched(
    query: SearchQuery,
    options: QuestionOptions,
    parts: Parts,
    budget: Budget,
    record: TurnRecord,
    *,
    enough: Callable[[Sequence[SearchReport]], bool] = has_hits,
) -> AsyncIterator[Supply]:
    """Ask every chosen source at once; give what they list so far, while late lists join until it is left."""
    meant: tuple[Focus, ...] = ()
    if parts.likeness and is_unclear(query, options):
        meant = await parts.likeness.kinds(query.text, query.language)
    plan = plan_search(
        query,
        parts.retrievers,
        options,
        limit=budget.sources,
        is_private=parts.settings.private or options.private,
        spare=parts.spare,
        meant=meant,
    )
    record.gaps.extend(plan.gaps)
    record.emit(SearchStarted(elapsed_s=record.elapsed_s, retrievers=plan.labels))

    def report(found: SearchReport) -> None:
        prepare(found, plan.query)
        record.emit(SourceAnswered(elapsed_s=record.elapsed_s, report=found))

    for name, reason in parts.unusable.items():
        report(SearchReport(retriever=name, provider=name, error=reason))
    search = Search(
        plan.inquiries,
        parts.desk,
        parts.client,
        soft_s=budget.search_soft_s,
        hard_s=budget.search_hard_s,
        report=report,
    )
    supply = Supply(search, partial(plan.fused, options))
    async with search:
        with record.stage("search"):
            if not plan.given:  # pages that are named need not wait for others
                await search.until(enough, meanwhile=supply.prepare)
        record.emit(CandidatesFused(elapsed_s=record.elapsed_s, candidates=supply.candidates))
        yield supply
    record.gaps.extend(shortfalls(plan.inquiries, search.reports))


async def read_passages(
    query: SearchQuery, supply: Supply, options: QuestionOptions, parts: Parts, budget: Budget, record: TurnRecord
) -> Read:
    """Read the best candidates and cut them into passages as they come in; late ones join while pages are wanted."""
    pages: list[Page] = []
    passages: list[Passage] = []
    with record.stage("read"):
        readings = read_all(
            supply,
            parts.reader,
            pages=budget.pages,
            page_s=budget.page_s,
            total_s=budget.reading_s,
            life_s=life_s(query.freshness, refresh=options.refresh),
        )
        async with aclosing(readings):
            async for reading in readings:
                title = reading.page.title if reading.page else ""
                record.emit(PageRead(elapsed_s=record.elapsed_s, report=reading.report, title=title))
                if reading.page:
                    pages.append(reading.page)
                    rank = supply.place_of(reading.report.url)
                    passages += await asyncio.to_thread(partial(split, reading.page, source_rank=rank))
    record.gaps.extend(parts.reader.take_notices())
    return pages, passages


async def rank_passages(
    query: SearchQuery, read: Read, options: QuestionOptions, parts: Parts, budget: Budget, record: TurnRecord
) -> tuple[Passage, ...]:
    """Put the passages in the order of their use for the question."""
    pages, passages = read
    with record.stage("rank"):
        ranking = await parts.ranker.rank(
            query.text,
            query.language,
            passages,
            deadline_s=budget.ranking_s,
            patience_s=LOADING_PATIENCE_S,
            freshness=query.freshness,
            pages=pages,
            earlier=wanted_earlier(query, options),
        )
    record.gaps.extend(ranking.gaps)
    return ranking.passages


async def write(
    query: SearchQuery,
    evidence: AsyncIterator[Passage],
    options: QuestionOptions,
    budget: Budget,
    record: TurnRecord,
    model: asyncio.Future[OpenModel | None],
    vectors: Vectors | None = None,
) -> Answer:
    """Write and attribute, with the model if it can be had, else with quotations."""
    answer = await ground(
        query.text,
        evidence,
        chat_of(model, record),
        options,
        record.emit,
        stopwatch=record.stopwatch,
        language=query.language,
        max_tokens=budget.answer_tokens,
        deadline_s=budget.turn_s,
        vectors=vectors,
    )
    if model.done() and not model.exception() and (opened := model.result()) and answer.tokens.completion:
        record.model = opened.card
    return answer


def chat_of(model: asyncio.Future[OpenModel | None], record: TurnRecord) -> BaseChatModel | None:
    """Give the model, or one to wait for while it loads, or None (and the reason) where there is none."""
    if not model.done():
        return DeferredChatModel(opened=lambda: chat_when_open(model))
    if error := model.exception():
        record.gaps.append(f"quotations only: {error}")
        return None
    opened = model.result()
    return opened.chat if opened else None


async def chat_when_open(model: asyncio.Future[OpenModel | None]) -> BaseChatModel:
    """Wait for a model that is loading."""
    opened = await asyncio.shield(model)
    if opened is None:
        message = "no model was asked for"
        raise ModelUnavailable(message)
    return opened.chat


async def put_away(model: asyncio.Future[OpenModel | None]) -> None:
    """Stop waiting for a model that is still loading; it goes on by itself, and the next turn will want it."""
    model.cancel()
    await asyncio.gather(model, return_exceptions=True)
