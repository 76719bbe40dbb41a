"""The contract every source of search hits keeps.

Knows queries, hits and what a source must say of itself. Leaves HTTP to `http.py`, deadlines, rate limits and fusion to
its callers, and knows nothing of models, Chroma or Streamlit.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal, Self

import httpx

from retrievers.errors import MissingCredentials
from retrievers.session import Session

__all__ = [
    "Focus",
    "Freshness",
    "HitList",
    "Measurement",
    "RateLimit",
    "Retriever",
    "SearchHit",
    "SearchQuery",
    "UpstreamReport",
]

Focus = Literal["web", "reference", "news", "science", "discussion", "code", "data", "local"]
Freshness = Literal["day", "week", "month", "year"]


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchQuery:
    """Say what to look for: words, an ISO 639-1 language, how recent, and how many hits at most."""

    text: str
    language: str = "en"
    freshness: Freshness | None = None
    limit: int = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Measurement:
    """State one value of a series: what was measured, how much, in which unit, when, and where it stands."""

    name: str
    value: float
    unit: str
    at: datetime
    source_url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchHit:
    """Name one result; its place in the list is its rank.

    `title` and `snippet` are plain text, `published` is aware and never in the future (None: unknown). `text` is the
    source's own full text, or None: only then is the page fetched.
    """

    url: str
    title: str
    snippet: str = ""
    published: datetime | None = None
    text: str | None = None
    values: tuple[Measurement, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class UpstreamReport:
    """Tell what one engine behind a metasearch answered: its hits in its own order, or why it gave none."""

    provider: str
    hits: tuple[SearchHit, ...] = ()
    error: str | None = None


class HitList(tuple[SearchHit, ...]):  # noqa: SLOT001 - a tuple with an attribute cannot have slots
    """A result list that also carries what each upstream engine said; `upstream` is empty for a plain source."""

    upstream: tuple[UpstreamReport, ...] = ()

    @classmethod
    def of(cls, hits: Iterable[SearchHit], upstream: Iterable[UpstreamReport] = ()) -> Self:
        """Build a list from hits and the reports of the engines behind them."""
        built = cls(hits)
        built.upstream = tuple(upstream)
        return built


@dataclass(frozen=True, kw_only=True, slots=True)
class RateLimit:
    """Allow at most `requests` per `seconds`, and `at_once` in flight."""

    requests: int
    seconds: float
    at_once: int = 4


class Retriever(ABC):
    """Ask one provider for hits; finding nothing is an empty list, failing is a `RetrieverError`.

    An instance holds configuration only: two searches may run on it at once.
    """

    name: ClassVar[str]
    """Snake case, equal to the entry point's name."""
    provider: ClassVar[str]
    """Whose index it really is: fusion counts one vote per provider."""
    focus: ClassVar[Focus]
    languages: ClassVar[tuple[str, ...]] = ()
    """ISO 639-1 codes it serves; empty means any."""
    needs: ClassVar[tuple[str, ...]] = ()
    """Names in the mapping of `from_env` without which it cannot work."""
    on_by_default: ClassVar[bool] = False
    best_effort: ClassVar[bool] = False
    limit: ClassVar[RateLimit] = RateLimit(requests=10, seconds=1.0)
    """What the provider documents, over all users of this machine; cite where it says so."""
    schemes: ClassVar[tuple[str, ...]] = ("http", "https")
    receives: ClassVar[str] = "the words of the query and its language"
    """What leaves this machine for this provider, in words for the user."""
    example: ClassVar[str] = "open source software"
    """A question that it finds something for, to try it with."""
    is_private: ClassVar[bool] = False
    """Asks nobody but this machine or a server that the user runs."""
    has_editions: ClassVar[bool] = False
    """Searches another index for each language: worth asking in English too where the question is not."""

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Build one from names like `FOOTNOTE_SEARXNG_URL`; raise `MissingCredentials` for a missing one."""
        missing = [name for name in cls.needs if not env.get(name)]
        if missing:
            message = f"{cls.name}: set {' and '.join(missing)} to use it"
            raise MissingCredentials(message)
        return cls.configured(env)

    @classmethod
    def configured(cls, env: Mapping[str, str]) -> Self:  # noqa: ARG003 - a source with settings reads them here
        """Build one from a mapping that is known to hold everything in `needs`."""
        return cls()

    def suits(self, query: SearchQuery) -> bool:  # noqa: ARG002 - a source of figures reads the question
        """Tell without a request whether a question is one that this source can answer; most can try any."""
        return True

    @abstractmethod
    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> Sequence[SearchHit]:
        """Return at most `query.limit` hits, best first."""

    async def search_in_session(
        self,
        query: SearchQuery,
        client: httpx.AsyncClient,
        session: Session,  # noqa: ARG002 - for sources that keep tokens
    ) -> Sequence[SearchHit]:
        """Search with the provider's tokens at hand; a source without tokens just searches."""
        return await self.search(query, client)
