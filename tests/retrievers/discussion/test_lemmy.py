"""Lemmy: posts of one server's index."""

from pathlib import Path

import pytest

from retrievers import SearchQuery
from retrievers.discussion.lemmy import Lemmy
from retrievers.testing import Recording, RetrieverContract

RECORDINGS = Path(__file__).parents[1] / "recordings"


class TestLemmy(RetrieverContract):
    retriever = Lemmy()
    hits_recording = Recording.of(RECORDINGS / "lemmy_hits.json")
    empty_recording = Recording.of(RECORDINGS / "lemmy_empty.json")

    def test_a_post_is_its_own_text_the_page_that_it_names_or_its_discussion(self) -> None:
        own, other, picture = self.hits()
        assert (own.url, own.text) == ("https://lemmy.example/post/1", "Run **vacuum** <br> often")
        assert own.snippet == "Run **vacuum** often · 7 points, 2 comments in databases"
        assert (other.url, other.text) == ("https://blog.example.com/space", None)
        assert picture.url == "https://lemmy.example/post/3"

    @pytest.mark.parametrize(("freshness", "sort"), [("day", "TopDay"), ("year", "TopYear"), (None, "TopAll")])
    def test_the_best_posts_of_the_wanted_time_are_asked_for(self, freshness: str | None, sort: str) -> None:
        params = self.retriever.request(SearchQuery(text="x", freshness=freshness, limit=99)).url.params
        assert (params["sort"], params["limit"], params["type_"]) == (sort, "50", "Posts")

    @pytest.mark.parametrize(("url", "host"), [("https://lemmy.example/", "lemmy.example"), ("", "lemmy.world")])
    def test_the_server_may_be_named(self, url: str, host: str) -> None:
        assert Lemmy.from_env({"LEMMY_URL": url}).request(SearchQuery(text="x")).url.host == host
