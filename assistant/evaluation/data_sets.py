"""Data sets as they lie on disk: JSON, a row to a line.

Knows files. What the rows mean is known by the suites.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

__all__ = ["is_fitted_on", "read_lines"]


def read_lines(file: Path) -> list[dict[str, Any]]:
    """Read JSON lines."""
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def is_fitted_on(name: str) -> bool:
    """Tell which half of a set constants are fitted on, the same in every run; the other half is for reporting."""
    return hashlib.sha256(name.encode()).digest()[-1] % 2 == 0
