"""The general web without a key, through the engines of the ddgs library (https://github.com/deedy5/ddgs).

Each engine is asked for itself, so that its hits, or its failure, count for the index that it really shows.
"""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Self

import httpx

from retrievers import HitList, RateLimit, Retriever, SearchQuery
from retrievers.keywords import shortened
from retrievers.web.ddgs_answers import failure, interleaved, reports
from retrievers.web.ddgs_engines import Answer, Opener, ask, opener

ENGINES = {"duckduckgo": "bing", "brave": "brave", "mojeek": "mojeek", "startpage": "google", "yahoo": "bing"}
"""The library's engines for pages of any language, and whose index each shows."""
PATIENCE_S = 4.5  # for all engines: the library's own patience for one exchange, and time to read the page


@dataclass(frozen=True)
class Ddgs(Retriever):
    """Search the general web on a fresh install; engines may answer with a check for humans instead."""

    open_engine: Opener = field(default_factory=opener)
    patience_s: float = PATIENCE_S
    name = provider = "ddgs"
    focus = "web"
    on_by_default = best_effort = True
    limit = RateLimit(requests=1, seconds=2.0, at_once=1)  # no engine documents one: the pace of somebody reading
    receives = "the words of the query and its language, sent to DuckDuckGo, Brave, Mojeek, Startpage and Yahoo"

    @classmethod
    def configured(cls, env: Mapping[str, str]) -> Self:
        """Build one that uses the configured proxy and trusted authorities."""
        return cls(opener(env.get("FOOTNOTE_PROXY") or None, env.get("FOOTNOTE_CA_BUNDLE") or None))

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> HitList:  # noqa: ARG002 - brings its own
        """Ask all engines at once; those that are late count as failed, and all having failed is a failure."""
        short = replace(query, text=shortened(query.text, query.language, 400))
        pool = ThreadPoolExecutor(len(ENGINES), thread_name_prefix="ddgs")
        try:
            loop = asyncio.get_running_loop()
            jobs = {loop.run_in_executor(pool, ask, self.open_engine, name, short): name for name in ENGINES}
            await asyncio.wait(jobs, timeout=self.patience_s)
            answers = [job.result() if job.done() else Answer.late(name, ENGINES[name]) for job, name in jobs.items()]
        finally:
            pool.shutdown(wait=False, cancel_futures=True)  # a thread ends with its exchange, in seconds
        told = [answer for answer in answers if answer]
        if all(answer.error for answer in told):
            raise failure(told)
        return HitList.of(islice(interleaved(told), query.limit), reports(told))
