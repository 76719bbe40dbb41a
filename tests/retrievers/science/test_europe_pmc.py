"""Europe PMC: whole records, and fewer words where all of them find nothing."""

from pathlib import Path

import httpx
import pytest

from retrievers import SearchQuery
from retrievers.freshness import first_day
from retrievers.science.europe_pmc import EuropePmc
from retrievers.testing import Recording, RetrieverContract
from tests.retrievers.replaying import judge
from tests.retrievers.shared_fixtures import NEEDS_FIXTURES, Row, rows

RECORDINGS = Path(__file__).parents[1] / "recordings"


class TestEuropePmc(RetrieverContract):
    retriever = EuropePmc()
    hits_recording = Recording.of(RECORDINGS / "europe_pmc_hits.json")
    empty_recording = Recording.of(RECORDINGS / "europe_pmc_empty.json")

    def test_a_doi_is_the_address_else_the_record(self) -> None:
        addresses = [hit.url for hit in self.hits()]
        assert addresses == ["https://doi.org/10.5555/spine.1", "https://europepmc.org/article/PPR/PPR7"]

    def test_the_abstract_keeps_its_headings_as_words(self) -> None:
        assert self.hits()[0].text == "Background Disks lose height. Results They do not get it back."

    def test_a_preprint_without_abstract_shows_its_authors(self) -> None:
        assert (self.hits()[1].snippet, self.hits()[1].text) == ("Marlow B.", None)

    def test_fewer_words_are_tried_until_something_is_found(self) -> None:
        asked: list[str] = []

        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(request.url.params["query"])
            return (self.hits_recording if len(asked) == 2 else self.empty_recording).response()

        assert self.search(answer, text="How does a spine AND NOT a knee lose disk height?")
        assert asked == ["spine knee lose disk height", "spine height"]

    def test_recent_papers_are_asked_for_by_day(self) -> None:
        query = self.retriever.request(SearchQuery(text="spine", freshness="day")).url.params["query"]
        assert query.startswith(f"(spine) AND (FIRST_PDATE:[{first_day('day')} TO ")


@NEEDS_FIXTURES
@pytest.mark.parametrize("row", rows("europe_pmc"), ids=lambda row: row.path.name)
def test_a_recorded_body_gives_what_the_index_says(row: Row) -> None:
    hits = judge(EuropePmc(), row)
    assert [hit.url for hit in hits][1:] == [
        "https://doi.org/10.3390/biomimetics11020103",
        "https://europepmc.org/article/PMC/PMC13013079",
    ]
    assert all(hit.published for hit in hits)
