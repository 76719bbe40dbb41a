"""Bodies that real providers answered, kept beside the repository: which there are, and how to replay one.

Knows the columns of `INDEX.tsv`. Leaves what a source makes of a body to that source's test.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

FIXTURES = Path(__file__).parents[2].parent / "shared" / "fixtures"
EVIDENCE = ("[real]", "[generated-by-real-code]")
TYPES = {".html": "text/html; charset=utf-8", ".json": "application/json", ".xml": "application/xml"}
NEEDS_FIXTURES = pytest.mark.skipif(not FIXTURES.is_dir(), reason="needs the recorded answers in ../shared")


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One recorded body: where it lies, with which status it came, and what a source must make of it."""

    path: Path
    status: int
    case: str
    min_hits: int
    what: str


def rows(retriever: str) -> list[Row]:
    """List the bodies that are evidence for a source, those of the case `other` too; none where there is no index."""
    index = FIXTURES / "INDEX.tsv"
    if not index.is_file():
        return []
    with index.open(encoding="utf-8", newline="") as lines:
        found = [row for row in csv.DictReader(lines, delimiter="\t") if row["retriever"] == retriever]
    return [
        Row(
            path=FIXTURES / row["file"],
            status=int(row["status"] or 200),
            case=row["case"],
            min_hits=int(row["min_hits"] or 0),
            what=row["what"],
        )
        for row in found
        if row["what"].startswith(EVIDENCE)
    ]


def response(row: Row) -> httpx.Response:
    """Replay a body with its status."""
    content_type = TYPES.get(row.path.suffix, "application/octet-stream")
    return httpx.Response(row.status, content=row.path.read_bytes(), headers={"Content-Type": content_type})
