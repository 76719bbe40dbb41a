"""Where long answers are parsed: beside the event loop, which serves other questions meanwhile.

Knows what is long. Leaves parsing to the sources.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

__all__ = ["apart"]

Parsed = TypeVar("Parsed")
LONG_BYTES = 20_000
"""From here on parsing takes longer than a change of threads: html.parser reads about 1 MB a second."""
THREADS = 2
"""More would only wait for one another: parsing holds the interpreter's lock."""


async def apart(size_bytes: int, parse: Callable[[], Parsed]) -> Parsed:
    """Return what `parse` makes of an answer of this size: at once where it is short, else in a thread."""
    if size_bytes < LONG_BYTES:
        return parse()
    return await asyncio.get_running_loop().run_in_executor(threads(), parse)


@cache
def threads() -> ThreadPoolExecutor:
    """Give the threads that parse, for the life of the process."""
    return ThreadPoolExecutor(THREADS, thread_name_prefix="parsing")
