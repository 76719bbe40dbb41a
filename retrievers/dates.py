"""The dates that providers write, made aware datetimes.

Knows formats only; that a date lies in the future is noticed by `http.py`.
"""

from __future__ import annotations

from datetime import UTC, datetime

__all__ = ["iso_date"]


def iso_date(text: str | None) -> datetime | None:
    """Read an ISO 8601 date, as UTC where it names no zone; None where there is none."""
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
