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
    Reason,
    RetrieverError,
)
from retrievers.http import HttpRetriever, TokenRetriever
from retrievers.session import Session

__all__ = [
    "AccessDenied",
    "Focus",
    "Freshness",
    "HitList",
    "HttpRetriever",
    "MalformedResponse",
    "Measurement",
    "MissingCredentials",
    "ProviderUnavailable",
    "RateLimit",
    "RateLimited",
    "Reason",
    "Retriever",
    "RetrieverError",
    "SearchHit",
    "SearchQuery",
    "Session",
    "TokenRetriever",
    "UpstreamReport",
]
