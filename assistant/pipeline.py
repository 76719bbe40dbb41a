"""One turn, stage by stage: the only place that knows their order.

restate → search → fuse → read → passages → rank → select → write → attribute, with a second round up to rank where a
question goes in two steps. Emits the events of the stages that emit none themselves, keeps the turn inside its budget,
and sees to it that it ends in exactly one way. Leaves every piece of work to the stage it is named for.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from assistant.budgets import BUDGETS, Budget
from assistant.errors import QuestionInvalid
from assistant.events import Emit, QuestionRestated
from assistant.evidence import Answer, Candidate, Passage, QuestionOptions, Turn
from assistant.faults import log_of, silent_about_words
from assistant.gathering import Read, follow_up, joined, read_passages, searched
from assistant.models.opening import OpenModel
from assistant.opening_model import chat_of, put_away
from assistant.parts import Parts
from assistant.question import restate
from assistant.ranking.earlier import wanted_earlier
from assistant.ranking.selection import select
from assistant.reading_ahead import ReadingAhead, reading_ahead
from assistant.searching.asked_addresses import with_subject
from assistant.searching.fan_out import is_enough
from assistant.searching.planning import with_implied
from assistant.turn_record import TurnRecord
from assistant.writing import ground
from retrievers import SearchQuery

log = log_of(__name__)

__all__ = ["Parts", "answer_question", "search_sources"]

READY_WITHIN_S = 0.05
"""A model that is loaded is there at once; one that is not is waited for by who asks it for text."""
LOADING_PATIENCE_S = 5.0
"""How long the first ranking of a process waits for the embedding model, which takes about five seconds to load."""


async def answer_question(
    question: str,
    *,
    options: QuestionOptions,
    history: Sequence[Turn],
    parts: Parts,
    emit: Emit,
) -> Answer:
    """Answer one question within its budget; always ends with `AnswerFinished`, also when cancelled."""
    with silent_about_words(silent=options.unkept):
        return await whole_turn(question, options, history, parts.unkept() if options.unkept else parts, emit)


async def whole_turn(
    question: str, options: QuestionOptions, history: Sequence[Turn], parts: Parts, emit: Emit
) -> Answer:
    """See one turn to its one end."""
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
    loaded = parts.ready_model(options.model)
    ahead = ReadingAhead(
        query=query,
        options=options,
        history=history,
        token_budget=budget.evidence_tokens,
        chat=loaded.chat if loaded else None,
    )
    async with searched(query, options, parts, budget, record) as found, reading_ahead(ahead):
        until_s = record.elapsed_s + budget.reading_s
        read = await read_passages(query, found.supply, options, parts, budget, record, note=ahead.note)
    titles = [passage.title for passage in read[1]]
    query = with_subject(query, titles, has_files=bool(options.attachments))
    ranked = await rank_passages(query, read, options, parts, budget, record)
    more = await follow_up(query, ranked, found, options, parts, budget, record, until_s=until_s)
    if more[1]:
        ranked = await rank_passages(query, joined(read, more), options, parts, budget, record)
    evidence = select(ranked, token_budget=budget.evidence_tokens, question=query.text, language=query.language)
    # Not before: a model that is being loaded takes the processor from the ranking, which a reader waits for first.
    model = asyncio.ensure_future(parts.open_model(options.model))
    await asyncio.wait([model], timeout=READY_WITHIN_S)
    try:
        return await write(query, ahead.first(evidence), options, history, parts, record, model, fence=ahead.fence)
    finally:
        await put_away(model)


async def search_sources(
    question: str, *, options: QuestionOptions, history: Sequence[Turn], parts: Parts, emit: Emit
) -> tuple[Candidate, ...]:
    """Stop after fusion: restate, search, fuse."""
    record = TurnRecord(question=question, emit=emit)
    budget = BUDGETS[options.profile or parts.settings.profile]
    parts = parts.unkept() if options.unkept else parts
    query = restated(question, options, history, parts, record)
    async with searched(query, options, parts, budget, record, enough=is_enough) as found:
        return found.supply.candidates


def restated(
    question: str, options: QuestionOptions, history: Sequence[Turn], parts: Parts, record: TurnRecord
) -> SearchQuery:
    """Make the question stand on its own, and tell what it was understood as."""
    query = with_implied(restate(question, history=history, options=options, settings_language=parts.settings.language))
    record.emit(QuestionRestated(elapsed_s=record.elapsed_s, query=query))
    return query


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
        ranked = ranking.passages
        if parts.reranker:
            ranked, note = await parts.reranker.reorder(query.text, ranked, deadline_s=budget.ranking_s)
            record.gaps.extend(filter(None, [note]))
    record.gaps.extend(ranking.gaps)
    return ranked


async def write(  # noqa: PLR0913 - what a turn knows
    query: SearchQuery,
    evidence: AsyncIterator[Passage],
    options: QuestionOptions,
    history: Sequence[Turn],
    parts: Parts,
    record: TurnRecord,
    model: asyncio.Future[OpenModel | None],
    *,
    fence: str | None = None,
) -> Answer:
    """Write and attribute, with the model if it can be had, else with quotations."""
    budget = BUDGETS[options.profile or parts.settings.profile]
    answer = await ground(
        query.text,
        evidence,
        chat_of(model, record.gaps),
        options,
        record.emit,
        stopwatch=record.stopwatch,
        language=query.language,
        max_tokens=budget.answer_tokens,
        deadline_s=budget.turn_s,
        vectors=parts.ranker.vectors if parts.ranker.knows_all_languages else None,
        history=history,
        fence=fence,
        constrained=parts.settings.constrained_citations,
    )
    if model.done() and not model.exception() and (opened := model.result()) and answer.tokens.completion:
        record.model = opened.card
    return answer
