"""Mojeek's page of results: what is on it, and what it shows instead."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from retrievers import AccessDenied, SearchQuery
from retrievers.web.mojeek import Mojeek
from tests.retrievers.replaying import judge, replay
from tests.retrievers.shared_fixtures import NEEDS_FIXTURES, Row, rows
from tests.retrievers.web.kinds import ResultPageContract, recording


class TestMojeek(ResultPageContract):
    retriever = Mojeek()
    hits_recording = recording("mojeek_hits.html")
    empty_recording = recording("mojeek_empty.html")

    def test_its_refusal_of_programs_is_a_check_for_humans(self) -> None:
        page = "<html><p>Sorry, your network appears to be sending automated queries.</p></html>"
        assert self.failure(httpx.Response(200, html=page), AccessDenied).reason == "captcha"

    def test_the_first_page_is_asked_for_without_its_number(self) -> None:
        assert list(self.retriever.request(SearchQuery(text="x")).url.params) == ["q"]

    def test_language_and_first_day_are_asked_for(self) -> None:
        request = self.retriever.request(SearchQuery(text="x", language="fr", freshness="month"))
        assert request.headers["Cookie"] == "lb=fr; arc=fr"
        since = datetime.strptime(request.url.params["since"], "%Y%m%d").replace(tzinfo=UTC)
        assert timedelta(days=29) < datetime.now(UTC) - since < timedelta(days=32)


@NEEDS_FIXTURES
@pytest.mark.parametrize("row", rows("mojeek"), ids=lambda row: row.path.name)
def test_what_was_recorded_is_read(row: Row) -> None:
    judge(Mojeek(), row)
    hits = replay(Mojeek(), row)
    assert [hit.url for hit in hits][:2] == ["https://javascript.info/", "https://www.w3schools.com/js/"]
    assert len(hits) == 10
