"""GDELT: articles by their words, errors in plain text, and JSON that is not quite JSON."""

from pathlib import Path

import httpx
import pytest

from retrievers import ProviderUnavailable, RateLimited, SearchQuery
from retrievers.news.gdelt import Gdelt
from retrievers.testing import Recording, RetrieverContract

RECORDINGS = Path(__file__).parents[1] / "recordings"


def asked(text: str, **more: str) -> str:
    return Gdelt().request(SearchQuery(text=text, **more)).url.params["query"]


class TestGdelt(RetrieverContract):
    retriever = Gdelt()
    hits_recording = Recording.of(RECORDINGS / "gdelt_hits.json")
    empty_recording = Recording.of(RECORDINGS / "gdelt_empty.json")

    def test_an_article_says_where_it_comes_from_and_when_it_was_seen(self) -> None:
        first, second = self.hits()
        assert (first.title, first.snippet) == (
            "Cities reclaim disk space & time",
            "news.example.com, English, United States",
        )
        assert str(first.published) == "2026-09-01 10:11:12+00:00"
        assert second.title == second.url

    def test_a_request_to_wait_that_comes_as_success_is_a_rate_limit(self) -> None:
        said = "Please limit requests to one every 5 seconds or contact us for larger queries.\n"
        error = self.failure(httpx.Response(200, text=said), RateLimited)
        assert isinstance(error, RateLimited)
        assert error.retry_after_s == 5

    def test_an_error_in_plain_text_is_quoted(self) -> None:
        error = self.failure(httpx.Response(200, text="The specified phrase is too short.\n"), ProviderUnavailable)
        assert str(error) == "gdelt: The specified phrase is too short."
        assert error.reason == "outage"

    def test_a_backslash_that_escapes_nothing_stands_for_itself(self) -> None:
        body = self.hits_recording.body.replace(b"Cities reclaim", rb"Cit\dies \\x \u0041 \"reclaim\"")
        title = self.search(self.hits_recording.response(body=body))[0].title
        assert title == 'Cit\\dies \\x A "reclaim" disk space & time'

    @pytest.mark.parametrize(
        ("text", "query"),
        [
            ("What is new in AI for covid-19?", 'new "covid-19" sourcelang:english'),
            (
                "How do I reclaim disk space after deleting many PostgreSQL rows",
                "reclaim deleting PostgreSQL sourcelang:english",
            ),
            ("domain:evil.example disk", 'domain "evil.example" disk sourcelang:english'),
        ],
    )
    def test_only_the_most_telling_words_are_sent_and_none_is_a_command(self, text: str, query: str) -> None:
        assert asked(text) == query

    def test_a_language_that_is_not_known_is_not_asked_for(self) -> None:
        assert asked("levyn tila", language="fi") == "levyn tila"

    def test_the_newest_of_the_wanted_time_are_asked_for(self) -> None:
        params = self.retriever.request(SearchQuery(text="disk", freshness="year", limit=999)).url.params
        assert (params["timespan"], params["sort"], params["maxrecords"]) == ("90d", "datedesc", "250")
