# mypy: disable-error-code="import-not-found,import-untyped,no-any-return"
"""How loops are compiled: for this processor, with what was compiled kept on the disk.

Knows numba, and is imported only where loops are wanted. Leaves what they compute to `row_kernels.py` and
`layer_kernels.py`.

Functions to be kept must not close over compiled ones: numba then takes each process's for others, compiles them again
and keeps them beside the old (measured: 12 seconds at each start, and 15 files more). So loops here are of a module,
and what differs between number formats is chosen by the types of arguments.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from numba import config, njit, set_num_threads
from platformdirs import user_cache_path

__all__ = ["Compiled", "loop", "use_threads"]

CONFIG: Any = config
COMPILE: Any = njit
SOURCES = ("compiling.py", "layer_kernels.py", "pair_tiles.py", "prompt_kernels.py", "row_kernels.py", "tiles.py")
"""Numba sees that a loop's own file has changed, and not that one has from which it takes others."""

Compiled = Any
"""A function, once numba has seen it."""


def loop(*, parallel: bool = False) -> Callable[[Callable[..., Any]], Compiled]:
    """Compile a function when it is first called; where no folder can be written to, in each process anew."""
    options = {"parallel": parallel, "fastmath": True, "nogil": True}

    def compiled(function: Callable[..., Any]) -> Compiled:
        with kept_in(folder()):
            try:
                return COMPILE(cache=True, **options)(function)
            except RuntimeError:  # numba's word for no folder that can be written to: neither this, nor the code's
                return COMPILE(**options)(function)

    return compiled


@cache
def folder() -> Path:
    """Name the folder for what these sources compile to."""
    content = b"".join(Path(__file__).with_name(name).read_bytes() for name in SOURCES)
    return user_cache_path("footnote") / "compiled" / hashlib.sha256(content).hexdigest()[:16]


@contextmanager
def kept_in(path: Path) -> Iterator[None]:
    """Let numba keep what it compiles in a folder, unless whoever runs this has named one."""
    before = CONFIG.CACHE_DIR
    CONFIG.CACHE_DIR = before or str(path)
    try:
        yield
    finally:
        CONFIG.CACHE_DIR = before


def use_threads(count: int) -> None:
    """Let loops that this thread calls use so many threads at most."""
    set_num_threads(max(1, min(count, CONFIG.NUMBA_NUM_THREADS)))
