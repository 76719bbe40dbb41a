"""Tavily: what it says, and how it fails."""

import httpx
import pytest

from retrievers import AccessDenied, SearchQuery
from retrievers.web.tavily import Tavily
from tests.retrievers.replaying import judge
from tests.retrievers.shared_fixtures import NEEDS_FIXTURES, Row, rows
from tests.retrievers.web.kinds import KeyedContract, recording, sent_json


class TestTavily(KeyedContract):
    retriever = Tavily("secret-key")
    hits_recording = recording("tavily_hits.json")
    empty_recording = recording("tavily_empty.json")

    def test_a_hit_without_title_shows_its_address(self) -> None:
        assert self.hits()[1].title == "https://blog.example.com/bloat"

    @pytest.mark.parametrize("status", [432, 433])
    def test_its_own_statuses_mean_that_the_plan_is_used_up(self, status: int) -> None:
        error = self.failure(httpx.Response(status, json={"detail": {"error": "exceeds your plan"}}), AccessDenied)
        assert error.reason == "quota"

    def test_time_range_and_number_are_asked_for(self) -> None:
        said = sent_json(self.retriever.request(SearchQuery(text="x", freshness="month", limit=50)))
        assert said == {"query": "x", "max_results": 20, "search_depth": "basic", "time_range": "month"}


@NEEDS_FIXTURES
@pytest.mark.parametrize("row", rows("tavily"), ids=lambda row: row.path.name)
def test_what_was_recorded_is_read(row: Row) -> None:
    judge(Tavily("k"), row)
