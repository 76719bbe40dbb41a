"""You.com: what it says."""

from retrievers import SearchQuery
from retrievers.web.you import You
from tests.retrievers.web.kinds import KeyedContract, recording, sent_json


class TestYou(KeyedContract):
    retriever = You("secret-key")
    hits_recording = recording("you_hits.json")
    empty_recording = recording("you_empty.json")

    def test_news_follow_the_pages(self) -> None:
        assert [hit.url for hit in self.hits()][2:] == ["https://news.example.net/1"]

    def test_excerpts_are_preferred_to_a_description(self) -> None:
        assert [hit.snippet for hit in self.hits()][:2] == [
            "Run vacuum to reclaim the disk space.",
            "Old row versions stay.",
        ]

    def test_language_time_range_and_number_are_asked_for(self) -> None:
        said = sent_json(self.retriever.request(SearchQuery(text="x", language="fr", freshness="day", limit=500)))
        assert said == {"query": "x", "count": 100, "language": "FR", "freshness": "day"}
