"""What a search could not do, in words for the answer: above all when the general web was not searched.

Knows what to do about it. Leaves each source's own failure to its report.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.evidence import SearchReport
from assistant.searching.inquiry import Inquiry

__all__ = ["shortfalls"]

REMEDY = (
    "connect a SearXNG of your own (FOOTNOTE_SEARXNG_URL) or set the key of a search service (`"
    "footnote retrievers list` names them)"
)


def shortfalls(inquiries: Sequence[Inquiry], reports: Sequence[SearchReport]) -> tuple[str, ...]:
    """Say that the general web gave nothing because every source of it failed; nothing where one answered."""
    general = {inquiry.label: inquiry.source for inquiry in inquiries if inquiry.source.focus == "web"}
    own = {report.retriever: report for report in reversed(reports) if report.retriever in general}
    failed = {name: report for name, report in own.items() if report.error and not report.hits}
    if not general or len(failed) < len(own) or not failed:
        return ()
    whys = "; ".join(dict.fromkeys(str(report.error) for report in reversed(failed.values())))
    is_makeshift = all(source.best_effort for source in general.values())
    makeshift = f"only best-effort sources search it, and they failed ({whys})"
    why = makeshift if is_makeshift else f"its sources failed ({whys})"
    return (f"the general web was not searched: {why}; {REMEDY}",)
