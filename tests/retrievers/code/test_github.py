"""Repositories on GitHub: what is asked and read, and how its limits are told."""

import time
from pathlib import Path

import httpx
import pytest

from retrievers import AccessDenied, ProviderUnavailable, SearchQuery
from retrievers.code.github import GitHub
from retrievers.freshness import first_day
from retrievers.testing import Recording, RetrieverContract
from tests.retrievers.replaying import judge
from tests.retrievers.shared_fixtures import NEEDS_FIXTURES, Row, rows

RECORDINGS = Path(__file__).parents[1] / "recordings"


class TestGitHub(RetrieverContract):
    retriever = GitHub()
    hits_recording = Recording.of(RECORDINGS / "github_hits.json")
    empty_recording = Recording.of(RECORDINGS / "github_empty.json")

    def test_a_repository_is_told_by_its_description_and_figures(self) -> None:
        first, second = self.hits()
        assert (first.title, first.url) == ("ada/reclaim", "https://github.com/ada/reclaim")
        assert first.snippet == "Reclaims disk space of append-only logs · 1,234 stars · Rust · storage, vacuum"
        assert second.snippet == "0 stars"
        assert second.published is None

    def test_only_keywords_are_sent_and_none_is_a_qualifier(self) -> None:
        sent = self.sent("How do I use user:torvalds NOT (language:C)?")[0].url.params["q"]
        assert sent == "user torvalds language C"

    def test_half_of_the_words_are_tried_when_all_find_nothing(self) -> None:
        asked: list[str] = []

        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(request.url.params["q"])
            return self.empty_recording.response()

        assert not self.search(answer, text="reclaim PostgreSQL disk space")
        assert asked == ["reclaim PostgreSQL disk space", "reclaim PostgreSQL"]

    def test_recent_repositories_are_asked_for_by_day(self) -> None:
        params = self.retriever.request(SearchQuery(text="disk", freshness="week", limit=500)).url.params
        assert params["q"] == f"disk pushed:>={first_day('week')}"
        assert params["per_page"] == "100"

    def test_a_spent_limit_names_the_time_until_its_reset(self) -> None:
        headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + 40)}
        body = {"message": "API rate limit exceeded for 192.0.2.1."}
        error = self.rate_limit(httpx.Response(403, json=body, headers=headers))
        assert error.retry_after_s == pytest.approx(40, abs=5)
        assert "or set GITHUB_TOKEN" in str(error)

    def test_a_secondary_limit_without_a_time_waits_a_minute(self) -> None:
        body = {"message": "You have exceeded a secondary rate limit."}
        assert self.rate_limit(httpx.Response(403, json=body)).retry_after_s == 60

    def test_a_refusal_with_requests_left_is_no_limit(self) -> None:
        headers = {"X-RateLimit-Remaining": "9", "X-RateLimit-Reset": "1"}
        error = self.failure(httpx.Response(403, json={"message": "Forbidden"}, headers=headers), AccessDenied)
        assert error.reason == "denied"

    def test_a_search_that_is_not_understood_is_no_refusal(self) -> None:
        self.failure(httpx.Response(422, json={"message": "Validation Failed"}), ProviderUnavailable)


class TestGitHubWithToken(RetrieverContract):
    retriever = GitHub.from_env({"GITHUB_TOKEN": "a-token\n"})
    hits_recording = TestGitHub.hits_recording
    empty_recording = TestGitHub.empty_recording

    def test_the_token_is_sent_and_not_shown(self) -> None:
        assert self.sent("disk")[0].headers["Authorization"] == "Bearer a-token"
        assert "a-token" not in repr(self.retriever)

    def test_a_wrong_token_names_the_setting(self) -> None:
        error = self.failure(httpx.Response(401, json={"message": "Bad credentials"}), AccessDenied)
        assert (error.reason, str(error)) == (
            "credentials",
            "github: HTTP 401; the token is not accepted; correct GITHUB_TOKEN",
        )


@NEEDS_FIXTURES
@pytest.mark.parametrize("row", rows("github"), ids=lambda row: row.path.name)
def test_recorded_answers_give_what_the_index_says(row: Row) -> None:
    hits = judge(GitHub(), row)
    assert all(hit.url.startswith("https://github.com/") for hit in hits)
