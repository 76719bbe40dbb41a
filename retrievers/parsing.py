"""Where long answers are parsed: beside the event loop, which serves other questions meanwhile.

Knows what is long. Leaves parsing to the sources.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from types import MappingProxyType
from typing import TypeVar

__all__ = ["apart"]

Parsed = TypeVar("Parsed")
LONG_BYTES = MappingProxyType({"json": 1_000_000, "xml": 100_000, "html": 20_000})
"""From here on parsing takes some two milliseconds: Beautiful Soup reads 50 kB in 5.4 ms, json in 0.13, lxml lies
between. Queued behind the pages of other questions, JSON would wait for them in vain."""
THREADS = 1
"""More would only wait for one another, and keep the event loop waiting: parsing holds the interpreter's lock."""


async def apart(size_bytes: int, form: str, parse: Callable[[], Parsed]) -> Parsed:
    """Return what `parse` makes of an answer of this size and form: at once where it is short, else in a thread."""
    if size_bytes < LONG_BYTES[form]:
        return parse()
    return await asyncio.get_running_loop().run_in_executor(threads(), parse)


@cache
def threads() -> ThreadPoolExecutor:
    """Give the threads that parse, for the life of the process."""
    return ThreadPoolExecutor(THREADS, thread_name_prefix="parsing")
