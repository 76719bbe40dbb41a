"""Semantic Scholar: an empty answer without a list, and addresses that other databases share."""

from pathlib import Path

import httpx
import pytest

from retrievers import MalformedResponse, SearchQuery
from retrievers.freshness import first_day
from retrievers.science.semantic_scholar import SemanticScholar
from retrievers.testing import Recording, RetrieverContract
from tests.retrievers.replaying import judge, replay
from tests.retrievers.shared_fixtures import NEEDS_FIXTURES, Row, rows

RECORDINGS = Path(__file__).parents[1] / "recordings"


class TestSemanticScholar(RetrieverContract):
    retriever = SemanticScholar()
    hits_recording = Recording.of(RECORDINGS / "semantic_scholar_hits.json")
    empty_recording = Recording.of(RECORDINGS / "semantic_scholar_empty.json")

    def test_a_paper_has_the_address_of_its_doi_else_of_its_preprint_else_its_own(self) -> None:
        assert [hit.url for hit in self.hits()] == [
            "https://doi.org/10.5555/disk.1",
            "https://arxiv.org/abs/2401.00001",
            "https://www.semanticscholar.org/paper/c3",
        ]

    def test_a_year_alone_is_a_date_and_no_year_is_none(self) -> None:
        assert [hit.published and str(hit.published)[:10] for hit in self.hits()] == ["2021-04-01", "2024-01-01", None]

    def test_a_paper_without_abstract_has_its_page_read_instead(self) -> None:
        assert [hit.text for hit in self.hits()] == ["Space comes back when rows go.", None, None]

    def test_a_list_that_is_missing_though_there_are_hits_is_malformed(self) -> None:
        self.failure(httpx.Response(200, json={"total": 3, "offset": 0}), MalformedResponse)

    def test_a_hyphen_is_no_part_of_a_word(self) -> None:
        assert self.retriever.request(SearchQuery(text="state-of-the-art disks")).url.params["query"] == (
            "state of the art disks"
        )

    def test_recent_papers_are_asked_for_by_day(self) -> None:
        params = self.retriever.request(SearchQuery(text="x", freshness="week")).url.params
        assert params["publicationDateOrYear"] == f"{first_day('week')}:"

    def test_a_key_is_sent_where_there_is_one_and_never_shown(self) -> None:
        keyed = SemanticScholar.from_env({"SEMANTIC_SCHOLAR_API_KEY": "secret"})
        assert keyed.request(SearchQuery(text="x")).headers["x-api-key"] == "secret"
        assert "secret" not in repr(keyed)
        assert "x-api-key" not in self.retriever.request(SearchQuery(text="x")).headers


KNOWN = [row for row in rows("semantic_scholar") if row.case != "other"]


@NEEDS_FIXTURES
@pytest.mark.parametrize("row", KNOWN, ids=lambda row: row.path.name)
def test_a_recorded_body_gives_what_the_index_says(row: Row) -> None:
    judge(SemanticScholar(), row)


@NEEDS_FIXTURES
def test_a_real_search_gives_the_addresses_of_its_papers() -> None:
    (row,) = [row for row in rows("semantic_scholar") if row.path.name == "graph_search_2026.json"]
    hits = replay(SemanticScholar(), row)
    assert hits[0].url == "https://doi.org/10.1016/j.neucom.2021.03.091"
    assert hits[2].url == "https://arxiv.org/abs/2201.12987"
