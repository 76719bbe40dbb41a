"""Where every question asks its sources: not while they are suspended, not twice for the same, and each in its turn.

Knows the order of those rules, and whose session is whose. Leaves each rule to the module it is named for and deadlines
to `fan_out.py`. One desk serves all questions of an engine.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Self

import httpx

from assistant.copies import sharing
from assistant.evidence import SearchReport
from assistant.flights import Flights
from assistant.searching.addresses import warm
from assistant.searching.health import Health
from assistant.searching.inquiry import Inquiry
from assistant.searching.limits import Turns, WaitsItsTurn
from assistant.searching.result_cache import ResultCache, key_of
from retrievers import HitList, ProviderUnavailable, Retriever, RetrieverError, SearchQuery, Session

__all__ = ["Desk"]


class Desk:
    """Ask sources on behalf of any number of questions, from one event loop."""

    def __init__(
        self,
        *,
        health: Health | None = None,
        cache: ResultCache | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take what outlives the process; None keeps it in memory. `clock` counts seconds."""
        self.health = health or Health()
        self.cache = cache or ResultCache()
        self.clock = clock
        self._turns = Turns(clock)
        self._flights = Flights[HitList]()
        self._sessions: dict[str, Session] = {}
        self._under_way: set[tuple[str, SearchQuery]] = set()

    async def open(self) -> None:
        """Read how the sources fared before, and what the first fusion would wait for."""
        await asyncio.gather(self.health.load(), asyncio.to_thread(warm))

    async def close(self) -> None:
        """Write down what is to be kept."""
        await self.health.close()
        await self.cache.close()

    def unkept(self) -> Self:
        """Give a desk that keeps nothing of what is asked; rules and turns are those of all, and it is not closed."""
        return sharing(self, health=self.health.unkept(), cache=ResultCache())

    async def ask(self, inquiry: Inquiry, client: httpx.AsyncClient, ends_at: float) -> tuple[SearchReport, ...]:
        """Ask one source; every failure becomes its report, and its own list comes before those of its engines."""
        began = self.clock()
        key = key_of(inquiry.source, inquiry.query)
        found = await self.cache.get(key)
        if is_kept := found is not None:
            return reports(inquiry, found, self.clock() - began, from_cache=is_kept)
        try:
            found = await self._flights.join(key, lambda: self._fetch(inquiry, client, key, ends_at))
        except RetrieverError as error:
            return (failure(inquiry, error, self.clock() - began),)
        return reports(inquiry, found, self.clock() - began)

    def give_up_on(self, inquiry: Inquiry, waited_s: float) -> SearchReport:
        """Report a source that was given all its time; it counts as a failure if it was asked and not held back."""
        late = no_answer(inquiry, waited_s)
        if (inquiry.source.name, inquiry.query) in self._under_way:
            self.health.failed(inquiry.source, late)
        return failure(inquiry, late, waited_s)

    async def _fetch(self, inquiry: Inquiry, client: httpx.AsyncClient, key: str, ends_at: float) -> HitList:
        """Ask for what nobody has asked for yet; raise a `RetrieverError` for whatever goes wrong."""
        source, query = inquiry.source, inquiry.query
        self.health.admit(source)
        try:
            async with self._turns.turn(source, ends_at, inquiry.place):
                self._under_way.add((source.name, query))
                found = await source.search_in_session(query, client, self._session(source))
                hits = HitList.of(found[: query.limit], getattr(found, "upstream", ()))
        except WaitsItsTurn:
            raise
        except RetrieverError as error:
            self.health.failed(source, error)
            raise
        except Exception as error:  # a fault in one source must not take the others along
            fault = unexpected(source, error)
            self.health.failed(source, fault)
            raise fault from error
        else:
            self.health.succeeded(source)
            self.cache.put(key, source, hits)
            return hits
        finally:
            self._under_way.discard((source.name, query))
            self.health.release(source)

    def _session(self, source: Retriever) -> Session:
        """Give the provider's tokens."""
        return self._sessions.setdefault(source.provider, Session())


def no_answer(inquiry: Inquiry, waited_s: float) -> ProviderUnavailable:
    """Word the failure of a source that did not answer in time."""
    return ProviderUnavailable(f"{inquiry.label}: no answer within {waited_s:.1f} s", reason="timeout")


def unexpected(source: Retriever, error: Exception) -> RetrieverError:
    """Word a fault of a retriever itself."""
    return RetrieverError(f"{source.name}: unexpected {type(error).__name__}: {error}; please report it")


def reports(
    inquiry: Inquiry, found: HitList, elapsed_s: float, *, from_cache: bool = False
) -> tuple[SearchReport, ...]:
    """Report a source's own list, then what each engine behind it said."""
    own = SearchReport(
        retriever=inquiry.label,
        provider=inquiry.source.provider,
        hits=tuple(found),
        elapsed_s=elapsed_s,
        from_cache=from_cache,
    )
    engines = (
        SearchReport(
            retriever=inquiry.label,
            provider=one.provider,
            hits=one.hits,
            elapsed_s=elapsed_s,
            error=one.error,
            from_cache=from_cache,
        )
        for one in found.upstream
    )
    return (own, *engines)


def failure(inquiry: Inquiry, error: RetrieverError, elapsed_s: float) -> SearchReport:
    """Report a source that gave no list."""
    return SearchReport(
        retriever=inquiry.label,
        provider=inquiry.source.provider,
        elapsed_s=elapsed_s,
        error=str(error),
        reason=error.reason,
    )
