"""How long the first token takes after the last page, with evidence read while pages come and with it read afterwards.

Pages of our own documentation come one by one, as from slow servers; choosing among them, wording the prompt and the
engine are the real ones, ranking is by words. What every prompt begins with is read before, as in a running assistant.
`.venv/bin/python benchmarks/reading_ahead.py [--model FOLDER] [--pause 2.0] [--repeats 3] [--json]`, default the first
language model that is pulled as a folder.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rounding import pulled

from assistant.budgets import BUDGETS
from assistant.evidence import Page, Passage, Profile, QuestionOptions
from assistant.models.engine import Engine
from assistant.models.folders import open_folder
from assistant.models.loading import best_format, load_folder
from assistant.models.local import LocalChatModel
from assistant.models.prefixes import Prefixes
from assistant.ranking.lexical import LexicalIndex
from assistant.ranking.passages import split
from assistant.ranking.selection import select
from assistant.reading_ahead import ReadingAhead, reading_ahead
from assistant.writing.prompting import beginning, build_prompt
from retrievers import SearchQuery

DOCS = Path(__file__).parent.parent / "docs"
QUESTIONS = (
    "How do I add a retriever?",
    "How much memory does a model take?",
    "How are pages of the web kept from giving orders to the model?",
)
BUDGET = BUDGETS[Profile.BALANCED].evidence_tokens


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--pause", type=float, default=2.0, help="seconds between pages")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    found = asyncio.run(measured(arguments))
    print(
        json.dumps(found, indent=2) if arguments.json else "  ".join(f"{name} {value}" for name, value in found.items())
    )


async def measured(arguments: argparse.Namespace) -> dict[str, Any]:
    """Ask in turns with and without reading ahead."""
    engine = Engine(load_folder(open_folder(arguments.model or pulled()[0]), best_format()), packing=False)
    engine.warm()
    chat = LocalChatModel(engine=engine)
    afterwards, ahead = [], []
    for question in QUESTIONS[: arguments.repeats]:
        for reader, times in ((None, afterwards), (chat, ahead)):
            engine.prefixes = Prefixes()
            await chat.read_ahead(beginning(), lasting=True)
            times.append(await first_token_s(question, chat, reader, arguments.pause))
    engine.worker.shutdown()
    middle, after = statistics.median(ahead), statistics.median(afterwards)
    return {
        "pages": len(pages()),
        "pause_s": arguments.pause,
        "afterwards_s": after,
        "ahead_s": middle,
        "share": middle / after,
        "shares": [one / other for one, other in zip(ahead, afterwards, strict=True)],
    }


def pages() -> list[Page]:
    """Take each file of the documentation for a page."""
    now = datetime.now(UTC)
    files = sorted(DOCS.glob("*.md"))
    return [
        Page(
            url=f"https://docs.example/{file.name}",
            final_url=f"https://docs.example/{file.name}",
            title=file.stem,
            text=file.read_text(encoding="utf-8"),
            fetched_at=now,
        )
        for file in files
    ]


async def first_token_s(question: str, chat: LocalChatModel, reader: object, pause_s: float) -> float:
    """Let pages come, and time from the last to the first token."""
    query = SearchQuery(text=question, language="en")
    ahead = ReadingAhead(query=query, options=QuestionOptions(), history=(), token_budget=BUDGET, chat=reader)
    passages: list[Passage] = []
    async with reading_ahead(ahead):
        for page in pages():
            await asyncio.sleep(pause_s)
            passages += split(page)
            ahead.note(passages)
        began = time.perf_counter()
    evidence = [passage async for passage in ahead.first(chosen(query, passages))]
    prompt = build_prompt(question, evidence, "en", asked_at=ahead.options.asked_at, fence=ahead.fence)
    async with aclosing(chat.astream(prompt, max_tokens=1)) as chunks:  # type: ignore[type-var]
        async for chunk in chunks:
            if chunk.text or chunk.response_metadata.get("finish_reason"):
                break
    return time.perf_counter() - began


async def chosen(query: SearchQuery, passages: list[Passage]) -> AsyncIterator[Passage]:
    """Rank by words, and select as a turn does."""
    order = LexicalIndex(passages, query.language).order(query.text)
    ranked = [passages[place] for place in order]
    async for passage in select(ranked, token_budget=BUDGET, question=query.text, language=query.language):
        yield passage


if __name__ == "__main__":
    main()
