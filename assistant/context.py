"""What a reader needs beside a quotation and a page: the words around the one, and who found the other.

Knows passages, addresses and the ends of sentences. Pure functions; `turn_record.py` applies them to what a turn tells.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from assistant.evidence import Citation, Passage, SearchReport
from assistant.language.sentences import sentence_spans
from assistant.searching.addresses import canonical, identity

__all__ = ["finders", "in_context"]

MOST_AROUND = 240
"""Characters shown on either side: a long sentence; more would hide the quotation."""


def in_context(citation: Citation, passage: Passage | None) -> Citation:
    """Add the rest of the sentence and the sentence before and after, as far as the passage holds them."""
    if passage is None or citation.before or citation.after:
        return citation
    start, end = citation.start - passage.start, citation.end - passage.start
    if passage.text[start:end] != citation.quote:
        return citation
    spans = sentence_spans(passage.text)
    first = max((begin for begin, stop in spans if stop <= start), default=0)
    last = min((stop for begin, stop in spans if begin >= end), default=len(passage.text))
    return replace(
        citation,
        before=shortened(passage.text[first:start], from_end=True),
        after=shortened(passage.text[end:last], from_end=False),
    )


def shortened(text: str, *, from_end: bool) -> str:
    """Keep the part next to the quotation, cut between words and marked where it was cut."""
    line = " ".join(text.split())
    if len(line) <= MOST_AROUND:
        return line
    if from_end:
        return f"… {line[-MOST_AROUND:].partition(' ')[2]}"
    return f"{line[:MOST_AROUND].rpartition(' ')[0]} …"


def finders(url: str, reports: Iterable[SearchReport]) -> tuple[str, ...]:
    """Name the sources whose lists hold a page, in the order in which they answered."""
    wanted = identity(canonical(url) or url)
    found = (
        report.retriever
        for report in reports
        if any(identity(canonical(hit.url) or hit.url) == wanted for hit in report.hits)
    )
    return tuple(dict.fromkeys(found))
