"""PubMed: a search for numbers, then their records."""

from pathlib import Path

import httpx
import pytest

from retrievers import MalformedResponse, SearchQuery
from retrievers.science.pubmed import PubMed
from retrievers.testing import Recording, RetrieverContract
from tests.retrievers.replaying import replay
from tests.retrievers.shared_fixtures import FIXTURES, NEEDS_FIXTURES, Row

RECORDINGS = Path(__file__).parents[1] / "recordings"
NOTHING = b"<eSearchResult><Count>0</Count><IdList/></eSearchResult>"
FAILED = b"<eSearchResult><ERROR>Search Backend failed</ERROR></eSearchResult>"


class TestPubMed(RetrieverContract):
    retriever = PubMed()
    hits_recording = Recording.of(RECORDINGS / "pubmed_hits.xml", "text/xml")
    empty_recording = Recording.of(RECORDINGS / "pubmed_empty.xml", "text/xml")
    steps = {"esearch": Recording.of(RECORDINGS / "pubmed_search.xml", "text/xml")}  # noqa: RUF012 - the contract's form

    def test_a_hit_is_the_page_of_the_record_and_quotes_the_labelled_abstract(self) -> None:
        hit = self.hits()[0]
        assert (hit.url, hit.title) == ("https://pubmed.ncbi.nlm.nih.gov/101/", "Disk space in the spine.")
        assert hit.text == "BACKGROUND: Disks lose height. RESULTS: CO2 does not help."

    def test_a_date_is_the_electronic_one_else_that_of_the_issue(self) -> None:
        assert [str(hit.published)[:10] for hit in self.hits()] == ["2023-01-15", "1990-01-01"]

    def test_the_records_of_the_numbers_found_are_fetched(self) -> None:
        search, fetch = self.sent("disk space")
        assert search.url.params["term"] == "disk space"
        assert fetch.url.params["id"] == "101,102"

    def test_half_of_the_words_are_tried_where_all_find_nothing(self) -> None:
        asked: list[str] = []

        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(request.url.params["term"])
            return self.hits_recording.response(body=NOTHING)

        assert list(self.search(answer, text="lose disk height")) == []
        assert asked == ["lose disk height", "height"]

    def test_a_search_that_failed_is_no_empty_list(self) -> None:
        def answer(_: httpx.Request) -> httpx.Response:
            return self.hits_recording.response(body=FAILED)

        assert "Search Backend failed" in str(self.failure(answer, MalformedResponse))

    def test_recent_papers_are_asked_for_by_days(self) -> None:
        params = self.retriever.request(SearchQuery(text="x", freshness="week")).url.params
        assert (params["datetype"], params["reldate"]) == ("pdat", "7")

    def test_a_key_is_sent_where_there_is_one_and_never_shown(self) -> None:
        keyed = PubMed.from_env({"NCBI_API_KEY": "secret"})
        assert keyed.request(SearchQuery(text="x")).url.params["api_key"] == "secret"
        assert "secret" not in repr(keyed)


def body(name: str) -> Row:
    return Row(path=FIXTURES / "pubmed" / name, status=200, case="other", min_hits=0, what=name)


@NEEDS_FIXTURES
class TestRecordedElsewhere:
    @pytest.mark.parametrize(("name", "count"), [("pubmed1.xml", 2), ("pubmed4.xml", 1)])
    def test_real_records_are_read_after_a_real_search(self, name: str, count: int) -> None:
        hits = replay(PubMed(), body("esearch2.xml"), body(name))
        assert len(hits) >= count
        assert all(hit.url.removeprefix("https://pubmed.ncbi.nlm.nih.gov/").strip("/").isdecimal() for hit in hits)
        assert all(hit.title and hit.published for hit in hits)

    def test_a_real_search_without_hits_is_an_empty_list(self) -> None:
        assert list(replay(PubMed(), body("esearch8.xml"))) == []
