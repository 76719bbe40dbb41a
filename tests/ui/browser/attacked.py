"""Turns in which every text is one of the hostile strings that lie beside the repository where it is developed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from assistant.events import AnswerFinished, Event, PageRead, QuoteReady, SentenceChecked
from assistant.evidence import Citation, PageReport, PageStatus, Sentence, Verdict
from tests.ui.scripted import finished, retriever_citations

ATTACKS = Path(__file__).parents[4] / "shared" / "attacks"
"""Not ours to copy."""


@cache
def attacks() -> tuple[str, ...]:
    """Read every string of every row: texts of injections, descriptions of bad input, addresses."""
    rows = [
        json.loads(line)
        for name in ("injection.jsonl", "badinput.jsonl")
        for line in (ATTACKS / name).read_text(encoding="utf-8").splitlines()
    ]
    texts = [value for row in rows for value in row.values() if isinstance(value, str)]
    addresses = [
        cell for line in (ATTACKS / "ssrf.tsv").read_text(encoding="utf-8").splitlines() for cell in line.split("\t")
    ]
    return tuple(dict.fromkeys(text for text in (*texts, *addresses) if text.strip()))


def attacked(question: str) -> Iterator[Event]:
    """Play a turn whose titles, addresses, quotations and sentences are the strings that the question numbers."""
    first, last = map(int, re.findall(r"\d+", question))
    now, chosen = datetime.now(UTC), attacks()[first:last]
    model = retriever_citations(now)[0]
    cited: list[Citation] = [
        replace(model, number=n, url=said, title=said, quote=said, before=said, after=said)
        for n, said in enumerate(chosen, 1)
    ]
    pages = [PageReport(url=said, status=PageStatus.READ, title=said, found_by=(said,)) for said in chosen]
    said = [Sentence(text=one, citations=(n,), verdict=Verdict.SUPPORTED) for n, one in enumerate(chosen, 1)]
    yield from (PageRead(elapsed_s=1.0, report=page, title=page.title) for page in pages[:3])
    yield from (QuoteReady(elapsed_s=1.2, citation=found) for found in cited[:3])
    yield from (
        SentenceChecked(elapsed_s=2.0, sentence=one, citations=(found,))
        for one, found in list(zip(said, cited, strict=True))[:3]
    )
    answer = replace(
        finished(question, now),
        sentences=tuple(said),
        citations=tuple(cited),
        pages=tuple(pages),
        warnings=tuple(chosen),
        suggestions=tuple(chosen[:5]),
    )
    yield AnswerFinished(elapsed_s=3.0, answer=answer)
