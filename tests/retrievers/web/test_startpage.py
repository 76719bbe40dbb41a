"""Startpage: its search form's token, its page of results, and what it shows instead."""

from typing import ClassVar
from urllib.parse import parse_qs

import httpx
import pytest

from retrievers import AccessDenied, SearchQuery, Session
from retrievers.web.startpage import Startpage
from tests.retrievers.shared_fixtures import NEEDS_FIXTURES, Row, response, rows
from tests.retrievers.web.kinds import ResultPageContract, recording

HOME = recording("startpage_home.html")


class Clock:
    """Tell the time that a test sets."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


class TestStartpage(ResultPageContract):
    retriever = Startpage()
    hits_recording = recording("startpage_hits.html")
    empty_recording = recording("startpage_empty.html")
    steps: ClassVar = {"startpage.com/": HOME}

    def after_steps(self, last: httpx.Response):  # noqa: ANN201 - as in the contract
        """Answer the home page, whose address is a part of every other, with the form."""
        whole = super().after_steps(last)
        return lambda request: whole(request) if request.url.path == "/" else copy_of(last)

    async def searched(self, session: Session, answers: list[httpx.Response]) -> list[httpx.Request]:
        """Search once for each answer, within one session, and return what was sent."""
        sent: list[httpx.Request] = []
        waiting = iter(answers)

        def answer(request: httpx.Request) -> httpx.Response:
            sent.append(request)
            return HOME.response() if request.url.path == "/" else next(waiting)

        async with self.client(answer) as client:
            for _ in answers:
                try:
                    await self.retriever.search_in_session(SearchQuery(text="x", freshness="week"), client, session)
                except AccessDenied:
                    continue
        return sent

    async def test_the_token_is_fetched_once_and_sent_with_each_search(self) -> None:
        answers = [self.hits_recording.response(), self.hits_recording.response()]
        sent = await self.searched(Session(), answers)
        assert [request.url.path for request in sent] == ["/", "/sp/search", "/sp/search"]
        forms = [parse_qs(request.content.decode()) for request in sent[1:]]
        assert [(form["sc"], form["with_date"]) for form in forms] == [(["k7Qp2xTestToken"], ["w"])] * 2

    def test_results_are_asked_for_in_the_querys_language_and_the_page_in_english(self) -> None:
        form = parse_qs(self.retriever.request(SearchQuery(text="x", language="fr")).content.decode())
        assert (form["language"], form["lui"]) == (["francais"], ["english"])

    async def test_an_old_token_is_fetched_anew(self) -> None:
        clock = Clock()
        session = Session(clock)
        await self.searched(session, [self.hits_recording.response()])
        clock.now_s = 4000
        sent = await self.searched(session, [self.hits_recording.response()])
        assert [request.url.path for request in sent] == ["/", "/sp/search"]

    async def test_a_refused_token_is_not_used_again(self) -> None:
        refusal = httpx.Response(302, headers={"Location": "https://www.startpage.com/sp/captcha"})
        sent = await self.searched(Session(), [refusal, self.hits_recording.response()])
        assert [request.url.path for request in sent] == ["/", "/sp/search", "/", "/sp/search"]


def copy_of(answer: httpx.Response) -> httpx.Response:
    return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


@NEEDS_FIXTURES
@pytest.mark.parametrize("row", rows("startpage"), ids=lambda row: row.path.name)
async def test_what_was_recorded_is_read(row: Row) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return HOME.response() if request.url.path == "/" else response(row)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        hits = await Startpage().search(SearchQuery(text="javascript tutorial", limit=50), client)
    assert len(hits) >= row.min_hits
    assert (hits[0].title, hits[0].url) == ("JavaScript Tutorial - W3Schools", "https://www.w3schools.com/js/")
