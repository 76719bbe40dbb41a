"""How the API of Stack Exchange limits its users, and the answers that it gives for questions.

Knows https://api.stackexchange.com/docs/throttle and /docs/answers-on-questions. Leaves the search to the source.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import httpx

from retrievers.contract import HitList, SearchHit, UpstreamReport
from retrievers.errors import MalformedResponse, RateLimited, RetrieverError
from retrievers.http import TokenRetriever
from retrievers.plain_text import plain_text
from retrievers.session import Session

__all__ = ["API", "StackExchangeApi", "question_url"]

API = "https://api.stackexchange.com/2.3"
ANSWERS = 3
"""How many answers of one question are quoted: the accepted one and the best voted."""
MAX_ANSWERS = 100
THROTTLED = 502
SECONDS = re.compile(r"in (\d+) second")


@dataclass(frozen=True)
class StackExchangeApi(TokenRetriever):
    """Ask as often as the API allows: `backoff` in an answer and the error 502 are obeyed."""

    key: str = field(default="", repr=False)

    @classmethod
    def configured(cls, env: Mapping[str, str]) -> Self:
        """Build one with the optional key, which is worth 10,000 requests a day."""
        return cls(env.get("STACKEXCHANGE_KEY", "").strip())

    def check_status(self, response: httpx.Response) -> None:
        """Tell a throttle, which stands inside an answer with HTTP 400, from other errors."""
        try:
            error = response.json()
            is_throttle, said = error["error_id"] == THROTTLED, " ".join(str(error["error_message"]).split())
        except (LookupError, TypeError, ValueError):
            is_throttle, said = False, ""
        if is_throttle:
            wait_s = float(found[1]) if (found := SECONDS.search(said)) else None
            message = f"{self.name}: {said}; wait, or set STACKEXCHANGE_KEY to be allowed more"
            raise RateLimited(message, retry_after_s=wait_s)
        super().check_status(response)

    async def ask_patiently(
        self, request: httpx.Request, client: httpx.AsyncClient, session: Session
    ) -> httpx.Response:
        """Make one exchange, unless the API wants this method to be left alone."""
        method = f"backoff {re.sub('[0-9;]+', '', request.url.path)}"
        if pause_s := session.get(method):
            message = f"{self.name}: it asked for a pause; ask again in {pause_s} s"
            raise RateLimited(message, retry_after_s=float(pause_s))
        response = await self.ask(request, client)
        if wait_s := backoff_s(response):
            session.keep(method, f"{wait_s:g}", life_s=wait_s)
        return response

    async def with_answers(
        self, hits: HitList, search: httpx.Response, client: httpx.AsyncClient, session: Session
    ) -> HitList:
        """Put the best answers under their questions; where they cannot be had, say so beside the questions."""
        ids = {question_url(row, search): row["question_id"] for row in search.json()["items"] if row["is_answered"]}
        wanted = {hit.url: ids[hit.url] for hit in hits if hit.url in ids}
        if not wanted:
            return hits
        try:
            rows = self.answer_rows(await self.ask_patiently(self.answers_request(wanted, search), client, session))
        except RetrieverError as error:
            return HitList.of(hits, [UpstreamReport(provider=self.provider, error=f"{error}; questions only")])
        return HitList.of(
            answered(hit, [row for row in rows if row.question_id == wanted.get(hit.url)]) for hit in hits
        )

    def answers_request(self, wanted: Mapping[str, int], search: httpx.Response) -> httpx.Request:
        """Ask for the answers to several questions at once, the best voted first."""
        site = search.url.params["site"]
        asked = {"site": site, "filter": "withbody", "order": "desc", "sort": "votes", "pagesize": str(MAX_ANSWERS)}
        asked |= {"key": self.key} if self.key else {}
        numbers = ";".join(str(number) for number in wanted.values())
        return httpx.Request("GET", f"{API}/questions/{numbers}/answers", params=asked)

    def answer_rows(self, response: httpx.Response) -> list[Answer]:
        """Read the answers, best first: the accepted one before others."""
        self.check_shape(response)
        try:
            rows = [Answer.of(row) for row in response.json()["items"]]
        except (LookupError, TypeError, ValueError) as error:
            message = f"{self.name}: the answers are not as documented ({type(error).__name__}: {error})"
            raise MalformedResponse(message) from error
        return sorted(rows, key=lambda row: (not row.is_accepted, -row.score))


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One answer to a question."""

    question_id: int
    is_accepted: bool
    score: int
    text: str

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Read an answer as the API gives it."""
        return cls(
            question_id=row["question_id"],
            is_accepted=row["is_accepted"],
            score=row["score"],
            text=plain_text(row["body"]),
        )


def question_url(row: Mapping[str, Any], response: httpx.Response) -> str:
    """Return the address of a question: its short form where an answer names none."""
    link = str(row["link"])
    return link if link.startswith("http") else f"https://{response.url.params['site']}.com/q/{row['question_id']}"


def answered(hit: SearchHit, answers: Sequence[Answer]) -> SearchHit:
    """Put answers under a question, each with what voters made of it."""
    said = [
        f"{'Accepted answer' if answer.is_accepted else 'Answer'} (score {answer.score}): {answer.text}"
        for answer in answers[:ANSWERS]
    ]
    return replace(hit, text="\n\n".join((hit.text or hit.title, *said))) if said else hit


def backoff_s(response: httpx.Response) -> float | None:
    """Read how long the API wants a method to be left alone; None where it does not say."""
    try:
        return float(response.json()["backoff"])
    except (LookupError, TypeError, ValueError):
        return None
