"""Brave's page of results: what is on it, and what it shows instead."""

import httpx
import pytest

from retrievers import AccessDenied, SearchQuery
from retrievers.web.brave_html import BraveHtml
from tests.retrievers.replaying import judge, replay
from tests.retrievers.shared_fixtures import NEEDS_FIXTURES, Row, rows
from tests.retrievers.web.kinds import ADDRESS, ResultPageContract, recording


class TestBraveHtml(ResultPageContract):
    retriever = BraveHtml()
    hits_recording = recording("brave_html_hits.html")
    empty_recording = recording("brave_html_empty.html")

    def test_links_below_a_result_are_no_results(self) -> None:
        assert [hit.url for hit in self.hits()] == [ADDRESS, "https://blog.example.com/bloat"]

    def test_its_check_for_humans_is_known(self) -> None:
        page = '<html><title>Captcha - Brave Search</title><form action="/search/captcha"></form></html>'
        assert self.failure(httpx.Response(200, html=page), AccessDenied).reason == "captcha"

    def test_country_and_time_range_are_asked_for(self) -> None:
        request = self.retriever.request(SearchQuery(text="x", language="de", freshness="day"))
        assert request.url.params["tf"] == "pd"
        assert request.headers["Cookie"].startswith("country=de;")
        assert request.headers["Cookie"].endswith("ui_lang=en-us")
        assert request.headers["Accept-Encoding"] == "gzip, deflate"


@NEEDS_FIXTURES
@pytest.mark.parametrize("row", rows("brave_html"), ids=lambda row: row.path.name)
def test_what_was_recorded_is_read(row: Row) -> None:
    judge(BraveHtml(), row)
    hits = replay(BraveHtml(), row)
    assert [(hit.title, hit.url) for hit in hits][:2] == [
        ("JavaScript Tutorial", "https://www.w3schools.com/js/"),
        ("The Modern JavaScript Tutorial", "https://javascript.info/"),
    ]
    assert hits[0].snippet.startswith("JavaScript is easy to learn.")
