"""DuckDuckGo's page for browsers without scripts: what is on it, and what it shows instead."""

from urllib.parse import parse_qs

import httpx
import pytest

from retrievers import AccessDenied, RetrieverError, SearchQuery
from retrievers.web.duckduckgo import DuckDuckGo
from tests.retrievers.replaying import replay
from tests.retrievers.shared_fixtures import NEEDS_FIXTURES, Row, rows
from tests.retrievers.web.kinds import ResultPageContract, recording


def form(query: SearchQuery) -> dict[str, list[str]]:
    return parse_qs(DuckDuckGo().request(query).content.decode(), keep_blank_values=True)


class TestDuckDuckGo(ResultPageContract):
    retriever = DuckDuckGo()
    hits_recording = recording("duckduckgo_hits.html")
    empty_recording = recording("duckduckgo_empty.html")

    def test_wrapped_addresses_are_unwrapped(self) -> None:
        assert self.hits()[0].url == "https://docs.example.org/vacuum.html?version=17&part=2"

    @pytest.mark.parametrize("status", [200, 202])
    def test_its_check_for_humans_is_known_with_either_status(self, status: int) -> None:
        page = "<html><div class='anomaly-modal__title'>Unfortunately, bots use DuckDuckGo too.</div></html>"
        assert self.failure(httpx.Response(status, html=page), AccessDenied).reason == "captcha"

    def test_any_answer_with_status_202_is_its_check_for_humans(self) -> None:
        assert self.failure(httpx.Response(202, html="<html></html>"), AccessDenied).reason == "captcha"

    @pytest.mark.parametrize(
        ("text", "sent"), [("!g cats", "g cats"), ("\\cats and !dogs", "cats and dogs"), ("5!", "5!")]
    )
    def test_words_of_a_question_do_not_lead_to_another_site(self, text: str, sent: str) -> None:
        assert form(SearchQuery(text=text))["q"] == [sent]

    def test_region_and_time_range_are_asked_for(self) -> None:
        said = form(SearchQuery(text="x", language="fr", freshness="week"))
        assert (said["kl"], said["df"], said["b"]) == (["fr-fr"], ["w"], [""])
        assert form(SearchQuery(text="x", language="eo"))["kl"] == ["wt-wt"]


@NEEDS_FIXTURES
@pytest.mark.parametrize("row", rows("duckduckgo"), ids=lambda row: row.path.name)
def test_a_recorded_page_of_another_layout_is_no_list_of_hits(row: Row) -> None:
    with pytest.raises(RetrieverError):
        replay(DuckDuckGo(), row)
