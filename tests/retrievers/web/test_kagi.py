"""Kagi: what it says."""

from datetime import UTC, date, datetime, timedelta

from retrievers import SearchQuery
from retrievers.web.kagi import Kagi
from tests.retrievers.web.kinds import KeyedContract, recording, sent_json


class TestKagi(KeyedContract):
    retriever = Kagi("secret-key")
    hits_recording = recording("kagi_hits.json")
    empty_recording = recording("kagi_empty.json")

    def test_entities_and_markup_are_taken_out(self) -> None:
        hit = self.hits()[0]
        assert (hit.title, hit.snippet) == ("Vacuum & analyse", "Run vacuum to reclaim the disk space.")
        assert hit.published == datetime(2024, 3, 5, 10, tzinfo=UTC)

    def test_the_first_day_is_asked_for(self) -> None:
        said = sent_json(self.retriever.request(SearchQuery(text="x", freshness="year")))
        age = datetime.now(UTC).date() - date.fromisoformat(said["filters"]["after"])
        assert age in {timedelta(days=365), timedelta(days=366)}
        assert said["workflow"] == "search"
