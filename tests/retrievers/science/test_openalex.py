"""OpenAlex: abstracts put together again, and a key that may be missing."""

from pathlib import Path

import pytest

from retrievers import SearchQuery
from retrievers.freshness import first_day
from retrievers.science.openalex import OpenAlex
from retrievers.testing import Recording, RetrieverContract
from tests.retrievers.replaying import judge
from tests.retrievers.shared_fixtures import NEEDS_FIXTURES, Row, rows

RECORDINGS = Path(__file__).parents[1] / "recordings"


class TestOpenAlex(RetrieverContract):
    retriever = OpenAlex()
    hits_recording = Recording.of(RECORDINGS / "openalex_hits.json")
    empty_recording = Recording.of(RECORDINGS / "openalex_empty.json")

    def test_the_abstract_is_put_together_from_the_places_of_its_words(self) -> None:
        assert self.hits()[0].text == "Space comes back when rows back"

    def test_a_doi_is_the_address_else_the_page_of_the_work(self) -> None:
        addresses = [hit.url for hit in self.hits()]
        assert addresses == ["https://doi.org/10.5555/disk.1", "https://theses.example.org/2"]

    def test_markup_in_a_title_is_taken_out(self) -> None:
        assert self.hits()[0].title == "Reclaiming disk space & time"

    def test_a_work_without_abstract_has_its_page_read_instead(self) -> None:
        assert self.hits()[1].text is None

    def test_a_key_is_sent_where_there_is_one_and_never_shown(self) -> None:
        keyed = OpenAlex.from_env({"OPENALEX_API_KEY": "secret"})
        assert keyed.request(SearchQuery(text="x")).url.params["api_key"] == "secret"
        assert "secret" not in repr(keyed)
        assert "api_key" not in OpenAlex.from_env({}).request(SearchQuery(text="x")).url.params

    def test_recent_works_are_asked_for_by_day(self) -> None:
        params = self.retriever.request(SearchQuery(text="x", freshness="month")).url.params
        assert params["filter"] == f"from_publication_date:{first_day('month')}"

    def test_a_page_is_never_longer_than_allowed(self) -> None:
        assert self.retriever.request(SearchQuery(text="x", limit=500)).url.params["per_page"] == "100"


@NEEDS_FIXTURES
@pytest.mark.parametrize("row", rows("openalex"), ids=lambda row: row.path.name)
def test_a_recorded_body_gives_what_the_index_says(row: Row) -> None:
    assert all(hit.url.startswith("https://doi.org/10.") for hit in judge(OpenAlex(), row))
