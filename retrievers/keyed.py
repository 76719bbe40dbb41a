"""Sources that want a key: where it comes from, and how they say that it is wrong or used up.

Knows what such services have in common. Leaves the rest of HTTP to `http.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Self

import httpx

from retrievers.contract import HitList
from retrievers.errors import AccessDenied
from retrievers.http import HttpRetriever

__all__ = ["KeyedRetriever"]


@dataclass(frozen=True)
class KeyedRetriever(HttpRetriever):
    """Ask a service with the key that `needs` names; what it says of the key in an error is read here."""

    key: str = field(repr=False)
    key_marks: ClassVar[tuple[str, ...]] = ()
    """What an error says of a key that is not accepted, where its status does not."""
    quota_marks: ClassVar[tuple[str, ...]] = ()
    """What an error says when what was paid for is used up, where its status does not."""
    no_results: ClassVar[tuple[str, ...]] = ()
    """What an error says that means only that nothing was found."""

    @classmethod
    def configured(cls, env: Mapping[str, str]) -> Self:
        """Build one with the configured key."""
        return cls(env[cls.needs[0]].strip())

    def check_status(self, response: httpx.Response) -> None:
        """Tell a wrong key, an empty purse and an empty result from other errors by what the answer says."""
        if response.is_success or self.found_nothing(response):
            return
        keys = " and ".join(self.needs)
        if any(mark in response.text for mark in self.quota_marks):
            message = f"{self.name}: HTTP {response.status_code}; the account of {keys} is used up; raise its limit"
            raise AccessDenied(message, reason="quota")
        if any(mark in response.text for mark in self.key_marks):
            message = f"{self.name}: HTTP {response.status_code}; the key is not accepted; correct {keys}"
            raise AccessDenied(message, reason="credentials")
        super().check_status(response)

    def read(self, response: httpx.Response, limit: int) -> HitList:
        """Read the hits; an error that only says that there are none has none."""
        return HitList() if self.found_nothing(response) else super().read(response, limit)

    def found_nothing(self, response: httpx.Response) -> bool:
        """Tell an error that means no hits."""
        return response.is_client_error and any(mark in response.text for mark in self.no_results)
