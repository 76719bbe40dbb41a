"""Brave's API: what it says, and how it fails."""

import httpx
import pytest

from retrievers import AccessDenied, ProviderUnavailable, SearchQuery
from retrievers.web.brave import Brave
from tests.retrievers.replaying import judge, replay
from tests.retrievers.shared_fixtures import NEEDS_FIXTURES, Row, rows
from tests.retrievers.web.kinds import KeyedContract, recording


class TestBrave(KeyedContract):
    retriever = Brave("secret-key")
    hits_recording = recording("brave_hits.json")
    empty_recording = recording("brave_empty.json")

    def test_entities_and_markup_are_taken_out(self) -> None:
        hit = self.hits()[0]
        assert hit.title == "Vacuum & analyse"
        assert hit.snippet == "Run vacuum to reclaim the disk space of dead rows & indexes."
        assert hit.published
        assert hit.published.isoformat() == "2024-03-05T10:00:00+00:00"

    def test_a_key_of_the_wrong_form_is_told_from_a_wrong_request(self) -> None:
        def answer(code: str) -> httpx.Response:
            return httpx.Response(422, json={"type": "ErrorResponse", "error": {"code": code, "status": 422}})

        assert self.failure(answer("SUBSCRIPTION_TOKEN_INVALID"), AccessDenied).reason == "credentials"
        self.failure(answer("VALIDATION"), ProviderUnavailable)

    def test_language_time_range_and_number_are_asked_for(self) -> None:
        asked = self.retriever.request(SearchQuery(text="x", language="ja", freshness="week", limit=50)).url.params
        assert (asked["search_lang"], asked["freshness"], asked["count"]) == ("jp", "pw", "20")

    def test_a_language_that_it_does_not_know_is_not_sent(self) -> None:
        assert "search_lang" not in self.retriever.request(SearchQuery(text="x", language="eo")).url.params

    def test_no_more_words_are_sent_than_it_takes(self) -> None:
        asked = self.retriever.request(SearchQuery(text="a " * 80)).url.params["q"]
        assert len(asked.split()) == 50


@NEEDS_FIXTURES
@pytest.mark.parametrize("row", rows("brave"), ids=lambda row: row.path.name)
def test_what_was_recorded_is_read(row: Row) -> None:
    judge(Brave("k"), row)
    first = replay(Brave("k"), row)[0]
    assert first.url == "https://en.wikipedia.org/wiki/%22Hello,_World!%22_program"
    assert first.title == '"Hello, World!" program - Wikipedia'
