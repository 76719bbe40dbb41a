"""Serper: what it says, and how it fails."""

import httpx

from retrievers import AccessDenied, SearchQuery
from retrievers.web.serper import Serper
from tests.retrievers.web.kinds import KeyedContract, recording, sent_json


class TestSerper(KeyedContract):
    retriever = Serper("secret-key")
    hits_recording = recording("serper_hits.json")
    empty_recording = recording("serper_empty.json")

    def test_dates_are_read_as_google_shows_them(self) -> None:
        assert [hit.published and hit.published.date().isoformat() for hit in self.hits()] == ["2024-03-05", None]

    def test_a_wrong_key_comes_with_403(self) -> None:
        error = self.failure(httpx.Response(403, json={"message": "Unauthorized.", "statusCode": 403}), AccessDenied)
        assert error.reason == "credentials"

    def test_an_empty_purse_comes_with_400(self) -> None:
        error = self.failure(httpx.Response(400, json={"message": "Not enough credits"}), AccessDenied)
        assert error.reason == "quota"

    def test_language_time_range_and_one_page_are_asked_for(self) -> None:
        said = sent_json(self.retriever.request(SearchQuery(text="x", language="zh", freshness="day", limit=30)))
        assert said == {"q": "x", "num": 10, "hl": "zh-cn", "tbs": "qdr:d"}
