"""Answer a saved question again from the passages that were saved with it, and say what comes out otherwise.

Knows what of a bundle is used and what two answers have in common. Nothing is searched or read, and the model is never
the one that a bundle names: a file must not choose a folder to load or a server to send its text to.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace

from assistant.budgets import BUDGETS
from assistant.events import Emit
from assistant.evidence import Answer, Passage, QuestionOptions
from assistant.opening_model import put_away
from assistant.parts import Parts
from assistant.pipeline import write
from assistant.searching.asked_addresses import with_subject
from assistant.settings import NO_MODEL
from assistant.traces import Trace
from assistant.turn_record import TurnRecord

log = logging.getLogger(__name__)

__all__ = ["answer_again", "differences", "options_again"]


def options_again(trace: Trace, model: str | None) -> QuestionOptions:
    """Give the options of the saved turn, with its date; the model is the one asked for here, or none as then."""
    wanted_none = trace.options.model == NO_MODEL
    return replace(trace.options, model=model or (NO_MODEL if wanted_none else None))


async def answer_again(trace: Trace, *, options: QuestionOptions, parts: Parts, emit: Emit) -> Answer:
    """Ground the saved passages again, within the time of the saved turn, counted from when the model is there."""
    titles = [page.title for page in trace.pages]
    query = with_subject(trace.query, titles, has_files=bool(options.attachments))
    await asyncio.gather(parts.ranker.warm(), return_exceptions=True)
    model = asyncio.ensure_future(parts.open_model(options.model))
    await asyncio.wait([model])
    record = TurnRecord(question=trace.question, emit=emit)
    try:
        async with asyncio.timeout(BUDGETS[options.profile or parts.settings.profile].turn_s):
            answer = await write(query, streamed(trace.evidence), options, trace.history, parts, record, model)
    except TimeoutError:
        answer = record.cut_answer("the time limit of the saved turn was reached")
    except Exception as error:  # a bundle that was written by hand may hold anything
        log.exception("a replay failed")
        answer = record.cut_answer(f"the bundle cannot be answered from: {error!r}; export the answer again")
    finally:
        await put_away(model)
    return record.finish(answer)


async def streamed(passages: Sequence[Passage]) -> AsyncIterator[Passage]:
    """Give the passages one by one, as the selection does."""
    for passage in passages:
        yield passage


def differences(saved: Answer, again: Answer) -> tuple[str, ...]:
    """List in words what another run made otherwise; times and memory always differ and are not told."""
    return (*heads(saved, again), *sentences(saved, again), *quotations(saved, again), *conflicts(saved, again))


def heads(saved: Answer, again: Answer) -> Iterator[str]:
    """Compare how both ended and who wrote them."""
    if saved.status is not again.status:
        yield f"it was {saved.status}, now it is {again.status}"
    if saved.reason != again.reason:
        yield f"the reason was “{saved.reason}”, now it is “{again.reason}”"
    before, now = (answer.model.name if answer.model else "no model" for answer in (saved, again))
    if before != now:
        yield f"it was written by {before}, now by {now}"


def sentences(saved: Answer, again: Answer) -> Iterator[str]:
    """Compare what is said, with which verdict and from which passages."""
    before = {said.text: said for said in saved.sentences}
    now = {said.text: said for said in again.sentences}
    yield from (f"no longer said: {text}" for text in before if text not in now)
    yield from (f"said only now: {text}" for text in now if text not in before)
    for text in before.keys() & now.keys():
        if before[text].verdict is not now[text].verdict:
            yield f"the verdict was {before[text].verdict}, now it is {now[text].verdict}: {text}"
        if before[text].citations != now[text].citations:
            was, is_now = (", ".join(map(str, said[text].citations)) or "nothing" for said in (before, now))
            yield f"it cited {was}, now it cites {is_now}: {text}"


def quotations(saved: Answer, again: Answer) -> Iterator[str]:
    """Compare the words that are quoted under the same number."""
    before = {citation.number: citation.quote for citation in saved.citations}
    now = {citation.number: citation.quote for citation in again.citations}
    yield from (
        f"[{number}] quotes other words" for number in before if now.get(number, before[number]) != before[number]
    )


def conflicts(saved: Answer, again: Answer) -> Iterator[str]:
    """Compare the disagreements by what they are about."""
    before, now = ({found.about for found in answer.disagreements} for answer in (saved, again))
    yield from (f"sources no longer disagree about {about}" for about in sorted(before - now))
    yield from (f"sources disagree only now about {about}" for about in sorted(now - before))
