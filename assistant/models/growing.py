"""Get a mixture of experts that was grown here: our own few weights, put onto a dense model that is pulled first.

Knows where our weights lie and that they are the pinned ones. Leaves the dense model to `pulling.py` and the weights'
shape to `composing.py`.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from assistant.errors import ModelUnavailable
from assistant.models.catalog import CatalogEntry
from assistant.models.composing import compose
from assistant.models.disk import require_disk
from assistant.models.progress import PullProgress
from assistant.models.wheels import sha256_of

__all__ = ["DELTAS", "grow_from"]

DELTAS = Path(__file__).parent
CARD = "README.md"


def grow_from(
    entry: CatalogEntry, dense: Path, workplace: Path, progress: PullProgress, *, deltas: Path = DELTAS
) -> dict[str, Any]:
    """Fill the folder from a dense model's and our own weights; return what to record."""
    delta = deltas / entry.name / "delta.safetensors"
    if entry.delta is None or not delta.is_file() or sha256_of(delta) != entry.delta.sha256:
        message = f"{entry.name}: {delta} is not the pinned file; install Footnote again"
        raise ModelUnavailable(message)
    require_disk(entry, entry.disk_bytes, workplace)
    progress.say(f"Putting {entry.label} together, from {entry.grown_on} and {entry.delta.bytes / 1e6:.0f} MB of ours.")
    made = workplace / "model"
    shutil.rmtree(made, ignore_errors=True)
    stage = f"composing {entry.name}"
    compose(dense, delta, made, report=lambda done, total: progress.advance(stage, done, total))
    if (card := delta.with_name(CARD)).is_file():
        shutil.copyfile(card, made / CARD)
    return {"source": "grown", "grown_on": entry.grown_on, "delta": entry.delta.sha256}
