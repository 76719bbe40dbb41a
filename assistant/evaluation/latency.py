"""The suite `latency`: how long a whole turn takes to each of its moments, over a web whose delays are known.

One source lists the pages of an item and one server sends them, each after a fixed wait inside this process, so that
what differs between two runs is the product and the machine. Quality is for the other suites.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from urllib.parse import quote

import httpx
import numpy as np

from assistant.evaluation.items import Item, chosen_items
from assistant.evaluation.report import HIGH, LOW, RESAMPLES, EvaluationRequest, Figure, Report
from assistant.events import Event, QuoteReady, SourceAnswered
from assistant.evidence import Answer, AnswerStatus, Page, QuestionOptions
from assistant.models.opening import OpenModel, open_model
from assistant.models.pulling import installed_named
from assistant.pipeline import Parts, answer_question
from assistant.ranking.embedding import PassageEmbedder
from assistant.ranking.reranking import Ranker
from assistant.reading.fetching import PageReader
from assistant.settings import NO_MODEL
from retrievers import Retriever, SearchHit, SearchQuery

__all__ = ["Moments", "evaluate", "quantile"]

SEARCH_DELAY_S = 0.3
PAGE_DELAY_S = 0.2
"""About what a keyless source and a page on the same continent take."""
SLOWEST = 95
HOST = "web.example"
MOMENTS = ("sources", "first useful content", "first token", "first sentence", "end")


@dataclass(kw_only=True)
class Moments:
    """Note when something first happened in a turn."""

    first: dict[type[Event], float] = field(default_factory=dict)

    def __call__(self, event: Event) -> None:
        """Keep the first moment of each kind of event."""
        self.first.setdefault(type(event), event.elapsed_s)


class ItemSource(Retriever):
    """List the pages of one item after a fixed wait."""

    name = provider = "item"
    focus = "web"

    def __init__(self, addresses: Mapping[str, str]) -> None:
        """Take the titles of the pages by their addresses."""
        self._addresses = addresses

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> Sequence[SearchHit]:
        """List all pages."""
        del query, client  # the interface's own: every question has its own pages
        await asyncio.sleep(SEARCH_DELAY_S)
        return [SearchHit(url=url, title=title) for url, title in self._addresses.items()]


def evaluate(request: EvaluationRequest) -> Report:
    """Ask every chosen item once, after one turn that nobody counts and that warms everything up."""
    items = chosen_items(request)
    moments = asyncio.run(ask_all(items, request))
    metrics = {}
    for name in MOMENTS:
        taken = [found[name] for found in moments if name in found]
        if taken:
            metrics[f"{name} s, median"] = quantile(taken, 50, request.seed)
            metrics[f"{name} s, slowest twentieth"] = quantile(taken, SLOWEST, request.seed)
            metrics[f"{name}, share of turns"] = Figure(value=len(taken) / len(moments))
    return Report(suite="latency", data=str(request.data), n=len(items), metrics=metrics)


async def ask_all(items: Sequence[Item], request: EvaluationRequest) -> list[dict[str, float]]:
    """Ask one item after the other, with the same model and ranker."""
    name = request.model or request.settings.model
    model = None if name == NO_MODEL else await asyncio.to_thread(open_model, name, request.settings)
    folder = installed_named(request.settings.embedding_model, request.settings)
    ranker = Ranker(PassageEmbedder(folder) if folder else None, None)
    try:
        await ranker.warm()
        await ask(items[0], model, ranker, request)
        found = []
        for done, item in enumerate(items, start=1):
            found.append(await ask(item, model, ranker, request))
            request.progress(done, len(items))
        return found
    finally:
        await ranker.close()


async def ask(item: Item, model: OpenModel | None, ranker: Ranker, request: EvaluationRequest) -> dict[str, float]:
    """Take one item through a whole turn and tell the moments that came."""
    bodies = {f"https://{HOST}/{quote(item.id, safe='')}/{place}": page for place, page in enumerate(item.pages)}

    async def serve(asked: httpx.Request) -> httpx.Response:
        await asyncio.sleep(PAGE_DELAY_S)
        page = bodies.get(str(asked.url))
        if page is None:
            return httpx.Response(404)
        return httpx.Response(200, headers={"content-type": "text/html; charset=utf-8"}, content=sent(page))

    async def opened(name: str | None) -> OpenModel | None:
        del name  # one model for all turns
        return model

    moments = Moments()
    async with httpx.AsyncClient(transport=httpx.MockTransport(serve)) as client:
        reader = PageReader(client)
        parts = Parts(
            settings=request.settings,
            retrievers=[ItemSource({url: page.title or item.question for url, page in bodies.items()})],
            unusable={},
            client=client,
            reader=reader,
            ranker=ranker,
            open_model=opened,
        )
        options = QuestionOptions(asked_at=item.asked_at) if item.asked_at else QuestionOptions()
        answer = await answer_question(item.question, options=options, history=(), parts=parts, emit=moments)
        await reader.close()
    return moments_of(answer, moments)


async def sent(page: Page) -> AsyncIterator[bytes]:
    """Send a page as a server does, in a stream."""
    lines = "".join(f"<p>{escape(line)}</p>" for line in page.text.splitlines() if line.strip())
    head = f"<html><head><title>{escape(page.title)}</title></head>"
    yield f"{head}<body><article>{lines}</article></body></html>".encode()


def moments_of(answer: Answer, moments: Moments) -> dict[str, float]:
    """Name the moments of a turn that came."""
    found = {
        "sources": moments.first.get(SourceAnswered),
        "first useful content": moments.first.get(QuoteReady),
        "first token": answer.timings.ttft_s,
        "first sentence": answer.timings.first_sentence_s if answer.status is AnswerStatus.ANSWERED else None,
        "end": answer.timings.total_s,
    }
    return {name: moment for name, moment in found.items() if moment is not None}


def quantile(values: Sequence[float], percent: float, seed: int) -> Figure:
    """Return a percentile with its bootstrap interval."""
    measured = np.asarray(values, dtype=float)
    drawn = np.random.default_rng(seed).integers(0, measured.size, (RESAMPLES, measured.size))
    low, high = np.percentile(np.percentile(measured[drawn], percent, axis=1), [LOW, HIGH])
    return Figure(value=float(np.percentile(measured, percent)), low=float(low), high=float(high))
