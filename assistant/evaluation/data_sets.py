"""Data sets as they lie on disk: JSON, a row to a line.

Knows files. What the rows mean is known by the suites.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

__all__ = ["read_lines"]


def read_lines(file: Path) -> list[dict[str, Any]]:
    """Read JSON lines."""
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]
