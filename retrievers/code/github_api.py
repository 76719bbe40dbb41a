"""What the searches of GitHub have in common: an optional token, and how its limits are told.

Knows https://docs.github.com/en/rest/search and "Rate limits for the REST API" there. Leaves what is searched to the
sources.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Self

import httpx

from retrievers.contract import RateLimit, SearchQuery
from retrievers.errors import AccessDenied, RateLimited
from retrievers.freshness import first_day
from retrievers.http import UNAUTHORISED, retry_after_s
from retrievers.loosening import LooseRetriever

__all__ = ["GitHubSearch"]

LIMITED = frozenset({403, 429})
SECONDARY_WAIT_S = 60.0
"""GitHub: without a Retry-After, "wait for at least one minute"."""
MAX_PAGE = 100
MARKS = ("rate limit", "abuse detection")
"""What the message of such a refusal says."""


@dataclass(frozen=True)
class GitHubSearch(LooseRetriever):
    """Search one kind of thing on GitHub; `GITHUB_TOKEN` is optional and raises its limit."""

    token: str = field(default="", repr=False)
    provider = "github"
    focus, receives = "code", "the words of the query"
    on_by_default = True
    # 10 a minute without a token, for all searches together: two sources, each with up to two requests a search.
    limit = RateLimit(requests=5, seconds=120.0, at_once=1)
    max_characters = 256  # GitHub's limit on a search
    denied_hint = "wait, or set GITHUB_TOKEN to be allowed more"
    kind: ClassVar[str]
    """The last part of the address."""
    restriction: ClassVar[str] = ""
    """A qualifier that every search carries."""
    dated_by: ClassVar[str]
    """The qualifier that a recent result is asked for by."""

    @classmethod
    def configured(cls, env: Mapping[str, str]) -> Self:
        """Build one with the configured token, or without."""
        return cls(env.get("GITHUB_TOKEN", "").strip())

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask for the words; in keywords no colon is left, so that none becomes a qualifier."""
        recent = f"{self.dated_by}:>={first_day(query.freshness)}" if query.freshness else ""
        words = " ".join(part for part in (query.text, self.restriction, recent) if part)
        headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        asked = {"q": words, "per_page": str(min(query.limit, MAX_PAGE))}
        return httpx.Request("GET", f"https://api.github.com/search/{self.kind}", params=asked, headers=headers)

    def check_status(self, response: httpx.Response) -> None:
        """Tell a limit, which GitHub answers with 403 too, and a wrong token from a refusal."""
        if response.status_code in LIMITED and (wait_s := limit_wait_s(response)) is not None:
            message = f"{self.name}: HTTP {response.status_code}, too many requests; ask again in {wait_s:.0f} s"
            raise RateLimited(f"{message}{'' if self.token else ' or set GITHUB_TOKEN'}", retry_after_s=wait_s)
        if response.status_code == UNAUTHORISED and self.token:
            message = f"{self.name}: HTTP 401; the token is not accepted; correct GITHUB_TOKEN"
            raise AccessDenied(message, reason="credentials")
        super().check_status(response)


def limit_wait_s(response: httpx.Response) -> float | None:
    """Return how long a refused client must wait, None where the refusal is not for a limit."""
    if (named_s := retry_after_s(response)) is not None:
        return named_s
    reset = response.headers.get("x-ratelimit-reset", "")
    if response.headers.get("x-ratelimit-remaining") == "0" and reset.isdecimal():
        return max(0.0, float(reset) - time.time())
    return SECONDARY_WAIT_S if any(mark in response.text.lower() for mark in MARKS) else None
