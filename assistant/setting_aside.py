"""Keep a broken database out of the way instead of deleting it: what it held may be worth rescuing.

Knows SQLite's files. When a file is broken is for whoever opens it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

__all__ = ["set_aside"]


def set_aside(path: Path) -> Path:
    """Rename a broken file with its journal; return its new place."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    aside = path.with_name(f"{path.name}.corrupt-{stamp}")
    for suffix in ("-wal", "-shm"):
        journal = path.with_name(path.name + suffix)
        if journal.exists():
            journal.rename(aside.with_name(aside.name + suffix))
    return path.rename(aside)
