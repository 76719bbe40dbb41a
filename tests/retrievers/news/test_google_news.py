"""Google News: headlines, their publishers, and addresses that are redirects."""

from pathlib import Path

import httpx
import pytest

from retrievers import MalformedResponse, SearchQuery
from retrievers.news.google_news import GoogleNews
from retrievers.testing import Recording, RetrieverContract
from tests.retrievers.replaying import judge
from tests.retrievers.shared_fixtures import NEEDS_FIXTURES, Row, rows

RECORDINGS = Path(__file__).parents[1] / "recordings"


class TestGoogleNews(RetrieverContract):
    retriever = GoogleNews()
    hits_recording = Recording.of(RECORDINGS / "google_news_hits.xml", "application/xml")
    empty_recording = Recording.of(RECORDINGS / "google_news_empty.xml", "application/xml")

    def test_a_headline_loses_its_publisher_and_nothing_else(self) -> None:
        assert [hit.title for hit in self.hits()] == ["Cities reclaim disk space - again", "Older news"]

    def test_the_publisher_and_what_others_wrote_are_the_snippet(self) -> None:
        first, second = self.hits()
        assert first.snippet == "The Example Post · Space is back Daily Sample"
        assert second.snippet == "Daily Sample"
        assert str(first.published) == "2026-09-01 10:11:12+00:00"

    def test_an_address_that_the_redirect_carries_is_read_and_another_stays(self) -> None:
        first, second = self.hits()
        assert first.url.startswith("https://news.google.com/rss/articles/CBMi")
        assert second.url == "https://www.example.net/old-news"

    @pytest.mark.parametrize(
        ("language", "asked"),
        [
            ("en", ("en-US", "US", "US:en")),
            ("fr", ("fr", "FR", "FR:fr")),
            ("pt", ("pt-BR", "BR", "BR:pt-419")),
            ("xx", ("en-US", "US", "US:en")),
        ],
    )
    def test_the_edition_is_that_of_the_language(self, language: str, asked: tuple[str, str, str]) -> None:
        params = self.retriever.request(SearchQuery(text="disk", language=language)).url.params
        assert (params["hl"], params["gl"], params["ceid"]) == asked

    def test_recent_news_are_asked_for_and_no_operator_of_the_question_is_sent(self) -> None:
        query = SearchQuery(text='intitle:"disk" -space OR when:1h', freshness="week")
        assert self.retriever.request(query).url.params["q"] == "intitle disk space 1h when:7d"

    def test_entities_of_a_hostile_answer_are_not_expanded(self) -> None:
        bomb = b'<!DOCTYPE rss [<!ENTITY a "x">]><rss><channel><item><title>&a;</title></item></channel></rss>'
        self.failure(httpx.Response(200, content=bomb), MalformedResponse)


@NEEDS_FIXTURES
@pytest.mark.parametrize("row", rows("google_news"), ids=lambda row: row.path.name)
def test_recorded_answers_give_what_the_index_says(row: Row) -> None:
    hits = judge(GoogleNews(), row)
    assert len(hits) == 50
    assert hits[0].title == "Trump again shrinks two national monuments in Utah"
    assert hits[0].snippet.startswith("The Washington Post · President Trump drastically shrinks")
