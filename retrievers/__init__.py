"""Sources of search hits behind one contract."""

from retrievers.contract import (
    Focus,
    Freshness,
    HitList,
    Measurement,
    RateLimit,
    Retriever,
    SearchHit,
    SearchQuery,
    UpstreamReport,
)
from retrievers.errors import (
    AccessDenied,
    MalformedResponse,
    MissingCredentials,
    ProviderUnavailable,
    RateLimited,
    RetrieverError,
)

__all__ = [
    "AccessDenied",
    "Focus",
    "Freshness",
    "HitList",
    "MalformedResponse",
    "Measurement",
    "MissingCredentials",
    "ProviderUnavailable",
    "RateLimit",
    "RateLimited",
    "Retriever",
    "RetrieverError",
    "SearchHit",
    "SearchQuery",
    "UpstreamReport",
]
