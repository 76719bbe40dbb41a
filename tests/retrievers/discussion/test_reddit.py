"""Reddit: posts, and a token that is fetched only when it is asked for."""

import asyncio
from pathlib import Path

import httpx
import pytest

from retrievers import AccessDenied, MissingCredentials, SearchQuery, Session
from retrievers.discussion.reddit import Reddit
from retrievers.testing import Recording, RetrieverContract
from tests.retrievers.replaying import judge
from tests.retrievers.shared_fixtures import NEEDS_FIXTURES, Row, rows

RECORDINGS = Path(__file__).parents[1] / "recordings"
GRANT = "/api/v1/access_token"


class TestReddit(RetrieverContract):
    retriever = Reddit("an-id", "a-secret")
    hits_recording = Recording.of(RECORDINGS / "reddit_hits.json")
    empty_recording = Recording.of(RECORDINGS / "reddit_empty.json")
    token = Recording.of(RECORDINGS / "reddit_token.json")
    steps = {GRANT: token}  # noqa: RUF012 - as the contract has it

    def provider(self, request: httpx.Request) -> httpx.Response:
        """Answer as Reddit does: nothing without the token that it hands out."""
        if request.url.path == GRANT:
            assert request.headers["Authorization"].startswith("Basic ")
            return self.token.response()
        is_known = request.headers.get("Authorization") == "Bearer a-token"
        return self.hits_recording.response() if is_known else httpx.Response(401, json={"message": "Unauthorized"})

    def paths(self, session: Session, searches: int) -> list[str]:
        """Search in a session and return what was asked for."""
        asked: list[str] = []

        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(request.url.path)
            return self.provider(request)

        async def search() -> None:
            async with self.client(answer) as client:
                for _ in range(searches):
                    await self.retriever.search_in_session(SearchQuery(text="disk"), client, session)

        asyncio.run(search())
        return asked

    def test_a_post_is_its_own_text_or_the_page_that_it_names(self) -> None:
        own, other = self.hits()
        assert own.url == "https://www.reddit.com/r/databases/comments/a1/how_to/"
        assert own.text == "The table grew.\n\nWhat now?"
        assert own.snippet == "The table grew. What now? · 12 points, 4 comments in r/databases"
        assert (other.url, other.text) == ("https://blog.example.com/space", None)

    def test_a_token_is_fetched_when_it_is_asked_for_and_then_kept(self) -> None:
        assert self.paths(Session(), searches=2) == ["/search", GRANT, "/search", "/search"]

    def test_a_token_that_is_no_longer_taken_is_replaced(self) -> None:
        session = Session()
        session.keep("token", "an-old-token", life_s=100)
        assert self.paths(session, searches=1) == ["/search", GRANT, "/search"]
        assert session.get("token") == "a-token"

    def test_a_wrong_secret_names_the_settings(self) -> None:
        error = self.failure(httpx.Response(401, json={"message": "Unauthorized", "error": 401}), AccessDenied)
        assert error.reason == "credentials"
        assert "correct REDDIT_CLIENT_ID and REDDIT_CLIENT_SECRET" in str(error)

    def test_an_error_instead_of_a_token_is_a_refusal(self) -> None:
        def answer(request: httpx.Request) -> httpx.Response:
            refused = {"error": "unsupported_grant_type"}
            return httpx.Response(200, json=refused) if request.url.path == GRANT else httpx.Response(403)

        assert "unsupported_grant_type" in str(self.failure(answer, AccessDenied))

    def test_the_wanted_time_is_asked_for(self) -> None:
        params = self.retriever.request(SearchQuery(text="x", freshness="month", limit=7)).url.params
        assert (params["t"], params["limit"], params["raw_json"]) == ("month", "7", "1")

    def test_the_secret_is_not_shown(self) -> None:
        assert "a-secret" not in repr(self.retriever)


def test_without_an_application_it_says_what_to_set() -> None:
    with pytest.raises(MissingCredentials, match="reddit: set REDDIT_CLIENT_ID and REDDIT_CLIENT_SECRET"):
        Reddit.from_env({})


@NEEDS_FIXTURES
@pytest.mark.parametrize("row", rows("reddit"), ids=lambda row: row.path.name)
def test_recorded_answers_give_what_the_index_says(row: Row) -> None:
    hits = judge(Reddit("an-id", "a-secret"), row)
    assert all(hit.url.startswith("https://www.reddit.com/r/") and "?" not in hit.url for hit in hits)
