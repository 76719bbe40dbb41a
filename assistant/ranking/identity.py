"""What tells one embedder's vectors from another's: its name and its weights, for a folder may be filled anew.

Knows files, and nothing of how they are run.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

__all__ = ["identity_of"]

SAMPLES = 64
SAMPLE_BYTES = 16 * 2**10
"""One MiB of evenly spread pieces, a few milliseconds: other weights differ in nearly every piece."""


def identity_of(name: str, folder: Path) -> str:
    """Name an embedder by its catalogue name and the content of its folder's small files and a sample of its large."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.suffix in {".json", ".safetensors", ".txt"}):
        digest.update(f"{path.relative_to(folder)} {path.stat().st_size}\n".encode())
        digest.update(sample(path))
    return f"{name}-{digest.hexdigest()[:12]}"


def sample(path: Path) -> bytes:
    """Read a small file whole, and evenly spread pieces of a large one."""
    size = path.stat().st_size
    with path.open("rb") as file:
        if size <= SAMPLES * SAMPLE_BYTES:
            return file.read()
        step = (size - SAMPLE_BYTES) // (SAMPLES - 1)
        pieces = []
        for number in range(SAMPLES):
            file.seek(number * step)
            pieces.append(file.read(SAMPLE_BYTES))
        return b"".join(pieces)
