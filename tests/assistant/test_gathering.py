"""The second round of a search keeps to the time that the first one left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from assistant.budgets import BUDGETS
from assistant.events import Event, SourceAnswered
from assistant.evidence import Profile, QuestionOptions
from assistant.gathering import Read, follow_up, read_passages, searched
from assistant.parts import Parts
from assistant.ranking.reranking import Ranker
from assistant.reading.fetching import PageReader
from assistant.settings import load_settings
from assistant.turn_record import TurnRecord
from retrievers import Retriever, SearchHit, SearchQuery

QUERY = SearchQuery(text="In which coastal town was the engineer who designed the Kestrel viaduct born?", language="en")


class Library(Retriever):
    name = provider = "library"
    focus = "web"

    def __init__(self) -> None:
        self.heard: list[str] = []

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> Sequence[SearchHit]:
        self.heard.append(query.text)
        text = "The Kestrel viaduct was designed by the engineer Ada Thornbury."
        return [SearchHit(url=f"https://library.example/{len(self.heard)}", title="Kestrel viaduct", text=text)]


class Reference(Library):
    name = provider = "reference"
    focus = "academic"


def parts_of(tmp_path: Path, client: httpx.AsyncClient, *sources: Retriever) -> Parts:
    async def no_model(_: str | None) -> None:
        return None

    return Parts(
        settings=load_settings(data_dir=tmp_path),
        retrievers=sources,
        unusable={},
        client=client,
        reader=PageReader(client),
        ranker=Ranker(None, None),
        open_model=no_model,
    )


async def second_round(tmp_path: Path, *sources: Retriever, left_s: float, options: QuestionOptions) -> Read:
    budget = BUDGETS[Profile.BALANCED]
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(404))) as client:
        parts = parts_of(tmp_path, client, *sources)
        record = TurnRecord(question=QUERY.text, emit=lambda _: None)
        async with searched(QUERY, options, parts, budget, record) as found:
            _, passages = await read_passages(QUERY, found.supply, options, parts, budget, record)
        until_s = record.elapsed_s + left_s
        return await follow_up(QUERY, passages, found, options, parts, budget, record, until_s=until_s)


@pytest.mark.parametrize(("left_s", "asked"), [(0.0, 1), (0.9, 1), (30.0, 2)])
async def test_without_time_left_nobody_is_asked_again(tmp_path: Path, left_s: float, asked: int) -> None:
    library = Library()
    pages, passages = await second_round(tmp_path, library, left_s=left_s, options=QuestionOptions())
    assert len(library.heard) == asked
    assert len(pages) == len(passages) == asked - 1


async def test_with_files_of_the_user_nobody_is_asked_again(tmp_path: Path) -> None:
    library = Library()
    attached = tmp_path / "notes.txt"
    attached.write_text("The engineer was Ada Thornbury.", encoding="utf-8")
    await second_round(tmp_path, library, left_s=30, options=QuestionOptions(attachments=(str(attached),)))
    assert len(library.heard) == 1


async def test_only_the_general_web_is_asked_again(tmp_path: Path) -> None:
    library, papers = Library(), Reference()
    options = QuestionOptions(sources=("library", "reference"))
    await second_round(tmp_path, library, papers, left_s=30, options=options)
    assert len(library.heard) > len(papers.heard) == 1


@pytest.mark.parametrize(("without", "told"), [((), ["brave"]), (("brave",), [])])
async def test_one_that_cannot_be_asked_is_not_complained_of_where_it_is_left_out(
    tmp_path: Path, without: tuple[str, ...], told: list[str]
) -> None:
    events: list[Event] = []
    options = QuestionOptions(without_sources=without)
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(404))) as client:
        parts = replace(parts_of(tmp_path, client, Library()), unusable={"brave": "brave: set BRAVE_API_KEY to use it"})
        record = TurnRecord(question=QUERY.text, emit=events.append)
        async with searched(QUERY, options, parts, BUDGETS[Profile.BALANCED], record):
            pass
    assert [one.report.retriever for one in events if isinstance(one, SourceAnswered) and one.report.error] == told
