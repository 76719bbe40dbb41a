"""Mastodon: posts of one server's index."""

from pathlib import Path

import httpx
import pytest

from retrievers import AccessDenied, MissingCredentials, ProviderUnavailable, SearchQuery
from retrievers.discussion.mastodon import Mastodon
from retrievers.freshness import first_day
from retrievers.testing import Recording, RetrieverContract
from tests.retrievers.replaying import replay
from tests.retrievers.shared_fixtures import FIXTURES, NEEDS_FIXTURES, Row

RECORDINGS = Path(__file__).parents[1] / "recordings"


class TestMastodon(RetrieverContract):
    retriever = Mastodon("a-token", "https://mastodon.example")
    hits_recording = Recording.of(RECORDINGS / "mastodon_hits.json")
    empty_recording = Recording.of(RECORDINGS / "mastodon_empty.json")

    def test_a_post_is_its_own_text_and_titled_by_its_author(self) -> None:
        first, second = self.hits()
        assert first.title == "@ada@mastodon.example: How I reclaim disk space: blog & patience"
        assert first.text == "How I reclaim disk space: blog & patience"
        assert (second.url, second.text) == ("https://other.example/notes/2", "space Gone.")

    def test_posts_of_the_wanted_time_and_language_are_asked_for(self) -> None:
        request = self.retriever.request(SearchQuery(text="disk", language="fr", freshness="week", limit=99))
        assert request.url.params["q"] == f"disk language:fr after:{first_day('week')}"
        assert (request.url.params["type"], request.url.params["limit"]) == ("statuses", "40")
        assert request.headers["Authorization"] == "Bearer a-token"

    def test_a_wrong_token_names_the_setting(self) -> None:
        error = self.failure(httpx.Response(401, json={"error": "The access token is invalid"}), AccessDenied)
        assert (error.reason, "correct MASTODON_TOKEN" in str(error)) == ("credentials", True)

    @pytest.mark.parametrize("url", ["", "https://mastodon.social", "https://mastodon.social/ "])
    def test_the_server_may_be_named(self, url: str) -> None:
        built = Mastodon.from_env({"MASTODON_TOKEN": "a-token", "MASTODON_URL": url})
        assert str(built.request(SearchQuery(text="x")).url).startswith("https://mastodon.social/api/v2/search?")
        assert "a-token" not in repr(built)


def test_without_a_token_it_says_what_to_set() -> None:
    with pytest.raises(MissingCredentials, match="mastodon: set MASTODON_TOKEN"):
        Mastodon.from_env({"MASTODON_URL": "https://mastodon.example"})


@NEEDS_FIXTURES
def test_a_real_search_that_finds_accounts_only_has_no_posts() -> None:
    row = Row(path=FIXTURES / "mastodon" / "search_1_200.json", status=200, case="other", min_hits=0, what="")
    assert list(replay(TestMastodon.retriever, row)) == []


@NEEDS_FIXTURES
def test_a_real_error_is_told() -> None:
    row = Row(path=FIXTURES / "mastodon" / "timeline_disabled_404.json", status=404, case="other", min_hits=0, what="")
    with pytest.raises(ProviderUnavailable, match="mastodon: HTTP 404"):
        replay(TestMastodon.retriever, row)
