"""Whether a database can be opened without harm, tried in a process that may die of it.

A spoilt file of vectors makes Chroma read beyond its memory, and that ends the process (chromadb 1.5.9). So a database
that was not closed by us, or was changed since, is read once elsewhere. Knows nothing of what is stored.
"""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from assistant.errors import IndexUnavailable

__all__ = ["SpoiltVectors", "mark_closed", "refuse_spoilt", "unmark"]

MARK = "closed.json"
TRIAL_DEADLINE_S = 60.0
"""Reading 100,000 passages takes about a third of it; the answers of that time go on without the store."""
TRIAL = """
import sys, chromadb
from chromadb.config import Settings
try:
    client = chromadb.PersistentClient(path=sys.argv[1], settings=Settings(anonymized_telemetry=False))
    for collection in client.list_collections():
        for start in range(0, collection.count(), 1000):
            rows = collection.get(limit=1000, offset=start, include=["embeddings"])["embeddings"]
            collection.query(query_embeddings=rows[::100], n_results=10)
except BaseException:
    pass  # what can be caught is told by the process that opens it next
"""


class SpoiltVectors(Exception):
    """Say that a database ended the process that read it."""


def mark_closed(folder: Path) -> None:
    """Note how the files are left, so that the next opening can tell whether they are as they were."""
    with suppress(OSError):  # a missing note costs a trial
        (folder / MARK).write_text(json.dumps(state(folder)), encoding="utf-8")


def unmark(folder: Path) -> None:
    """Remove the note, for from now on the files may change at any moment."""
    (folder / MARK).unlink(missing_ok=True)


def refuse_spoilt(folder: Path) -> None:
    """Raise `SpoiltVectors` if reading the database ends a process; tried only where the note does not vouch for it."""
    if not (folder / "chroma.sqlite3").is_file() or noted(folder) == state(folder):
        return
    command = [sys.executable, "-I", "-W", "ignore", "-c", TRIAL, str(folder)]
    try:
        ended = subprocess.run(command, check=False, capture_output=True, timeout=TRIAL_DEADLINE_S).returncode  # noqa: S603 - our own words
    except subprocess.TimeoutExpired as error:
        message = f"{folder}: could not be checked after a crash in {TRIAL_DEADLINE_S:.0f} s; remove it to begin anew"
        raise IndexUnavailable(message) from error
    if ended < 0:
        message = f"reading it ends a process by signal {-ended}"
        raise SpoiltVectors(message)


def noted(folder: Path) -> object:
    """Read the note; None if there is none."""
    try:
        return json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def state(folder: Path) -> dict[str, list[int]]:
    """Give size and time of every file but the note."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != MARK]
    return {str(path.relative_to(folder)): [path.stat().st_size, path.stat().st_mtime_ns] for path in files}
