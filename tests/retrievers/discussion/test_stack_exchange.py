"""Stack Exchange: questions with their answers, and an API that wants to be left alone now and then."""

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from retrievers import HitList, MalformedResponse, ProviderUnavailable, RateLimited, SearchQuery, Session
from retrievers.discussion.stack_exchange import StackExchange
from retrievers.testing import Recording, RetrieverContract
from tests.retrievers.replaying import judge
from tests.retrievers.shared_fixtures import FIXTURES, NEEDS_FIXTURES, Row, rows

RECORDINGS = Path(__file__).parents[1] / "recordings"
THROTTLED = {
    "error_id": 502,
    "error_name": "throttle_violation",
    "error_message": "too many requests from this IP, more requests available in 86 seconds",
}


class TestStackExchange(RetrieverContract):
    retriever = StackExchange()
    hits_recording = Recording.of(RECORDINGS / "stack_exchange_hits.json")
    empty_recording = Recording.of(RECORDINGS / "stack_exchange_empty.json")
    answers = Recording.of(RECORDINGS / "stack_exchange_answers.json")
    steps = {"/answers": answers}  # noqa: RUF012 - as the contract has it

    def with_backoff(self, seconds: float) -> httpx.Response:
        return httpx.Response(200, json=json.loads(self.empty_recording.body) | {"backoff": seconds})

    def twice(self, answer: httpx.Response, clock: list[float], pause_s: float) -> HitList:
        """Search, let time pass, and search again in the same session."""
        session = Session(clock=lambda: clock[0])

        async def both() -> HitList:
            async with self.client(self.after_steps(answer)) as client:
                await self.retriever.search_in_session(SearchQuery(text="disk"), client, session)
                clock[0] += pause_s
                return await self.retriever.search_in_session(SearchQuery(text="disk"), client, session)

        return asyncio.run(both())

    def test_the_accepted_answer_stands_first_under_its_question(self) -> None:
        assert self.hits()[0].text == (
            "I deleted rows. DELETE FROM t WHERE a < 5;\n\n"
            "Accepted answer (score 4): Run VACUUM FULL.\n\n"
            "Answer (score 9): Dump and restore."
        )

    def test_titles_lose_their_escapes(self) -> None:
        assert self.hits()[0].title == 'How to reclaim "disk space"?'

    def test_answers_are_asked_for_once_and_only_where_there_are_any(self) -> None:
        requests = self.sent("reclaim disk space")
        assert [request.url.path for request in requests] == ["/2.3/search/advanced", "/2.3/questions/11/answers"]
        assert self.hits()[1].text == "Where is it?"

    def test_questions_stay_when_their_answers_cannot_be_had(self) -> None:
        def answer(request: httpx.Request) -> httpx.Response:
            return httpx.Response(500) if "/answers" in request.url.path else self.hits_recording.response()

        hits = self.search(answer)
        assert len(hits) == 2
        assert [report.error for report in hits.upstream] == [
            "stack_exchange: HTTP 500 Internal Server Error; questions only"
        ]

    def test_answers_of_another_shape_are_told(self) -> None:
        def answer(request: httpx.Request) -> httpx.Response:
            odd = httpx.Response(200, json={"items": [{"renamed": 1}]})
            return odd if "/answers" in request.url.path else self.hits_recording.response()

        assert "not as documented" in str(self.search(answer).upstream[0].error)

    def test_a_throttle_inside_http_400_is_a_rate_limit(self) -> None:
        error = self.rate_limit(httpx.Response(400, json=THROTTLED))
        assert error.retry_after_s == 86
        assert "STACKEXCHANGE_KEY" in str(error)

    def test_another_error_inside_http_400_is_none(self) -> None:
        body = {"error_id": 400, "error_name": "bad_parameter", "error_message": "site"}
        self.failure(httpx.Response(400, json=body), ProviderUnavailable)

    def test_a_backoff_is_obeyed_until_it_ends(self) -> None:
        with pytest.raises(RateLimited, match="asked for a pause") as caught:
            self.twice(self.with_backoff(10), [0.0], pause_s=9)
        assert caught.value.retry_after_s == 10
        assert self.twice(self.empty_recording.response(), [0.0], pause_s=0) == ()

    def test_after_a_backoff_it_is_asked_again(self) -> None:
        found = json.loads(self.hits_recording.body) | {"backoff": 10}
        assert len(self.twice(httpx.Response(200, json=found), [0.0], pause_s=11)) == 2

    def test_the_site_is_that_of_the_language(self) -> None:
        sites = {code: self.retriever.request(SearchQuery(text="x", language=code)).url.params["site"] for code in "xy"}
        assert sites == {"x": "stackoverflow", "y": "stackoverflow"}
        params = self.retriever.request(SearchQuery(text="x", language="pt", freshness="week")).url.params
        assert params["site"] == "pt.stackoverflow"
        assert params["fromdate"].isdecimal()

    def test_the_optional_key_is_sent(self) -> None:
        keyed = StackExchange.from_env({"STACKEXCHANGE_KEY": "a-key"})
        assert keyed.request(SearchQuery(text="x")).url.params["key"] == "a-key"
        assert "key" not in self.retriever.request(SearchQuery(text="x")).url.params
        assert "a-key" not in repr(keyed)

    def test_a_question_without_items_is_malformed(self) -> None:
        self.failure(httpx.Response(200, json={"has_more": False}), MalformedResponse)


@NEEDS_FIXTURES
@pytest.mark.parametrize("row", rows("stack_exchange"), ids=lambda row: row.path.name)
def test_recorded_answers_give_what_the_index_says(row: Row) -> None:
    hits = judge(StackExchange(), row)
    assert all(hit.url.startswith("https://stackoverflow.com/q/") for hit in hits)


@NEEDS_FIXTURES
def test_another_real_page_of_questions_is_read() -> None:
    row = Row(
        path=FIXTURES / "stackexchange" / "stackexchange_question.json", status=200, case="hits", min_hits=1, what=""
    )
    assert judge(StackExchange(), row)
