"""Make items out of a set of questions and paragraphs: the right paragraph among others, or the others alone.

Knows the row formats of the ranking sets (`queries.jsonl`, `corpus.jsonl`, or the same behind the code of a language).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.evaluation.correctness import says
from assistant.evaluation.data_sets import is_fitted_on, read_lines
from assistant.evaluation.items import Item, passages_of
from assistant.evaluation.report import sample
from assistant.evidence import Page, Passage
from assistant.ranking import rank

__all__ = ["LACKING_EVERY", "paragraph_items"]

OTHERS = 4
"""Paragraphs beside the right one: those that share most words with the question and do not hold its answer."""
LACKING_EVERY = 3
LACKING = "-lacking"
"""In the name of an item whose paragraph is left out: what was told of the whole one is not told of it."""


def paragraph_items(folder: Path, language: str, limit: int, lacking_every: int = LACKING_EVERY) -> list[Item]:
    """Draw items, the same each time, from the half that no constant was fitted on; some lack their paragraph."""
    rows = [row for row in read_lines(named(folder, language, "queries")) if not is_fitted_on(row["id"])]
    drawn = sample(rows, limit, 0)
    pages = {row["id"]: page_of(row) for row in read_lines(named(folder, language, "corpus"))}
    pool = passages_of(tuple(pages.values()))
    return [
        item_of(row, pages, pool, language, lacks=place % lacking_every == lacking_every - 1)
        for place, row in enumerate(drawn)
    ]


def named(folder: Path, language: str, what: str) -> Path:
    """Find a file of a set that may hold several languages."""
    several = folder / f"{language}.{what}.jsonl"
    return several if several.is_file() else folder / f"{what}.jsonl"


def page_of(row: Mapping[str, Any]) -> Page:
    """Take a paragraph for a page."""
    url = f"item://{row['id']}.com/"
    return Page(url=url, final_url=url, title=row.get("title") or "", text=row["text"], fetched_at=datetime.now(UTC))


def item_of(
    row: Mapping[str, Any], pages: Mapping[str, Page], pool: Sequence[Passage], language: str, *, lacks: bool
) -> Item:
    """Put a question beside its paragraph and others, or beside others alone."""
    ranked = rank(row["query"], pool, language=language, embedder=None, freshness=None)
    gold = [pages[name] for name in row["gold"]]
    by_url = {page.url: page for page in pages.values()}
    nearest = dict.fromkeys(passage.url for passage in ranked)
    others = [
        page
        for page in (by_url[url] for url in nearest)
        if page not in gold and not any(says(page.text, answer) for answer in row["answers"])
    ]
    shown = others[: OTHERS + 1] if lacks else [*others[: OTHERS // 2], *gold, *others[OTHERS // 2 : OTHERS]]
    return Item(
        id=f"{row['id']}{LACKING if lacks else ''}",
        question=row["query"],
        pages=tuple(shown),
        answers=tuple(row["answers"]),
        is_answerable=not lacks,
    )
