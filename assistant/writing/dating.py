"""How fresh an answer is: the date that it stands as of, and what to beware of when its pages are old.

Knows the dates of cited pages. Leaves whether a question is about now to `wanting.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from assistant.evidence import Citation
from assistant.writing.covering import years
from assistant.writing.wanting import asks_now

__all__ = ["as_of", "warnings"]

OLD_DAYS = 183
"""Half a year: prices, offices and versions have often changed by then (judgement)."""
MONTH_DAYS = 30.44
YEAR_DAYS = 365.25


def as_of(citations: Sequence[Citation]) -> datetime | None:
    """Date an answer by the newest page that it cites; None where no page has a date."""
    return max((citation.published for citation in citations if citation.published), default=None)


def warnings(question: str, citations: Sequence[Citation], asked_at: datetime) -> tuple[str, ...]:
    """Say how old the newest cited page is where a question is about now."""
    if not citations or not is_about_now(question, asked_at):
        return ()
    newest = as_of(citations)
    if newest is None:
        return ("the question is about now, and no cited page says when it was written",)
    age_days = (asked_at - in_utc(newest)).total_seconds() / 86_400
    if age_days < OLD_DAYS:
        return ()
    return (f"the question is about now, and the newest cited page is {age(age_days)} old ({newest:%Y-%m-%d})",)


def is_about_now(question: str, asked_at: datetime) -> bool:
    """Tell whether a question wants the present, in words or by naming the year it is asked in."""
    named = years(question)
    return str(asked_at.year) in named or (asks_now(question) and not named)


def in_utc(moment: datetime) -> datetime:
    """Read a moment without a zone as UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def age(days: float) -> str:
    """Say an age in years or months, rounded down."""
    if days >= YEAR_DAYS:
        count, unit = int(days / YEAR_DAYS), "year"
    else:
        count, unit = int(days / MONTH_DAYS), "month"
    return f"{count} {unit}{'s' if count != 1 else ''}"
