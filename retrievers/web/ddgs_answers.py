"""The answers of several engines made one: a merged list, a report for each, or the failure that they share.

Knows nothing of the library behind them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest

from retrievers.contract import SearchHit, UpstreamReport
from retrievers.errors import AccessDenied, MalformedResponse, ProviderUnavailable, RateLimited, RetrieverError
from retrievers.web.ddgs_engines import Answer

__all__ = ["failure", "interleaved", "reports"]

HINT = "connect a SearXNG: set FOOTNOTE_SEARXNG_URL"
WORST_FIRST = (AccessDenied, RateLimited, MalformedResponse, ProviderUnavailable)
"""Which kind names a mixed failure: what lasts longest."""


def interleaved(answers: Sequence[Answer]) -> Iterator[SearchHit]:
    """Give the first hit of each engine, then the second of each, every address once."""
    ranks = zip_longest(*(answer.hits for answer in answers))
    by_address: dict[str, SearchHit] = {}
    for hit in chain.from_iterable(ranks):
        if hit:
            by_address.setdefault(hit.url, hit)
    yield from by_address.values()


def reports(answers: Sequence[Answer]) -> Iterator[UpstreamReport]:
    """Report each engine under the index that it shows."""
    for answer in answers:
        yield UpstreamReport(
            provider=answer.provider, hits=answer.hits, error=str(answer.error) if answer.error else None
        )


def failure(answers: Sequence[Answer]) -> RetrieverError:
    """Make one failure of those of all engines, of the kind that lasts longest and with its reason."""
    errors = [answer.error for answer in answers if answer.error]
    why = "; ".join(str(error).replace(" (behind ddgs)", "") for error in errors) or "the library has none of them"
    message = f"ddgs: no engine answers ({why}); {HINT}"
    for kind in WORST_FIRST:
        for error in errors:
            if isinstance(error, kind):
                return kind(message, reason=error.reason)
    return ProviderUnavailable(message, reason="outage")
