"""What a model remembers of the beginning of every prompt, kept on the disk from one process to the next.

Knows files and which model and text each is of. Leaves what else is kept, in memory, to `prefixes.py`.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from assistant.models.key_values import KeyValues

log = logging.getLogger(__name__)

__all__ = ["Beginnings"]

LAYOUT = "1"
"""To be raised when memories are laid out otherwise, or prompts are computed otherwise."""
MOST_FILES = 4
"""Some 15 MB each: one for each model that was used lately."""
SUFFIX = ".safetensors"


class Beginnings:
    """Keep memories of beginnings in a folder, the last used; one that is damaged is as good as none."""

    def __init__(self, folder: Path, model: Path) -> None:
        """Keep those of the model in one folder in another; nothing is made before something is kept."""
        self.folder = folder
        self.model = model

    def find(self, tokens: Sequence[int], blank: object) -> KeyValues | None:
        """Return the memory of exactly these tokens, laid out like a blank one, of the model as it is now."""
        from safetensors.torch import load_file  # noqa: PLC0415 - loaded only when needed

        if not isinstance(blank, KeyValues):
            return None
        file = self._file(tokens, blank.number_format)
        try:
            held = load_file(file)
            memory = KeyValues(blank.shape, blank.number_format, room=len(tokens))
            for name in ("keys", "values"):
                getattr(memory, name).copy_(held[name])
            os.utime(file)
        except FileNotFoundError:
            return None
        except Exception as error:  # noqa: BLE001 - a damaged file fails in many ways, and none of them matters
            log.info("%s is of no use: %r", file, error)
            file.unlink(missing_ok=True)
            return None
        memory.length = len(tokens)
        return memory

    def keep(self, tokens: Sequence[int], memory: object) -> None:
        """Write down a memory, whole or not at all; a disk that is full is no fault of the text."""
        from safetensors.torch import save_file  # noqa: PLC0415 - loaded only when needed

        if not isinstance(memory, KeyValues):
            return
        file = self._file(tokens, memory.number_format)
        unfinished = file.with_suffix(f".{os.getpid()}")
        kept = {name: getattr(memory, name)[:, :, : len(tokens)].contiguous() for name in ("keys", "values")}
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            save_file(kept, unfinished)
            unfinished.replace(file)
            for old in sorted(self.folder.glob(f"*{SUFFIX}"), key=lambda path: -path.stat().st_mtime)[MOST_FILES:]:
                old.unlink(missing_ok=True)
        except OSError as error:
            log.info("%s is not kept: %s", file, error)
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)

    def _file(self, tokens: Sequence[int], number_format: object) -> Path:
        """Name the file of these tokens; a model whose files have changed has others."""
        files = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in sorted(self.model.glob("*"))]
        known = json.dumps([LAYOUT, str(self.model.resolve()), files, str(number_format), list(tokens)])
        return self.folder / f"{hashlib.sha256(known.encode()).hexdigest()[:32]}{SUFFIX}"
