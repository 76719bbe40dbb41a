"""The ways a source can fail, each named for what to do about it.

RetrieverError
 ├─ RateLimited          wait `retry_after_s`, then ask again
 ├─ AccessDenied         the provider refuses us: CAPTCHA, consent page, ban, feature switched off
 ├─ MissingCredentials   a key or an address must be configured
 ├─ MalformedResponse    the answer is not what the provider documents: our parser needs work
 └─ ProviderUnavailable  time-out, refused connection, 5xx: nothing to do but ask others

Each carries a `reason`, one word for what lies behind it: a breaker waits longer for a CAPTCHA than for a time-out.
Knows the failures only; mapping HTTP answers onto them is `http.py`'s work.
"""

from __future__ import annotations

from typing import ClassVar, Literal

__all__ = [
    "AccessDenied",
    "MalformedResponse",
    "MissingCredentials",
    "ProviderUnavailable",
    "RateLimited",
    "Reason",
    "RetrieverError",
]

Reason = Literal[
    "captcha", "denied", "rate_limited", "quota", "credentials", "drift", "network", "timeout", "outage", "unknown"
]
"""captcha: asks whether we are human; denied: refuses us; rate_limited: too fast; quota: what was paid for is used up;
credentials: a key is missing or wrong; drift: the answer changed its shape; network: not reached; timeout: too late;
outage: failed on its side; unknown: a fault of the retriever itself."""


class RetrieverError(Exception):
    """Say that a source gave no result list; the message names the source and the remedy."""

    usual_reason: ClassVar[Reason] = "unknown"

    def __init__(self, message: str, *, reason: Reason | None = None) -> None:
        """Keep the reason, where it is not the usual one of this kind of failure."""
        super().__init__(message)
        self.reason: Reason = reason or self.usual_reason


class RateLimited(RetrieverError):
    """Say that the provider wants us to wait."""

    usual_reason = "rate_limited"

    def __init__(self, message: str, *, retry_after_s: float | None = None, reason: Reason | None = None) -> None:
        """Keep the provider's Retry-After, in seconds, or None where it named none."""
        super().__init__(message, reason=reason)
        self.retry_after_s = retry_after_s


class AccessDenied(RetrieverError):
    """Say that the provider refuses to answer us."""

    usual_reason = "denied"


class MissingCredentials(RetrieverError):
    """Say which setting is missing before the source can be used."""

    usual_reason = "credentials"


class MalformedResponse(RetrieverError):
    """Say that the provider answered in a shape we cannot read."""

    usual_reason = "drift"


class ProviderUnavailable(RetrieverError):
    """Say that the provider could not be reached or failed on its side."""

    usual_reason = "network"
