"""USGS: a place, then the earthquakes around it, each said in a sentence."""

import asyncio
from pathlib import Path

import httpx
import pytest

from retrievers import SearchQuery
from retrievers.data.usgs import Usgs
from retrievers.testing import Recording, RetrieverContract

RECORDINGS = Path(__file__).parents[1] / "recordings"


class TestUsgs(RetrieverContract):
    retriever = Usgs()
    hits_recording = Recording.of(RECORDINGS / "usgs_hits.json")
    empty_recording = Recording.of(RECORDINGS / "usgs_empty.json")
    steps = {"geocoding-api": Recording.of(RECORDINGS / "usgs_places.json")}  # noqa: RUF012 - the contract's form
    question = "earthquakes in Japan"
    awkward_question = 'earthquakes in "naïve" C# & R=1 100% +x?y/z;w {a}\\b'

    def test_an_earthquake_is_said_with_size_time_place_and_depth(self) -> None:
        hit = self.hits()[0]
        assert (hit.url, hit.title) == (
            "https://earthquake.usgs.gov/earthquakes/eventpage/ex0001",
            "M 5.1 - 10 km SSW of Example City, Japan",
        )
        assert hit.text == (
            "An earthquake of magnitude 5.1 (mww) occurred on 9 January 2026 at 15:00 UTC, 10 km SSW of Example City, "
            "Japan, at a depth of 10 km, according to the United States Geological Survey."
        )
        assert [(value.name, value.value, value.unit) for value in hit.values] == [
            ("magnitude", 5.1, "mww"),
            ("depth", 10, "km"),
        ]

    def test_one_without_a_magnitude_is_left_out_and_one_without_a_place_says_so(self) -> None:
        assert [hit.title for hit in self.hits()] == ["M 5.1 - 10 km SSW of Example City, Japan", "M 4.0"]
        assert "at an unnamed place, according" in (self.hits()[1].text or "")

    def test_french_is_told_in_french(self) -> None:
        async def search() -> str | None:
            async with self.client(self.after_steps(self.hits_recording.response())) as client:
                query = SearchQuery(text="derniers séismes au Japon", language="fr")
                return (await self.retriever.search(query, client))[0].text

        assert (asyncio.run(search()) or "").startswith(
            "Un séisme de magnitude 5,1 (mww) s'est produit le 9 janvier 2026 à 15:00 UTC, 10 km SSW of Example City"
        )

    def test_the_events_around_the_place_are_asked_for(self) -> None:
        place, events = self.sent("strongest earthquakes in Japan in March 2011")
        assert place.url.params["name"] == "Japan"
        asked = dict(events.url.params)
        assert (asked["starttime"], asked["endtime"]) == ("2011-03-01", "2011-04-01")
        assert (asked["latitude"], asked["maxradiuskm"], asked["orderby"]) == ("35.69", "1000", "magnitude")

    def test_without_a_place_nobody_is_asked_where_it_lies(self) -> None:
        (events,) = self.sent("latest earthquakes")
        assert "latitude" not in events.url.params
        assert events.url.params["minmagnitude"] == "4.5"

    def test_no_content_is_an_empty_list(self) -> None:
        assert list(self.search(httpx.Response(204))) == []

    def test_a_place_that_nobody_knows_is_an_empty_list(self) -> None:
        assert list(self.search(lambda _: httpx.Response(200, json={"generationtime_ms": 0.4}))) == []

    @pytest.mark.parametrize("text", ["reclaim disk space", "what causes earthquakes"])
    def test_a_question_about_something_else_asks_nobody(self, text: str) -> None:
        def refuse(_: httpx.Request) -> httpx.Response:
            raise AssertionError

        assert not self.retriever.suits(SearchQuery(text=text))
        assert list(self.search(refuse, text=text)) == []
