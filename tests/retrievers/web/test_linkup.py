"""Linkup: what it says, and how it says that there is nothing."""

import httpx

from retrievers import AccessDenied, ProviderUnavailable, SearchQuery
from retrievers.web.linkup import Linkup
from tests.retrievers.web.kinds import KeyedContract, recording, sent_json


def error(status: int, code: str) -> httpx.Response:
    return httpx.Response(status, json={"statusCode": status, "error": {"code": code, "message": "…", "details": []}})


class TestLinkup(KeyedContract):
    retriever = Linkup("secret-key")
    hits_recording = recording("linkup_hits.json")
    empty_recording = recording("linkup_empty.json")

    def test_images_are_no_hits(self) -> None:
        assert len(self.hits()) == 2

    def test_an_error_that_says_that_nothing_was_found_is_no_failure(self) -> None:
        assert list(self.search(error(400, "SEARCH_QUERY_NO_RESULT"))) == []
        self.failure(error(400, "VALIDATION_ERROR"), ProviderUnavailable)

    def test_an_empty_purse_is_told_from_asking_too_fast(self) -> None:
        assert self.failure(error(429, "INSUFFICIENT_FUNDS_CREDITS"), AccessDenied).reason == "quota"
        assert self.rate_limit(error(429, "TOO_MANY_REQUESTS")).reason == "rate_limited"

    def test_the_first_day_and_the_number_are_asked_for(self) -> None:
        said = sent_json(self.retriever.request(SearchQuery(text="x", freshness="day", limit=7)))
        assert (said["maxResults"], said["outputType"]) == (7, "searchResults")
        assert len(said["fromDate"]) == len("2024-03-05")
