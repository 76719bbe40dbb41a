"""`footnote search`: stop after fusion and list the candidates.

Knows how candidates are printed. Leaves searching to the engine.
"""

from __future__ import annotations

import argparse
import asyncio
import json

from rich.console import Console

from assistant.assistant import Assistant
from assistant.cli import INTERRUPTED, OK
from assistant.cli.ask import chosen_options
from assistant.cli.transcript import plain
from assistant.events import Event, SourceAnswered
from assistant.evidence import Candidate, QuestionOptions, SearchReport, Sighting
from assistant.settings import Settings, load_settings

__all__ = ["run"]


def run(arguments: argparse.Namespace) -> int:
    """List what would be read for a question, best first."""
    question = " ".join(arguments.question)
    try:
        candidates, reports = asyncio.run(search(question, chosen_options(arguments), load_settings()))
    except KeyboardInterrupt:
        return INTERRUPTED
    if arguments.json:
        print(json.dumps(encode(question, candidates, reports), ensure_ascii=False, indent=2))
    else:
        show(candidates, reports)
    return OK


async def search(
    question: str, options: QuestionOptions, settings: Settings
) -> tuple[tuple[Candidate, ...], list[SearchReport]]:
    """Open the engine for one search."""
    reports: list[SearchReport] = []

    def emit(event: Event) -> None:
        if isinstance(event, SourceAnswered):
            reports.append(event.report)

    async with Assistant(settings) as assistant:
        return await assistant.search(question, options=options, emit=emit), reports


def encode(question: str, candidates: tuple[Candidate, ...], reports: list[SearchReport]) -> dict[str, object]:
    """Give the shape of `--json`."""
    return {
        "question": question,
        "candidates": [
            {
                "url": found.url,
                "title": found.title,
                "snippet": found.snippet,
                "published": found.published.isoformat() if found.published else None,
                "score": found.score,
                "sightings": [encode_sighting(seen) for seen in found.sightings],
                "explanation": [{"why": part.why, "value": part.value} for part in found.explanation],
            }
            for found in candidates
        ],
        "searches": [
            {
                "retriever": report.retriever,
                "provider": report.provider,
                "hits": len(report.hits),
                "elapsed_s": round(report.elapsed_s, 3),
                "error": report.error,
                "reason": report.reason,
                "from_cache": report.from_cache,
            }
            for report in reports
        ],
    }


def encode_sighting(seen: Sighting) -> dict[str, object]:
    """Write who listed a candidate; the address of a copy is named, the candidate's own is not."""
    return {"retriever": seen.retriever, "rank": seen.rank} | ({"url": seen.url} if seen.url else {})


def show(candidates: tuple[Candidate, ...], reports: list[SearchReport]) -> None:
    """Print candidates for a person."""
    out, err = Console(highlight=False, soft_wrap=True), Console(stderr=True, highlight=False, soft_wrap=True)
    for place, found in enumerate(candidates, start=1):
        why = " + ".join(f"{part.value:.4f} {part.why}" for part in found.explanation)
        out.print(plain(f"{place:2}. {found.title or found.url}\n    {found.url}\n    {found.score:.4f} = {why}"))
        for copy in (seen for seen in found.sightings if seen.url):
            out.print(plain(f"    the same at {copy.url} ({copy.retriever} #{copy.rank})"))
    if not candidates:
        out.print("No source found anything.")
    for report in reports:
        if report.error:
            err.print(plain(f"source failed: {report.error}"))
