"""Does the evidence that goes into the prompt hold the answer, where a page holds it: recall by tokens selected.

For sets whose items bring their own pages (RealtimeQA). Cuts, ranks and selects with the product's code; whether a text
holds an answer is decided by the set's own rule, the answer's words in a row, without case, accents and punctuation.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from langchain_core.embeddings import Embeddings

from assistant.evaluation.correctness import says
from assistant.evaluation.data_sets import is_fitted_on, read_lines
from assistant.evaluation.report import EvaluationRequest, Figure, Report, mean, sample
from assistant.evaluation.vectors import remembering_embedder
from assistant.evidence import Page, Passage
from assistant.language import detect_language
from assistant.ranking.comparing import rank_now
from assistant.ranking.passages import split
from assistant.ranking.selection import estimate_tokens, select
from assistant.searching.recency import implied_freshness

__all__ = ["evaluate_evidence"]

CURVE = (150, 300, 450, 600, 750, 900)
"""Token budgets; 900 is the one of the balanced profile."""


def evaluate_evidence(request: EvaluationRequest) -> Report:
    """Select evidence for each item of which a page holds the answer, at each budget."""
    items = [row for row in read_lines(request.data / "items.jsonl") if row["gold_by_string"]]
    chosen = sample(items, request.limit, request.seed)
    embedder = remembering_embedder(request)
    held: dict[int, list[float]] = {budget: [] for budget in CURVE}
    spent: dict[int, list[float]] = {budget: [] for budget in CURVE}
    try:
        for done, item in enumerate(chosen, start=1):
            ranked = ranked_passages(item, embedder)
            for budget in CURVE:
                selected = asyncio.run(selection(item["query"], ranked, budget))
                held[budget].append(float(any(holds(one, item["answers"]) for one in selected)))
                spent[budget].append(float(sum(estimate_tokens(one.text) for one in selected)))
            request.progress(done, len(chosen))
    finally:
        embedder.close()
    metrics: dict[str, Figure] = {}
    reported = [place for place, item in enumerate(chosen) if not is_fitted_on(item["id"])]
    for budget in CURVE:
        metrics[f"evidence recall, {budget} tokens"] = mean(held[budget], request.seed)
        if reported:
            unseen = [held[budget][place] for place in reported]
            metrics[f"evidence recall, {budget} tokens, half not fitted on"] = mean(unseen, request.seed)
        metrics[f"tokens selected, {budget} tokens"] = mean(spent[budget], request.seed)
    return Report(suite="ranking", data=str(request.data), n=len(chosen), metrics=metrics)


def ranked_passages(item: Mapping[str, Any], embedder: Embeddings) -> list[Passage]:
    """Cut the pages of an item, which stand in the order of the search that found them, and rank their passages."""
    now = datetime.now(UTC)
    pages = [
        Page(
            url=row.get("url") or f"item:{row['id']}",
            final_url=row.get("url") or f"item:{row['id']}",
            title=row.get("title") or "",
            text=row["text"],
            published=day_of(row.get("date")),
            fetched_at=now,
        )
        for row in item["passages"]
    ]
    passages = [passage for rank, page in enumerate(pages) for passage in split(page, source_rank=rank)]
    return rank_now(
        item["query"],
        passages,
        language=detect_language(item["query"]) or "en",
        embedder=embedder,
        freshness=implied_freshness(item["query"]),
    )


def day_of(date: str | None) -> datetime | None:
    """Read the day of a page, written 2026/03/26; None where there is none."""
    return datetime.strptime(date, "%Y/%m/%d").replace(tzinfo=UTC) if date else None


async def selection(question: str, ranked: Sequence[Passage], budget: int) -> list[Passage]:
    """Select as a turn does."""
    return [
        passage
        async for passage in select(ranked, token_budget=budget, question=question, language=detect_language(question))
    ]


def holds(passage: Passage, answers: Sequence[str]) -> bool:
    """Tell whether a passage or its title says one of the answers."""
    return any(says(f"{passage.title} {passage.text}", answer) for answer in answers)
