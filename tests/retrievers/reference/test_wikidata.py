"""Wikidata: entities, what is stated of them in words and figures, and how it fails with HTTP 200."""

import asyncio
from pathlib import Path

import httpx
import pytest

from retrievers import HitList, ProviderUnavailable, RateLimited, SearchQuery
from retrievers.reference.wikidata import Wikidata
from retrievers.testing import Recording, RetrieverContract
from tests.retrievers.shared_fixtures import FIXTURES, NEEDS_FIXTURES

RECORDINGS = Path(__file__).parents[1] / "recordings"


class TestWikidata(RetrieverContract):
    retriever = Wikidata()
    hits_recording = Recording.of(RECORDINGS / "wikidata_hits.json")
    empty_recording = Recording.of(RECORDINGS / "wikidata_empty.json")
    names = Recording.of(RECORDINGS / "wikidata_names.json")
    found = Recording.of(RECORDINGS / "wikidata_search.json")
    steps = {"list=search": found, "props=labels&": names}  # noqa: RUF012 - as the contract has it

    def test_entities_keep_the_order_of_the_search(self) -> None:
        assert [(hit.title, hit.url) for hit in self.hits()] == [
            ("Sampleton", "https://www.wikidata.org/wiki/Q901"),
            ("Reclaim, the film", "https://www.wikidata.org/wiki/Q902"),
        ]

    def test_main_statements_are_said_in_words(self) -> None:
        assert self.hits()[0].text == (
            "Sampleton: city of examples. instance of: city. population: 1,234 (2024), 1,000 (2010). "
            "area: 12.5 square kilometre. inception: 1850-03."
        )

    def test_quantities_of_a_point_in_time_are_a_series(self) -> None:
        values = self.hits()[0].values
        assert [(one.name, one.value, one.unit, one.at.year) for one in values] == [
            ("Sampleton: population", 1234.0, "1", 2024),
            ("Sampleton: population", 1000.0, "1", 2010),
        ]

    def test_names_are_those_of_the_language(self) -> None:
        async def search() -> HitList:
            async with self.client(self.after_steps(self.hits_recording.response())) as client:
                return await self.retriever.search(SearchQuery(text="ville", language="fr"), client)

        assert asyncio.run(search())[0].title == "Exempleville"

    def test_what_is_said_is_asked_for_by_name_and_nothing_else(self) -> None:
        asked = self.sent("Where is Sampleton?")
        assert asked[0].url.params["srsearch"] == "Sampleton"
        assert asked[1].url.params["ids"] == "Q901|Q902"
        assert asked[2].url.params["ids"].split("|") == ["P31", "Q515", "P1082", "P2046", "Q712226", "P571"]

    def test_fewer_words_are_tried_until_something_is_found(self) -> None:
        asked: list[str] = []

        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(request.url.params["srsearch"])
            return httpx.Response(200, json={"query": {"search": []}})

        assert not self.search(answer)
        assert asked == ["reclaim disk space", "reclaim"]

    @pytest.mark.parametrize(
        ("code", "kind"), [("maxlag", RateLimited), ("ratelimited", RateLimited), ("readonly", ProviderUnavailable)]
    )
    def test_an_error_that_comes_as_success_is_an_error(self, code: str, kind: type[RateLimited]) -> None:
        answer = {"error": {"code": code, "info": "Come back later."}}
        assert str(self.failure(httpx.Response(200, json=answer), kind)) == f"wikidata: {code}: Come back later."


@NEEDS_FIXTURES
@pytest.mark.parametrize(
    ("entity", "title", "said"),
    [
        ("Q494290", "Shin Jung-hyeon", "P569: 1938-01-04."),
        ("Q20145", "IU", "P569: 1993-05-16."),
    ],
)
def test_real_entities_are_said_in_words(entity: str, title: str, said: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.params.get("list") == "search":
            return httpx.Response(200, json={"query": {"search": [{"title": entity}]}})
        if request.url.params["props"] == "labels":
            return httpx.Response(200, json={"entities": {}})
        return httpx.Response(200, content=(FIXTURES / "wikidata" / f"{entity}.json").read_bytes())

    async def search() -> HitList:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
            return await Wikidata().search(SearchQuery(text=title), client)

    (hit,) = asyncio.run(search())
    assert hit.title == title
    assert said in (hit.text or "")
