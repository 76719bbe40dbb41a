"""Whether a model fits on the disk, before anything of it is fetched.

Knows free space and what lies in a folder. Leaves how much a model needs to those who fetch it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from assistant.errors import ModelUnavailable
from assistant.models.catalog import CatalogEntry

__all__ = ["require_disk", "size_of"]


def require_disk(entry: CatalogEntry, missing_bytes: int, folder: Path, *, remedy: str = "FOOTNOTE_DATA_DIR") -> None:
    """Raise `ModelUnavailable` unless what is still missing fits on the disk of `folder`, which may not exist yet."""
    place = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    free = shutil.disk_usage(place).free
    if missing_bytes > free:
        message = (
            f"{entry.name}: needs {missing_bytes / 1e9:.1f} GB more in {folder}, {free / 1e9:.1f} GB are free; "
            f"free some or name another folder in {remedy}"
        )
        raise ModelUnavailable(message)


def size_of(folder: Path) -> int:
    """Add up the files of a folder, of which some may vanish meanwhile."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:
            continue
    return total
