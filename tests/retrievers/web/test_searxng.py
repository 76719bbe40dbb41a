"""SearXNG: what its JSON says, and how its failures look."""

import json
from pathlib import Path

import httpx
import pytest

from retrievers import AccessDenied, MalformedResponse, MissingCredentials, ProviderUnavailable, SearchQuery
from retrievers.testing import Recording, RetrieverContract
from retrievers.web.searxng import SearXNG

RECORDINGS = Path(__file__).parents[1] / "recordings"
FIXTURES = Path(__file__).parents[3].parent / "shared" / "fixtures" / "searxng"


class TestSearXNG(RetrieverContract):
    retriever = SearXNG("http://searxng.example:8080")
    hits_recording = Recording.of(RECORDINGS / "searxng_hits.json")
    empty_recording = Recording.of(RECORDINGS / "searxng_empty.json")

    def test_hits_are_read_in_order_without_what_is_no_page(self) -> None:
        assert [hit.url for hit in self.hits()] == [
            "https://docs.example.org/vacuum.html",
            "https://blog.example.com/bloat?utm_source=feed",
            "https://forum.example.net/t/42",
        ]

    def test_a_date_without_zone_is_utc_and_one_in_the_future_is_unknown(self) -> None:
        dates = [hit.published and hit.published.isoformat() for hit in self.hits()]
        assert dates == [None, "2024-03-05T10:00:00+00:00", None]

    def test_a_hit_without_title_shows_its_address(self) -> None:
        assert self.hits()[2].title == "https://forum.example.net/t/42"

    def test_each_engine_reports_its_own_hits_in_its_own_order(self) -> None:
        reports = {report.provider: [hit.url for hit in report.hits] for report in self.hits().upstream}
        assert reports["alpha"] == [
            "https://docs.example.org/vacuum.html",
            "https://blog.example.com/bloat?utm_source=feed",
        ]
        assert set(reports["beta"]) == {"https://docs.example.org/vacuum.html", "https://forum.example.net/t/42"}

    def test_a_silent_engine_is_reported_with_its_reason(self) -> None:
        errors = {report.provider: report.error for report in self.hits().upstream if report.error}
        assert errors == {"gamma": "gamma (behind searxng): Suspended: CAPTCHA"}

    def test_no_hits_while_engines_failed_is_an_outage_that_names_them(self) -> None:
        answer = json.loads(self.empty_recording.body) | {
            "unresponsive_engines": [["gamma", "timeout"], ["delta", "CAPTCHA"]]
        }
        error = self.failure(httpx.Response(200, json=answer), ProviderUnavailable)
        assert "gamma (timeout), delta (CAPTCHA)" in str(error)

    def test_json_switched_off_names_the_setting_to_change(self) -> None:
        error = self.failure(httpx.Response(403, html="<html><title>403 Forbidden</title></html>"), AccessDenied)
        assert str(error) == "searxng: HTTP 403; add json to search.formats in its settings.yml"

    def test_an_unreachable_server_names_its_address_and_the_setting(self) -> None:
        def refuse(_: httpx.Request) -> httpx.Response:
            message = "All connection attempts failed"
            raise httpx.ConnectError(message)

        message = str(self.failure(refuse, ProviderUnavailable))
        assert "http://searxng.example:8080" in message
        assert "FOOTNOTE_SEARXNG_URL" in message

    def test_language_and_time_range_are_asked_for(self) -> None:
        params = self.retriever.request(SearchQuery(text="x", language="fr", freshness="week")).url.params
        assert (params["language"], params["time_range"], params["format"]) == ("fr", "week", "json")

    @pytest.mark.parametrize(
        ("text", "sent"),
        [
            ("!!g what is news", "g what is news"),
            (":fr what is !important in CSS", "fr what is important in CSS"),
            ("is 5! = 120 and a:b fine", "is 5! = 120 and a:b fine"),
        ],
    )
    def test_words_of_a_question_are_no_commands_to_the_server(self, text: str, sent: str) -> None:
        assert self.retriever.request(SearchQuery(text=text)).url.params["q"] == sent

    def test_a_long_question_is_sent_as_keywords(self) -> None:
        sent = self.sent("How do I reclaim the disk space? " * 20 + "And what about " + "indexes " * 20)[0].url.params[
            "q"
        ]
        assert sent.startswith("reclaim disk space")
        assert len(sent) <= 400


@pytest.mark.parametrize("url", ["http://s.example/x", "http://s.example/x/", "http://s.example/x/search"])
def test_the_address_may_be_written_with_or_without_search(url: str) -> None:
    request = SearXNG.from_env({"FOOTNOTE_SEARXNG_URL": url}).request(SearchQuery(text="x"))
    assert str(request.url).startswith("http://s.example/x/search?")


def test_without_an_address_it_says_what_to_set() -> None:
    with pytest.raises(MissingCredentials, match="searxng: set FOOTNOTE_SEARXNG_URL"):
        SearXNG.from_env({})


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="needs the recorded answers in ../shared")
class TestRecordedElsewhere(RetrieverContract):
    retriever = TestSearXNG.retriever
    empty_recording = TestSearXNG.empty_recording
    hits_recording = Recording.of(FIXTURES / "search_format_json_200.json") if FIXTURES.is_dir() else empty_recording

    def test_hits_and_engines_are_read(self) -> None:
        hits = self.hits()
        assert hits[0].url == "https://javascript.info/"
        assert len(hits) == 10
        voting = {report.provider: len(report.hits) for report in hits.upstream if report.hits}
        assert voting.keys() == {"yahoo", "brave", "mojeek", "bing"}
        assert {report.provider for report in hits.upstream if report.error} == {"duckduckgo", "wikipedia"}

    def test_a_check_for_humans_is_told_from_a_broken_answer(self) -> None:
        body = (FIXTURES / "public_instance_bot_check.html").read_bytes()
        self.failure(httpx.Response(200, content=body, headers={"Content-Type": "text/html"}), AccessDenied)
        self.failure(httpx.Response(200, html="<html>Hello</html>"), MalformedResponse)
