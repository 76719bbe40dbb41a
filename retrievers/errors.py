"""The ways a source can fail, each named for what to do about it.

RetrieverError
 ├─ RateLimited          wait `retry_after_s`, then ask again
 ├─ AccessDenied         the provider refuses us: CAPTCHA, consent page, ban, feature switched off
 ├─ MissingCredentials   a key or an address must be configured
 ├─ MalformedResponse    the answer is not what the provider documents: our parser needs work
 └─ ProviderUnavailable  time-out, refused connection, 5xx: nothing to do but ask others

Knows the failures only; mapping HTTP answers onto them is `contract.py`'s work.
"""

from __future__ import annotations

__all__ = [
    "AccessDenied",
    "MalformedResponse",
    "MissingCredentials",
    "ProviderUnavailable",
    "RateLimited",
    "RetrieverError",
]


class RetrieverError(Exception):
    """Say that a source gave no result list; the message names the source and the remedy."""


class RateLimited(RetrieverError):
    """Say that the provider wants us to wait."""

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        """Keep the provider's Retry-After, in seconds, or None where it named none."""
        super().__init__(message)
        self.retry_after_s = retry_after_s


class AccessDenied(RetrieverError):
    """Say that the provider refuses to answer us."""


class MissingCredentials(RetrieverError):
    """Say which setting is missing before the source can be used."""


class MalformedResponse(RetrieverError):
    """Say that the provider answered in a shape we cannot read."""


class ProviderUnavailable(RetrieverError):
    """Say that the provider could not be reached or failed on its side."""
