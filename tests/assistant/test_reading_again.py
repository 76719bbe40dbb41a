"""Questions asked more than once, through the real pipeline, over pages of the loopback web."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import httpx
import pytest

from assistant.answer_json import decode_answer, encode_answer
from assistant.evidence import Answer, AnswerStatus, QuestionOptions
from assistant.pipeline import Parts, answer_question
from assistant.ranking.reranking import Ranker
from assistant.reading.cache import PageCache
from assistant.reading.fetching import PageReader
from assistant.settings import load_settings
from retrievers import Retriever, SearchHit, SearchQuery
from tests.web.loopback import SITE, LoopbackWeb, ThreadExtractors, client_of_loopback, loopback_web


class Listing(Retriever):
    name = provider = "listing"
    focus = "web"

    def __init__(self, *urls: str) -> None:
        self._urls = urls

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> Sequence[SearchHit]:
        return [SearchHit(url=url, title="Kestrel viaduct") for url in self._urls]


@pytest.fixture
async def web() -> AsyncIterator[LoopbackWeb]:
    async with loopback_web() as serving:
        yield serving


@pytest.fixture
async def parts(web: LoopbackWeb, tmp_path: Path) -> AsyncIterator[Parts]:
    async def no_model(name: str | None) -> None:
        return None

    cache = PageCache(tmp_path / "pages.sqlite3", most_bytes=1_000_000)
    async with client_of_loopback() as client:
        reader = PageReader(client, allow_hosts=(SITE,), extractors=ThreadExtractors(), cache=cache)
        yield Parts(
            settings=load_settings(data_dir=tmp_path),
            retrievers=[Listing(web.url("/page"), web.url("/gone"))],
            unusable={},
            client=client,
            reader=reader,
            ranker=Ranker(None, None),
            open_model=no_model,
        )
        await reader.close()


async def ask(parts: Parts, **options: object) -> Answer:
    chosen = QuestionOptions(**options)  # type: ignore[arg-type]
    question = "How high is the Kestrel viaduct?"
    return await answer_question(question, options=chosen, history=(), parts=parts, emit=lambda _: None)


async def test_a_second_equal_question_reads_nothing_from_the_network(web: LoopbackWeb, parts: Parts) -> None:
    first, asked = await ask(parts), len(web.requests)
    second = await ask(parts)
    assert len(web.requests) == asked
    assert first.status is second.status is AnswerStatus.ANSWERED
    read = {page.url: page for page in second.pages}[web.url("/page")]
    assert read.from_cache
    assert read.age_s is not None
    assert 0 <= read.age_s < 60
    assert decode_answer(json.loads(json.dumps(encode_answer(second)))).pages == second.pages


async def test_refresh_reads_everything_anew(web: LoopbackWeb, parts: Parts) -> None:
    await ask(parts)
    answer = await ask(parts, refresh=True)
    assert (web.asked_for("/page"), web.asked_for("/gone")) == (2, 2)
    assert not any(page.from_cache for page in answer.pages)


async def test_what_went_wrong_with_the_cache_is_a_gap_of_the_answer(
    web: LoopbackWeb, parts: Parts, tmp_path: Path
) -> None:
    (tmp_path / "pages.sqlite3").write_bytes(b"garbage" * 100)
    answer = await ask(parts)
    assert answer.status is AnswerStatus.ANSWERED
    assert any("set aside as pages.sqlite3.corrupt-" in gap for gap in answer.gaps)
