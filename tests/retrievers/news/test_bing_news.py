"""Bing News: articles at their publishers' own addresses."""

from pathlib import Path

import pytest

from retrievers import SearchQuery
from retrievers.news.bing_news import BingNews
from retrievers.testing import Recording, RetrieverContract

RECORDINGS = Path(__file__).parents[1] / "recordings"


class TestBingNews(RetrieverContract):
    retriever = BingNews()
    hits_recording = Recording.of(RECORDINGS / "bing_news_hits.xml", "text/xml")
    empty_recording = Recording.of(RECORDINGS / "bing_news_empty.xml", "text/xml")

    def test_the_publishers_address_is_taken_out_of_the_click_counter(self) -> None:
        assert [hit.url for hit in self.hits()] == [
            "https://post.example.com/disk?id=7",
            "https://sample.example.net/old",
        ]

    def test_an_article_says_how_it_begins_and_who_publishes_it(self) -> None:
        first, second = self.hits()
        assert first.snippet == "They did it & so can you. · The Example Post"
        assert str(first.published) == "2026-09-01 10:11:12+00:00"
        assert (second.snippet, second.published) == ("", None)

    @pytest.mark.parametrize(
        ("freshness", "sent"), [("day", 'interval="4"'), ("month", 'interval="9"'), ("year", None)]
    )
    def test_the_wanted_time_is_asked_for_where_there_is_such_a_range(self, freshness: str, sent: str | None) -> None:
        params = self.retriever.request(SearchQuery(text="x", freshness=freshness)).url.params
        assert params.get("qft") == sent

    def test_language_and_country_are_asked_for(self) -> None:
        params = self.retriever.request(SearchQuery(text="x", language="fr")).url.params
        assert (params["setlang"], params["cc"], params["format"]) == ("fr", "FR", "rss")
