"""One source asked one query: what routing decides, fan-out sends and reports are about."""

from __future__ import annotations

from dataclasses import dataclass

from retrievers import Retriever, SearchQuery

__all__ = ["Inquiry"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Inquiry:
    """Ask a source a query; `weight` is what its word counts in fusion, 1 for the usual.

    `label` is the source's name in reports. A source that is asked twice has a label for each, "wikipedia:en".
    """

    source: Retriever
    query: SearchQuery
    label: str
    weight: float = 1.0
    place: int = 0
    """Its place in the question's plan, 0 for the best."""
