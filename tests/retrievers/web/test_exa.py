"""Exa: what it says."""

from datetime import UTC, datetime, timedelta

from retrievers import SearchQuery
from retrievers.web.exa import Exa
from tests.retrievers.web.kinds import KeyedContract, recording, sent_json


class TestExa(KeyedContract):
    retriever = Exa("secret-key")
    hits_recording = recording("exa_hits.json")
    empty_recording = recording("exa_empty.json")

    def test_highlights_make_the_snippet_and_an_address_may_be_the_title(self) -> None:
        first, second = self.hits()
        assert first.snippet == "Run vacuum to reclaim the disk space. … Dead rows stay until then."
        assert (second.title, second.snippet, second.published) == ("https://blog.example.com/bloat", "", None)

    def test_the_first_day_and_the_number_are_asked_for(self) -> None:
        said = sent_json(self.retriever.request(SearchQuery(text="x", freshness="week", limit=200)))
        since = datetime.fromisoformat(said["startPublishedDate"])
        assert timedelta(days=6) < datetime.now(UTC) - since < timedelta(days=9)
        assert (said["query"], said["numResults"]) == ("x", 100)
