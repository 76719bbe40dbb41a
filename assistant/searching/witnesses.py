"""Who counts as a witness for a page.

Knows that a metasearch says what its engines say. Leaves what a vote is worth to `fusion.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from assistant.evidence import SearchReport

__all__ = ["with_votes"]


def with_votes(reports: Sequence[SearchReport]) -> Iterator[tuple[SearchReport, bool]]:
    """Tell which lists vote: where the engines behind a source are known they do, not the list it made of theirs."""
    own = {id(report) for report in first_by_retriever(reports)}
    has_engines = {report.retriever for report in reports if report.hits and id(report) not in own}
    for report in reports:
        yield report, id(report) not in own or report.retriever not in has_engines


def first_by_retriever(reports: Iterable[SearchReport]) -> Iterable[SearchReport]:
    """Pick each source's own report, which comes first."""
    own: dict[str, SearchReport] = {}
    for report in reports:
        own.setdefault(report.retriever, report)
    return own.values()
