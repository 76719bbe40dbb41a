"""Sources and LangChain's retrievers made of one another.

Knows both interfaces. A document of LangChain is a hit if its metadata name an address.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import httpx
from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from retrievers.contract import Focus, Retriever, SearchHit, SearchQuery
from retrievers.dates import iso_date
from retrievers.errors import MalformedResponse, ProviderUnavailable
from retrievers.plain_text import one_line

__all__ = ["FootnoteRetriever", "LangChainSource", "as_langchain", "from_langchain"]

USER_AGENT = "Footnote (+https://github.com/footnote-assistant/footnote)"
TIMEOUT_S = 10.0
SNIPPET_CHARACTERS = 300


class FootnoteRetriever(BaseRetriever):
    """A source of Footnote behind LangChain's interface: `invoke` and `ainvoke` give documents, best first."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    source: Retriever
    client: httpx.AsyncClient | None = None
    """None opens one for each search."""
    language: str = "en"
    limit: int = 10

    async def _aget_relevant_documents(
        self,
        query: str,
        *,
        run_manager: AsyncCallbackManagerForRetrieverRun,  # noqa: ARG002 - LangChain's interface
    ) -> list[Document]:
        return await self._found(query)

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - LangChain's interface
    ) -> list[Document]:
        if self.client is not None:
            message = "a client belongs to one event loop: use `await retriever.ainvoke(...)`, or give no client"
            raise RuntimeError(message)
        with ThreadPoolExecutor(1) as thread:  # the caller's thread may run a loop of its own
            return thread.submit(lambda: asyncio.run(self._found(query))).result()

    async def _found(self, query: str) -> list[Document]:
        """Search with the client that was given, else with one for this search alone."""
        asked = SearchQuery(text=query, language=self.language, limit=self.limit)
        if self.client is not None:
            return documents(self.source, await self.source.search(asked, self.client))
        headers = {"User-Agent": USER_AGENT}
        async with httpx.AsyncClient(headers=headers, timeout=TIMEOUT_S, trust_env=False) as client:
            return documents(self.source, await self.source.search(asked, client))


def as_langchain(
    retriever: Retriever, *, client: httpx.AsyncClient | None = None, language: str = "en", limit: int = 10
) -> FootnoteRetriever:
    """Turn a source into a LangChain retriever; its documents say url, title, published, retriever and provider."""
    return FootnoteRetriever(source=retriever, client=client, language=language, limit=limit)


def documents(source: Retriever, hits: Sequence[SearchHit]) -> list[Document]:
    """Make documents of hits: the full text where the source gives one, else the snippet."""
    return [
        Document(
            id=hit.url,
            page_content=hit.text or hit.snippet or hit.title,
            metadata={
                "url": hit.url,
                "title": hit.title,
                "published": hit.published.isoformat() if hit.published else None,
                "retriever": source.name,
                "provider": source.provider,
            },
        )
        for hit in hits
    ]


class LangChainSource(Retriever):
    """A LangChain retriever as a source; inherit it to name one in an entry point, and build it in `configured`."""

    def __init__(self, inner: BaseRetriever) -> None:
        """Take the retriever that is asked."""
        self._inner = inner

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> list[SearchHit]:  # noqa: ARG002 - its own
        """Ask it, and read an address, a title and a date from each document's metadata."""
        try:
            found = await self._inner.ainvoke(query.text)
        except Exception as error:
            message = f"{self.name}: {type(error).__name__}: {one_line(str(error)) or 'no reason given'}"
            raise ProviderUnavailable(message, reason="outage") from error
        return [self._hit(document) for document in found[: query.limit]]

    def _hit(self, document: Document) -> SearchHit:
        metadata = document.metadata
        url = str(metadata.get("url") or metadata.get("source") or "")
        if not httpx.URL(url).is_absolute_url:
            message = f"{self.name}: a document names no address; put one into its metadata as `url`"
            raise MalformedResponse(message)
        text = one_line(document.page_content)
        return SearchHit(
            url=url,
            title=one_line(str(metadata.get("title") or "")) or text[:80] or url,
            snippet=text[:SNIPPET_CHARACTERS],
            text=document.page_content or None,
            published=date_of(metadata.get("published")),
        )


def date_of(stated: Any) -> datetime | None:  # noqa: ANN401 - metadata hold anything
    """Read a date from metadata; None for what is none, or lies in the future."""
    try:
        moment = iso_date(str(stated)) if stated else None
    except ValueError:
        return None
    return moment if moment and moment <= datetime.now(UTC) else None


def from_langchain(
    inner: BaseRetriever, *, name: str, provider: str | None = None, focus: Focus = "web"
) -> LangChainSource:
    """Take a LangChain retriever in as a source; errors are worded as the contract has it."""
    kind = type(name, (LangChainSource,), {"name": name, "provider": provider or name, "focus": focus})
    made: LangChainSource = kind(inner)
    return made
