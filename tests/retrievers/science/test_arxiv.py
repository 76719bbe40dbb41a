"""arXiv: what its Atom says, and its errors that are entries."""

from pathlib import Path

import httpx
import pytest

from retrievers import MalformedResponse, ProviderUnavailable, SearchQuery
from retrievers.freshness import first_day
from retrievers.science.arxiv import Arxiv
from retrievers.testing import Recording, RetrieverContract
from tests.retrievers.replaying import judge
from tests.retrievers.shared_fixtures import NEEDS_FIXTURES, Row, rows

RECORDINGS = Path(__file__).parents[1] / "recordings"
ERROR = b"""<feed xmlns="http://www.w3.org/2005/Atom" xmlns:o="http://a9.com/-/spec/opensearch/1.1/">
<o:totalResults>1</o:totalResults>
<entry><id>http://arxiv.org/api/errors#x</id><title>Error</title>
<summary>incorrect id format</summary></entry></feed>"""
UNLISTED = b"""<feed xmlns="http://www.w3.org/2005/Atom" xmlns:o="http://a9.com/-/spec/opensearch/1.1/">
<o:totalResults>314</o:totalResults></feed>"""


def asked(text: str, **more: str) -> httpx.QueryParams:
    return Arxiv().request(SearchQuery(text=text, **more)).url.params


class TestArxiv(RetrieverContract):
    retriever = Arxiv()
    hits_recording = Recording.of(RECORDINGS / "arxiv_hits.xml", "application/atom+xml")
    empty_recording = Recording.of(RECORDINGS / "arxiv_empty.xml", "application/atom+xml")

    def test_a_hit_is_the_page_of_the_abstract_and_quotes_it(self) -> None:
        first, second = self.hits()
        assert first.url == "https://arxiv.org/abs/2401.00001v2"
        assert first.title == "Reclaiming Disk Space in Append-Only Stores"
        assert first.text == "We show that 40 < 50 % of the space comes back within an hour."
        assert str(first.published) == "2024-01-02 10:11:12+00:00"
        assert second.url == "https://arxiv.org/abs/cs/0701001v1"

    def test_an_error_that_comes_as_an_entry_is_an_error(self) -> None:
        error = self.failure(self.hits_recording.response(body=ERROR), MalformedResponse)
        assert "incorrect id format" in str(error)

    def test_papers_that_are_counted_but_not_listed_are_an_outage(self) -> None:
        assert self.failure(self.hits_recording.response(body=UNLISTED), ProviderUnavailable).reason == "outage"

    def test_entities_of_a_hostile_answer_are_not_expanded(self) -> None:
        bomb = b'<!DOCTYPE f [<!ENTITY a "x">]>' + ERROR.replace(b"incorrect", b"&a;")
        self.failure(self.hits_recording.response(body=bomb), MalformedResponse)

    def test_any_of_the_words_may_occur_and_none_is_an_operator(self) -> None:
        assert asked("How does NOT gate (quantum) work?")["search_query"] == 'all:"gate" OR all:"quantum" OR all:"work"'
        assert asked("porte NOT", language="fr")["search_query"] == 'all:"porte" OR all:"not"'

    def test_recent_papers_are_asked_for_by_day(self) -> None:
        query = asked("disk", freshness="week")["search_query"]
        assert query.startswith(f'(all:"disk") AND submittedDate:[{first_day("week"):%Y%m%d}0000 TO ')

    def test_no_more_papers_are_asked_for_than_wanted(self) -> None:
        params = self.retriever.request(SearchQuery(text="x", limit=7)).url.params
        assert params["max_results"] == "7"


@NEEDS_FIXTURES
@pytest.mark.parametrize("row", rows("arxiv"), ids=lambda row: row.path.name)
def test_a_recorded_body_gives_what_the_index_says(row: Row) -> None:
    hits = judge(Arxiv(), row)
    assert all(hit.url.startswith("https://arxiv.org/abs/") and hit.text and hit.published for hit in hits)
