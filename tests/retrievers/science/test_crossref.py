"""Crossref: JATS in abstracts, DOIs as addresses, dates as far as they are known."""

from pathlib import Path

import pytest

from retrievers import SearchQuery
from retrievers.freshness import first_day
from retrievers.science.crossref import Crossref
from retrievers.testing import Recording, RetrieverContract
from tests.retrievers.replaying import judge
from tests.retrievers.shared_fixtures import NEEDS_FIXTURES, Row, rows

RECORDINGS = Path(__file__).parents[1] / "recordings"


class TestCrossref(RetrieverContract):
    retriever = Crossref()
    hits_recording = Recording.of(RECORDINGS / "crossref_hits.json")
    empty_recording = Recording.of(RECORDINGS / "crossref_empty.json")

    def test_the_abstract_loses_its_markup_and_its_heading_but_no_word_boundary(self) -> None:
        assert self.hits()[0].text == "Space comes back. H2O does not."

    def test_a_doi_is_one_address_with_its_odd_characters_escaped(self) -> None:
        assert [hit.url for hit in self.hits()] == [
            "https://doi.org/10.5555/disk.1",
            "https://doi.org/10.5555/(sici)1%3C2::aid-3%3E4.0.co;2-%23",
        ]

    def test_a_date_is_read_as_far_as_it_is_known(self) -> None:
        assert [str(hit.published)[:10] for hit in self.hits()] == ["2021-04-01", "1999-01-01"]

    def test_a_work_without_abstract_shows_where_it_appeared(self) -> None:
        assert (self.hits()[1].snippet, self.hits()[1].text) == ("Old Journal", None)

    def test_recent_works_are_asked_for_by_day(self) -> None:
        params = self.retriever.request(SearchQuery(text="x", freshness="year")).url.params
        assert params["filter"] == f"from-pub-date:{first_day('year')}"

    def test_only_words_of_content_are_sent(self) -> None:
        params = self.retriever.request(SearchQuery(text="How do I reclaim the disk space?")).url.params
        assert params["query"] == "reclaim disk space"


@NEEDS_FIXTURES
@pytest.mark.parametrize("row", [row for row in rows("crossref") if row.case != "other"], ids=lambda row: row.path.name)
def test_a_recorded_body_gives_what_the_index_says(row: Row) -> None:
    assert all(hit.url.startswith("https://doi.org/10.") for hit in judge(Crossref(), row))
