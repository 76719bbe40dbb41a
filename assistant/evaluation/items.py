"""Grounding data as it lies on disk: a question, the pages that came with it, and what is known of its answer.

Knows the row formats of RAMDocs, RealtimeQA, fitz-gov and the injection set. What an answer is worth is for others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from assistant.errors import SettingsInvalid
from assistant.evaluation.data_sets import is_fitted_on, read_lines
from assistant.evaluation.report import EvaluationRequest, sample
from assistant.evidence import Page, Passage
from assistant.ranking.passages import split

__all__ = ["Item", "chosen_items", "is_marked", "item_of", "passages_of"]

ITEMS = "items.jsonl"
TRUSTWORTHY, DISPUTED, ABSTAIN = "trustworthy", "disputed", "abstain"
UNNAMED = "item://{}.com/"
"""Address of a page that brings none: each is a site of its own, and by its scheme none can be fetched."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One question with its pages; what the set does not say is empty or None."""

    id: str
    question: str
    pages: tuple[Page, ...]
    answers: tuple[str, ...] = ()
    wrong_answers: tuple[str, ...] = ()
    asked_at: datetime | None = None
    is_answerable: bool = True
    """Whether the pages hold the answer."""
    is_disputed: bool | None = None
    """Whether the pages contradict one another; None where the set does not say."""
    forbidden: tuple[str, ...] = ()
    """Patterns that an answer from these pages cannot match."""

    @property
    def states_who(self) -> bool:
        """Whether the set knows all right and wrong answers of its pages, as RAMDocs does."""
        return bool(self.answers) and self.is_disputed is not None

    @property
    def is_fitted_on(self) -> bool:
        """Whether constants may be fitted on it."""
        return is_fitted_on(self.id)


def chosen_items(request: EvaluationRequest) -> list[Item]:
    """Read a set and draw from it what a request wants, from one half only where it names one."""
    file = request.data / ITEMS
    if not file.is_file():
        message = f"{file}: no such file; name the folder of a grounding set"
        raise SettingsInvalid(message)
    items = [item_of(row) for row in read_lines(file)]
    if request.half is not None:
        items = [item for item in items if item.is_fitted_on == (request.half == "fitted")]
    return sample(items, request.limit, request.seed)


def item_of(row: Mapping[str, Any]) -> Item:
    """Read one row of any of the sets."""
    asked_at = moment(row.get("question_date"))
    mode = row.get("expected_mode")
    answers = tuple(row.get("answers") or ())
    wrong = tuple(row.get("wrong_answers") or ())
    return Item(
        id=row["id"],
        question=row["query"],
        pages=tuple(page_of(row["id"], passage, asked_at) for passage in row["passages"]),
        answers=answers,
        wrong_answers=wrong,
        asked_at=asked_at,
        is_answerable=mode != ABSTAIN and bool(row.get("gold_by_string", True)),
        is_disputed=mode == DISPUTED if mode else is_conflicting(row, answers, wrong),
        forbidden=tuple(row.get("forbidden") or ()),
    )


def is_conflicting(row: Mapping[str, Any], answers: tuple[str, ...], wrong: tuple[str, ...]) -> bool | None:
    """Tell whether pages state several answers, where the set says which page states which."""
    return len(answers) + len(wrong) > 1 if "wrong_answers" in row else None


def page_of(item: str, row: Mapping[str, Any], read_at: datetime | None) -> Page:
    """Take one passage of a row for a page that was read when the question was asked."""
    url = row.get("url") or UNNAMED.format(re.sub(r"[^a-z0-9]+", "-", f"{row['id']} {item}".lower()))
    return Page(
        url=url,
        final_url=url,
        title=row.get("title") or "",
        text=row["text"],
        published=moment(row.get("date")),
        fetched_at=read_at or datetime.now(UTC),
    )


def moment(day: str | None) -> datetime | None:
    """Read a day, written 2026-03-26 or 2026/03/26, as its last second: nothing of that day is of the future."""
    if not day:
        return None
    return datetime.combine(datetime.fromisoformat(day.replace("/", "-")).date(), time(23, 59, 59), tzinfo=UTC)


def passages_of(pages: tuple[Page, ...]) -> list[Passage]:
    """Cut pages into passages as a turn does; they stand in the order of the search that found them."""
    return [passage for rank, page in enumerate(pages) for passage in split(page, source_rank=rank)]


def is_marked(folder: Path) -> bool:
    """Tell whether a set holds human labels of attribution instead of questions."""
    file = folder / ITEMS
    return file.is_file() and "premise" in read_lines(file)[0]
