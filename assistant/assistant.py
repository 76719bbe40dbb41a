"""The engine: opens everything a turn works with once, and answers any number of questions with it.

Knows how the parts are made from settings and how they are closed. Leaves the turn itself to `pipeline.py`.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Self

from assistant.events import Emit, Event
from assistant.evidence import Answer, Candidate, ModelCard, QuestionOptions, Turn
from assistant.models.opening import OpenModel, open_model
from assistant.models.pulling import installed_default, installed_named
from assistant.parts import Parts
from assistant.pipeline import answer_question, search_sources
from assistant.places import folder_roots, make_data_dir, retriever_environment
from assistant.ranking.cross_encoding import CrossEncoder, Reranker
from assistant.ranking.embedding import PassageEmbedder
from assistant.ranking.identity import identity_of
from assistant.ranking.index import PassageIndex
from assistant.ranking.reranking import Ranker
from assistant.reading.cache import PageCache
from assistant.reading.fetching import PageReader
from assistant.reading.network import page_client, service_client
from assistant.reading.rendering import BrowserRenderer
from assistant.reading_ahead import ReadsAhead
from assistant.replaying import answer_again
from assistant.searching.desk import Desk
from assistant.searching.health import HEALTH_FILE, Health, SourceHealth
from assistant.searching.likeness import Likeness
from assistant.searching.result_cache import ResultCache
from assistant.settings import NO_MODEL, Settings, load_settings
from assistant.traces import Trace
from assistant.writing.compact_prompting import wants_compact
from assistant.writing.prompting import beginning
from retrievers.registry import available, build

__all__ = ["Assistant"]


def ignore(event: Event) -> None:
    """Tell nobody."""


class Assistant:
    """Answer questions; use it as `async with Assistant(settings) as assistant`, from one event loop."""

    def __init__(self, settings: Settings | None = None, *, warmed: str | None = None) -> None:
        """Take the settings, and what `warm` loads if not the default; nothing is opened before the `async with`."""
        self.settings = settings or load_settings()
        self._warmed = warmed
        self._parts: Parts | None = None
        self._models: dict[str | None, asyncio.Task[OpenModel]] = {}
        self._warming: asyncio.Task[object] | None = None
        self._stack = AsyncExitStack()
        self._likeness: Likeness | None = None

    async def __aenter__(self) -> Self:
        """Open the clients, the sources and the index; models are loaded when first wanted or by `warm`."""
        settings = self.settings
        make_data_dir(settings.data_dir)
        client = await self._stack.enter_async_context(service_client(settings))
        pages = await self._stack.enter_async_context(page_client(settings))
        environment = retriever_environment(settings, os.environ)
        built = build(settings.retrievers, environment)
        ready = {source.name for source in built.retrievers}
        others = [name for name in available() if name not in ready]
        spare = build(others, environment).retrievers if others else ()
        reader = PageReader(
            pages,
            file_roots=(*folder_roots(settings), settings.uploads_dir),
            allow_hosts=settings.allow_hosts,
            cache=PageCache(settings.data_dir / "pages.sqlite3", most_bytes=settings.page_cache_mb * 1_000_000),
            renderer=BrowserRenderer() if settings.render_scripts else None,
        )
        self._stack.push_async_callback(reader.close)
        self._parts = Parts(
            settings=settings,
            retrievers=built.retrievers,
            unusable=built.unusable,
            client=client,
            reader=reader,
            ranker=self._open_ranker(),
            reranker=self._open_reranker(),
            likeness=self._likeness,
            open_model=self._model,
            ready_model=self._ready_model,
            desk=await self._open_desk(),
            spare=spare,
        )
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Close everything, the last opened first."""
        tasks = [*self._models.values(), *filter(None, [self._warming])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._stack.aclose()

    async def answer(
        self,
        question: str,
        *,
        options: QuestionOptions | None = None,
        history: Sequence[Turn] = (),
        emit: Emit = ignore,
    ) -> Answer:
        """Answer a question, telling `emit` what happens; cancelling the task stops it within one token.

        Raises QuestionInvalid for a question that cannot be asked; everything else that fails is in the answer.
        """
        self._begin_warming()
        return await answer_question(
            question, options=options or QuestionOptions(), history=history, parts=self._open_parts, emit=emit
        )

    async def search(
        self,
        question: str,
        *,
        options: QuestionOptions | None = None,
        history: Sequence[Turn] = (),
        emit: Emit = ignore,
    ) -> tuple[Candidate, ...]:
        """Return the fused candidates for a question, best first, without reading any."""
        return await search_sources(
            question, options=options or QuestionOptions(), history=history, parts=self._open_parts, emit=emit
        )

    async def replay(self, trace: Trace, *, options: QuestionOptions, emit: Emit = ignore) -> Answer:
        """Answer a saved question again from the passages that were saved with it; nothing is searched or read."""
        return await answer_again(trace, options=options, parts=self._open_parts, emit=emit)

    def forget_files(self, paths: Iterable[str]) -> None:
        """Let go of what is held of files that were attached; of them nothing was written down but the answers."""
        self._open_parts.ranker.forget(Path(path).resolve().as_uri() for path in paths)

    async def warm(self) -> None:
        """Load what the first question would wait for; a model that cannot be had is no fault here."""
        await asyncio.gather(self._begin_warming(), self._warm_model(), return_exceptions=True)

    async def _warm_model(self) -> None:
        """Load the model and let it read what every prompt begins with."""
        if opened := await self._model(self._warmed):
            await read_beginning(opened)

    def _begin_warming(self) -> asyncio.Future[object]:
        """Start what reading and ranking need, once, while the search is still running."""
        if self._warming is None:
            parts = self._open_parts
            self._warming = asyncio.create_task(self._warm_parts(parts))
        return asyncio.shield(self._warming)

    async def _warm_parts(self, parts: Parts) -> None:
        """Start reading and ranking, then what only makes routing better."""
        await both(parts.reader.warm, parts.ranker.warm)
        if parts.likeness:
            await asyncio.gather(parts.likeness.warm(), return_exceptions=True)

    def model_card(self, name: str | None = None) -> ModelCard | None:
        """Tell which model is loaded under a name, None while there is none."""
        found = self._ready_model(name)
        return found.card if found else None

    def model_problem(self, name: str | None = None) -> str:
        """Tell in one line why a model could not be loaded; empty while nothing is wrong."""
        task = self._models.get(self._resolved(name))
        error = task.exception() if task and task.done() and not task.cancelled() else None
        return str(error) if error else ""

    def source_health(self) -> tuple[SourceHealth, ...]:
        """Tell how each source fares that failed lately: who is left alone, why and until when."""
        return self._open_parts.desk.health.snapshot()

    @property
    def _open_parts(self) -> Parts:
        """The parts, once opened."""
        if self._parts is None:
            message = "use `async with Assistant(...)` before asking"
            raise RuntimeError(message)
        return self._parts

    def _ready_model(self, name: str | None) -> OpenModel | None:
        """Give a model that is loaded, and load none."""
        task = self._models.get(self._resolved(name))
        return task.result() if task and task.done() and not task.cancelled() and not task.exception() else None

    async def _model(self, name: str | None) -> OpenModel | None:
        """Load a model once and share it; a failed load is tried again at the next question."""
        name = self._resolved(name)
        if name == NO_MODEL:
            return None
        task = self._models.get(name)
        if task is None or (task.done() and (task.cancelled() or task.exception())):
            task = self._models[name] = asyncio.create_task(self._load(name))
        return await asyncio.shield(task)

    def _resolved(self, name: str | None) -> str | None:
        """Name the model that a question gets, so that the default is not loaded once more under its own name."""
        chosen = name or self.settings.model
        default = None if chosen else installed_default(self.settings)
        return default.name if default else chosen

    async def _load(self, name: str | None) -> OpenModel:
        """Load a model after what is wanted before it: loaded side by side, all of it comes late."""
        await self._begin_warming()
        return await asyncio.to_thread(open_model, name, self.settings)

    async def _open_desk(self) -> Desk:
        """Ask sources with what was kept of them: how they fared, and what they found shortly before."""
        folder = self.settings.data_dir
        desk = Desk(health=Health(folder / HEALTH_FILE), cache=ResultCache(folder / "results.sqlite3"))
        self._stack.push_async_callback(desk.close)
        await desk.open()
        return desk

    def _open_reranker(self) -> Reranker | None:
        """Open the cross-encoder that the settings name; one that is not there is told of at each question."""
        name = self.settings.reranker
        if name is None:
            return None
        reranker = Reranker(CrossEncoder(installed_named(name, self.settings) or self.settings.models_dir / name))
        self._stack.push_async_callback(reranker.close)
        return reranker

    def _open_ranker(self) -> Ranker:
        """Rank with stored embeddings where the weights are there, else by words."""
        name = self.settings.embedding_model
        folder = installed_named(name, self.settings)
        embedder = PassageEmbedder(folder) if folder else None
        index = PassageIndex(self.settings, collection=identity_of(name, folder)) if folder else None
        ranker = Ranker(embedder, index)
        if embedder:
            self._likeness = Likeness(embedder.encode, languages=embedder.languages)
        self._stack.push_async_callback(ranker.close)
        return ranker


async def read_beginning(opened: OpenModel) -> None:
    """Let a model that runs here read the rules and examples, unless somebody asks first; others keep nothing."""
    if isinstance(opened.chat, ReadsAhead) and not wants_compact(opened.chat):
        await opened.chat.read_ahead(beginning(), lasting=True)


async def both(first: Callable[[], Awaitable[None]], second: Callable[[], Awaitable[None]]) -> None:
    """Do two things at once; a failure of either shows where the thing is used."""
    await asyncio.gather(first(), second(), return_exceptions=True)
