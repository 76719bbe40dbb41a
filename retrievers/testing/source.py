"""What any source of hits promises, whatever it reads them from.

Knows the contract of `contract.py`. Leaves how a source is made to find something to the classes that inherit this.
"""
# ruff: noqa: D102, S101 - tests: a name says what is shown, assertions are how it is said

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar, get_args
from urllib.parse import urlsplit

from retrievers.contract import Focus, Retriever, SearchHit
from retrievers.plain_text import one_line
from retrievers.registry import available

__all__ = ["QUESTION", "SourceContract", "state_of"]

QUESTION = "reclaim disk space"
MARKUP = re.compile(r"</?[a-z][^>]*>|&(?:[a-z]+|#\d+);", re.IGNORECASE)


class SourceContract:
    """Inherit this, say how hits are found and how none are, and every promise of the contract is tested."""

    retriever: ClassVar[Retriever]

    async def find(self, limit: int = 10) -> Sequence[SearchHit]:
        """Search for something that is there: two hits at least."""
        raise NotImplementedError

    async def find_nothing(self) -> Sequence[SearchHit]:
        """Search for something that is not there."""
        raise NotImplementedError

    async def find_something_else(self) -> None:
        """Search with other words, whatever comes of it."""
        await self.find_nothing()

    def hits(self) -> Sequence[SearchHit]:
        """Return what is there."""
        return asyncio.run(self.find())

    def test_no_promise_is_dropped_without_a_reason(self) -> None:
        for kind in type(self).__mro__:
            for name in vars(kind):
                promised = [base for base in kind.__mro__[1:] if name.startswith("test_") and hasattr(base, name)]
                marks = getattr(getattr(kind, name), "pytestmark", ())
                assert not promised or any(mark.name == "xfail" and mark.kwargs.get("reason") for mark in marks), (
                    f"{kind.__name__}.{name} replaces a promise of the contract; mark it pytest.mark.xfail(reason=…)"
                )

    def test_its_name_is_its_entry_point(self) -> None:
        assert available().get(self.retriever.name) is type(self.retriever)

    def test_it_says_what_it_is(self) -> None:
        kind = type(self.retriever)
        assert re.fullmatch("[a-z][a-z0-9_]*", kind.name), "snake case"
        assert kind.provider
        assert kind.focus in get_args(Focus)
        assert kind.receives, "what leaves the machine"
        assert all(re.fullmatch("[a-z]{2}", language) for language in kind.languages), "ISO 639-1"

    def test_it_finds_what_is_there(self) -> None:
        found = self.hits()
        assert found
        assert all(isinstance(hit, SearchHit) for hit in found)

    def test_no_hits_is_an_empty_list(self) -> None:
        assert list(asyncio.run(self.find_nothing())) == []

    def test_addresses_are_absolute_and_of_an_allowed_scheme(self) -> None:
        for hit in self.hits():
            address = urlsplit(hit.url)
            assert address.scheme in self.retriever.schemes, hit.url
            assert address.netloc or address.scheme == "file", hit.url

    def test_titles_and_snippets_are_plain_text(self) -> None:
        for hit in self.hits():
            assert hit.title, hit.url
            for text in (hit.title, hit.snippet):
                assert text == one_line(text), "on one line"
                assert not MARKUP.search(text), text

    def test_dates_are_aware_and_not_in_the_future(self) -> None:
        for hit in self.hits():
            if hit.published:
                assert hit.published.tzinfo, "aware"
                assert hit.published <= datetime.now(UTC), "in the past"

    def test_measurements_say_what_when_and_where(self) -> None:
        for value in (value for hit in self.hits() for value in hit.values):
            assert value.name
            assert value.unit
            assert value.at.tzinfo, "aware"
            assert urlsplit(value.source_url).scheme in {"http", "https"}, value.source_url

    def test_it_keeps_the_limit(self) -> None:
        assert len(asyncio.run(self.find(limit=1))) == 1

    def test_searches_share_nothing(self) -> None:
        async def both() -> tuple[Sequence[SearchHit], Sequence[SearchHit]]:
            return await asyncio.gather(self.find(), self.find())

        first, second = asyncio.run(both())
        before = state_of(self.retriever)
        asyncio.run(self.find_something_else())
        assert list(first) == list(second), "the same answer is read in the same way"
        assert state_of(self.retriever) == before, "a search leaves nothing on the instance"


def state_of(retriever: Retriever) -> dict[str, Any]:
    """Copy what an instance and its class hold."""
    return {**vars(type(retriever)), **getattr(retriever, "__dict__", {})}
