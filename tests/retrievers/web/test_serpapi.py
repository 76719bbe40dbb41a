"""SerpApi: what it says, and how it fails with HTTP 200."""

import httpx
import pytest

from retrievers import AccessDenied, ProviderUnavailable, SearchQuery
from retrievers.web.serpapi import SerpApi
from tests.retrievers.replaying import judge, replay
from tests.retrievers.shared_fixtures import NEEDS_FIXTURES, Row, rows
from tests.retrievers.web.kinds import KeyedContract, recording


class TestSerpApi(KeyedContract):
    retriever = SerpApi("secret-key")
    hits_recording = recording("serpapi_hits.json")
    empty_recording = recording("serpapi_empty.json")

    def test_a_failure_that_comes_as_success_is_a_failure(self) -> None:
        error = self.failure(httpx.Response(200, json={"error": "We couldn't get valid results."}), ProviderUnavailable)
        assert error.reason == "outage"
        assert "couldn't get valid results" in str(error)

    def test_an_empty_purse_is_told_from_asking_too_fast(self) -> None:
        answer = httpx.Response(429, json={"error": "Your account has run out of searches."})
        assert self.failure(answer, AccessDenied).reason == "quota"

    def test_language_and_time_range_are_asked_for(self) -> None:
        asked = self.retriever.request(SearchQuery(text="x", language="fr", freshness="year", limit=30)).url.params
        assert (asked["hl"], asked["tbs"], asked["num"], asked["engine"]) == ("fr", "qdr:y", "10", "google")


@NEEDS_FIXTURES
@pytest.mark.parametrize("row", rows("serpapi"), ids=lambda row: row.path.name)
def test_what_was_recorded_is_read(row: Row) -> None:
    judge(SerpApi("k"), row)
    assert replay(SerpApi("k"), row)[0].url == "https://en.wikipedia.org/wiki/Unix"
