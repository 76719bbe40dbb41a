"""Sources behind LangChain's interface, and LangChain's retrievers as sources."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import httpx
import pytest
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from retrievers import MalformedResponse, ProviderUnavailable, Retriever, SearchHit, SearchQuery
from retrievers.adapters import LangChainSource, as_langchain, from_langchain
from retrievers.testing import SourceContract

PAGES = (
    Document(page_content="Reclaim\ndisk space.", metadata={"url": "https://a.example/", "title": "A  title"}),
    Document(page_content="More.", metadata={"source": "https://b.example/", "published": "2024-03-05"}),
)


class Shelf(BaseRetriever):
    """A retriever of LangChain that knows two pages."""

    pages: tuple[Document, ...] = PAGES

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [] if "nothing" in query else list(self.pages)


class Broken(BaseRetriever):
    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        message = "the store\nis gone"
        raise OSError(message)


class Quiet(Retriever):
    name, provider, focus = "quiet", "library", "reference"

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> Sequence[SearchHit]:
        hit = SearchHit(
            url="https://a.example/", title=query.text, snippet="Short.", published=datetime(2024, 3, 5, tzinfo=UTC)
        )
        return [hit, SearchHit(url="https://b.example/", title="B", text="The whole text.")][: query.limit]


async def ask(source: Retriever, text: str = "space", limit: int = 10) -> Sequence[SearchHit]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(500))) as client:
        return await source.search(SearchQuery(text=text, limit=limit), client)


class TestLangChainSource(SourceContract):
    retriever = from_langchain(Shelf(), name="shelf")

    async def find(self, limit: int = 10) -> Sequence[SearchHit]:
        return await ask(self.retriever, limit=limit)

    async def find_nothing(self) -> Sequence[SearchHit]:
        return await ask(self.retriever, "nothing")

    @pytest.mark.xfail(reason="made from an instance; a package names a class of its own")
    def test_its_name_is_its_entry_point(self) -> None:
        super().test_its_name_is_its_entry_point()


async def test_documents_become_hits_with_their_whole_text() -> None:
    first, second = await ask(from_langchain(Shelf(), name="shelf"))
    assert (first.url, first.title, first.snippet) == ("https://a.example/", "A title", "Reclaim disk space.")
    assert first.text == "Reclaim\ndisk space."
    assert (second.url, second.title) == ("https://b.example/", "More.")
    assert second.published == datetime(2024, 3, 5, tzinfo=UTC)


async def test_a_document_without_address_is_malformed() -> None:
    source = from_langchain(Shelf(pages=(Document(page_content="x"),)), name="shelf")
    with pytest.raises(MalformedResponse, match="names no address"):
        await ask(source)


async def test_a_failing_retriever_is_unavailable_in_one_line() -> None:
    with pytest.raises(ProviderUnavailable, match="shelf: OSError: the store is gone") as caught:
        await ask(from_langchain(Broken(), name="shelf"))
    assert caught.value.reason == "outage"


def test_two_stores_taken_in_keep_their_own_names() -> None:
    one, other = from_langchain(Shelf(), name="one", focus="science"), from_langchain(Shelf(), name="two", provider="p")
    assert (one.name, one.provider, one.focus) == ("one", "one", "science")
    assert (other.name, other.provider, other.focus) == ("two", "p", "web")
    assert LangChainSource not in (type(one), type(other))


async def test_a_source_answers_ainvoke_with_documents() -> None:
    async with httpx.AsyncClient() as client:
        found = await as_langchain(Quiet(), client=client).ainvoke("space")
    assert [document.page_content for document in found] == ["Short.", "The whole text."]
    assert found[0].metadata == {
        "url": "https://a.example/",
        "title": "space",
        "published": "2024-03-05T00:00:00+00:00",
        "retriever": "quiet",
        "provider": "library",
    }


def test_a_source_answers_invoke_without_an_event_loop() -> None:
    assert len(as_langchain(Quiet(), limit=1).invoke("space")) == 1


async def test_a_source_answers_invoke_inside_an_event_loop() -> None:
    assert asyncio.get_running_loop().is_running()
    assert len(as_langchain(Quiet()).invoke("space")) == 2


def test_a_client_is_not_carried_into_another_loop() -> None:
    with pytest.raises(RuntimeError, match="ainvoke"):
        as_langchain(Quiet(), client=httpx.AsyncClient()).invoke("space")
