"""Each fault planted in a small source is caught by the contract, and the source without a fault passes."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin

import httpx
import pytest

from retrievers import HitList, HttpRetriever, SearchHit, SearchQuery
from retrievers.plain_text import plain_text
from retrievers.testing import Recording, RetrieverContract

HITS = {
    "items": [
        {"path": "/a", "title": "Space &amp; <b>disk</b>", "summary": "Reclaim it."},
        {"path": "/b", "title": "A second", "summary": "More."},
    ]
}


class Whole(HttpRetriever):
    """A source without a fault."""

    name = provider = "planted"
    focus = "web"

    def request(self, query: SearchQuery) -> httpx.Request:
        return httpx.Request("GET", "https://planted.example/search", params={"q": query.text, "n": str(query.limit)})

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        for item in response.json()["items"]:
            yield SearchHit(url=self.address(item["path"]), title=self.title(item["title"]), snippet=item["summary"])

    def address(self, path: str) -> str:
        return urljoin("https://planted.example/", path)

    def title(self, markup: str) -> str:
        return plain_text(markup)


class StateOnSelf(Whole):
    def request(self, query: SearchQuery) -> httpx.Request:
        self.asked = query.text  # the fault
        return super().request(query)


class UnescapedQuery(Whole):
    def request(self, query: SearchQuery) -> httpx.Request:
        return httpx.Request("GET", f"https://planted.example/search?q={query.text}&n={query.limit}")


class SwallowedError(Whole):
    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> HitList:
        try:
            return await super().search(query, client)
        except Exception:  # noqa: BLE001 - the fault
            return HitList()


class MarkupLeftIn(Whole):
    def title(self, markup: str) -> str:
        return unescape(markup)


class LimitIgnored(Whole):
    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> HitList:
        response = await self.ask(self.request(query), client)
        return self.read(response, 100)


class WrongJoining(Whole):
    def address(self, path: str) -> str:
        return "planted.example" + path


def broken_promises(kind: type[Whole], monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Run every test of the contract against a source and name those that fail."""

    class TestPlanted(RetrieverContract):
        retriever = kind()
        hits_recording = Recording(body=json.dumps(HITS).encode())
        empty_recording = Recording(body=b'{"items": []}')

    monkeypatch.setattr("retrievers.testing.source.available", lambda: {"planted": kind})
    return {name for name in dir(TestPlanted) if name.startswith("test_") and not passes(TestPlanted(), name)}


def passes(tests: RetrieverContract, name: str) -> bool:
    test = getattr(tests, name)
    marks = [mark.args for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
    choices = [[dict(zip([names], [value], strict=True)) for value in values] for names, values in marks]
    for combination in itertools.product(*choices):
        try:
            test(**{name: value for choice in combination for name, value in choice.items()})
        except (Exception, pytest.fail.Exception):  # noqa: BLE001 - any way to fail will do
            return False
    return True


def test_a_source_without_a_fault_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert broken_promises(Whole, monkeypatch) == set()


@pytest.mark.parametrize(
    ("kind", "promise"),
    [
        (StateOnSelf, "test_searches_share_nothing"),
        (UnescapedQuery, "test_awkward_characters_do_not_change_the_shape_of_the_request"),
        (SwallowedError, "test_a_refusal_is_access_denied"),
        (MarkupLeftIn, "test_titles_and_snippets_are_plain_text"),
        (LimitIgnored, "test_it_keeps_the_limit"),
        (WrongJoining, "test_it_finds_what_is_there"),
    ],
)
def test_a_planted_fault_is_caught(kind: type[Whole], promise: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert promise in broken_promises(kind, monkeypatch)


def test_a_promise_that_is_dropped_is_caught() -> None:
    class TestPlanted(RetrieverContract):
        retriever = Whole()
        test_it_keeps_the_limit = None

    assert not passes(TestPlanted(), "test_no_promise_is_dropped_without_a_reason")


def test_a_promise_may_be_dropped_with_a_reason() -> None:
    class TestPlanted(RetrieverContract):
        retriever = Whole()

        @pytest.mark.xfail(reason="the service ignores limits")
        def test_it_keeps_the_limit(self) -> None:
            super().test_it_keeps_the_limit()

    assert passes(TestPlanted(), "test_no_promise_is_dropped_without_a_reason")
