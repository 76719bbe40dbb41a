"""What the model reads while pages are still coming, and what becomes of it when others turn out better."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace

import pytest
from langchain_core.messages import BaseMessage

from assistant.evidence import Passage, QuestionOptions
from assistant.reading_ahead import ReadingAhead, ahead_first, reading_ahead
from assistant.writing.prompting import build_prompt
from retrievers import SearchQuery

PLENTY = 900
QUERY = SearchQuery(text="How high is the Kestrel viaduct?", language="en")


def passage(text: str, *, url: str = "https://a.example/", start: int = 0) -> Passage:
    return Passage(id=f"{url}{start}", url=url, title="Kestrel", text=text, start=start)


HIGH = passage("The Kestrel viaduct is 47 metres high.")
LONG = passage("The Kestrel viaduct was built in 1879.", url="https://b.example/")
OTHER = passage("Kestrels are small falcons.", url="https://c.example/")


@dataclass
class Reader:
    """A model that reads ahead, and may be told to take its time."""

    read: list[str] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)
    gate: asyncio.Event | None = None

    async def read_ahead(self, messages: Sequence[BaseMessage], *, lasting: bool = False) -> None:
        self.read.append(str(messages[-1].content))
        self.came.set()
        if self.gate:
            await self.gate.wait()

    async def until(self, count: int) -> None:
        while len(self.read) < count:
            self.came.clear()
            await self.came.wait()


def ahead_with(chat: object) -> ReadingAhead:
    return ReadingAhead(query=QUERY, options=QuestionOptions(), history=(), token_budget=PLENTY, chat=chat)


async def streamed(passages: Sequence[Passage]) -> AsyncIterator[Passage]:
    for one in passages:
        yield one


async def test_passages_are_read_one_by_one_the_best_first_and_the_prompt_begins_with_them() -> None:
    reader = Reader()
    async with reading_ahead(ahead_with(reader)) as ahead:
        ahead.note([OTHER, LONG, HIGH])
        await reader.until(3)
    assert [len(text) for text in reader.read] == sorted(len(text) for text in reader.read)
    assert "47 metres" in reader.read[0]
    evidence = [one async for one in ahead.first(streamed([LONG, HIGH, OTHER]))]
    options = ahead.options
    whole = build_prompt(QUERY.text, evidence, "en", asked_at=options.asked_at, fence=ahead.fence)
    assert all(str(whole[-1].content).startswith(text) for text in reader.read)


async def test_a_page_that_comes_later_is_read_after_those_that_were_begun() -> None:
    reader = Reader()
    async with reading_ahead(ahead_with(reader)) as ahead:
        ahead.note([LONG])
        await reader.until(1)
        ahead.note([LONG, HIGH])
        await reader.until(2)
    assert reader.read[1].startswith(reader.read[0])
    assert [one.url for one in ahead.begun] == [LONG.url, HIGH.url]


async def test_what_is_being_read_when_the_last_page_has_come_counts_as_begun() -> None:
    reader = Reader(gate=asyncio.Event())
    async with reading_ahead(ahead_with(reader)) as ahead:
        ahead.note([HIGH])
        await reader.until(1)
    assert [one.url for one in ahead.begun] == [HIGH.url]


@pytest.mark.parametrize("chat", [None, object()])
async def test_a_model_that_cannot_read_ahead_is_left_alone(chat: object) -> None:
    async with reading_ahead(ahead_with(chat)) as ahead:
        ahead.note([HIGH])
        await asyncio.sleep(0)
    assert [one async for one in ahead.first(streamed([LONG, HIGH]))] == [LONG, HIGH]


async def test_a_model_that_fails_to_read_ahead_fails_no_turn() -> None:
    class Broken(Reader):
        async def read_ahead(self, messages: Sequence[BaseMessage], *, lasting: bool = False) -> None:
            await super().read_ahead(messages)
            raise RuntimeError

    reader = Broken()
    async with reading_ahead(ahead_with(reader)) as ahead:
        ahead.note([HIGH])
        await reader.until(1)


def test_passages_that_were_begun_stay_in_front_until_one_is_not_wanted_any_more() -> None:
    assert ahead_first([LONG, OTHER, HIGH], [HIGH, LONG], token_budget=PLENTY) == [LONG, HIGH]
    assert ahead_first([OTHER, HIGH], [LONG, HIGH], token_budget=PLENTY) == [LONG, HIGH]


def test_a_passage_stays_as_it_was_read_if_it_says_all_that_is_wanted_of_it() -> None:
    whole = passage("It opened in 1879. The viaduct is 47 metres high.")
    part = replace(whole, text="The viaduct is 47 metres high.", start=19, score=0.5)
    assert ahead_first([whole], [part], token_budget=PLENTY) == [replace(whole, score=0.5)]
    assert ahead_first([part], [whole], token_budget=PLENTY) == [whole]


def test_what_does_not_fit_beside_what_was_begun_is_left_out() -> None:
    long = passage("The Kestrel viaduct is high. " * 40)
    part = replace(long, text="The Kestrel viaduct is high.")
    assert ahead_first([long], [part, LONG], token_budget=100) == [replace(part, text=long.text)]
