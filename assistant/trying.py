"""One source asked one harmless question for real, to see whether it answers.

Knows how long to wait and how a failure is told. Nothing of it is kept, neither hits nor how the source fares; leaves
showing it to the command line and the page.
"""

from __future__ import annotations

import asyncio
import os
import time

from assistant.errors import FootnoteError
from assistant.places import retriever_environment
from assistant.reading.network import service_client
from assistant.searching.desk import unexpected
from assistant.settings import Settings
from assistant.trials import TRIAL_S, Trial
from retrievers import HitList, ProviderUnavailable, Retriever, RetrieverError, SearchQuery
from retrievers.registry import build

__all__ = ["ask_once", "built_source", "try_source"]


def try_source(name: str, settings: Settings) -> Trial:
    """Ask a source its own example; never raises, and ends in time. Not from a running event loop."""
    began_s, query = time.monotonic(), ""
    try:
        source = built_source(name, settings)
        if settings.private and not source.is_private:
            return Trial(name=name, query=query, error=f"{name}: is not asked in private mode")
        query = source.example
        hits = asyncio.run(ask_once(source, SearchQuery(text=query), settings))
    except (FootnoteError, RetrieverError) as error:
        reason = error.reason if isinstance(error, RetrieverError) else None
        return Trial(name=name, query=query, elapsed_s=time.monotonic() - began_s, error=str(error), reason=reason)
    return Trial(name=name, query=query, hits=hits, elapsed_s=time.monotonic() - began_s)


def built_source(name: str, settings: Settings) -> Retriever:
    """Build a source as the settings want it; raise `ProviderUnavailable` where it cannot be."""
    built = build([name], retriever_environment(settings, os.environ))
    if name in built.unusable:
        raise ProviderUnavailable(built.unusable[name], reason="credentials")
    return built.retrievers[0]


async def ask_once(source: Retriever, query: SearchQuery, settings: Settings, *, within_s: float = TRIAL_S) -> HitList:
    """Search once, with the connections and the patience of a real question; raise a `RetrieverError`."""
    try:
        async with service_client(settings) as client, asyncio.timeout(within_s):
            found = await source.search(query, client)
    except TimeoutError as error:
        message = f"{source.name}: no answer within {within_s:g} s"
        raise ProviderUnavailable(message, reason="timeout") from error
    except (FootnoteError, RetrieverError):
        raise
    except Exception as error:  # a fault in one source must not break who tries it
        raise unexpected(source, error) from error
    return HitList.of(found[: query.limit], getattr(found, "upstream", ()))
