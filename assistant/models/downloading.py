"""Fetch files from a hub, several at once, each going on where it stopped, and keep only what is as listed.

The hub's own library (2.4) throws away what it has of a file when it is interrupted; a shard has five gigabytes. Knows
HTTP ranges and digests. Leaves which files to `hub.py` and where they lie to `hub_cache.py`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
from filelock import FileLock

from assistant.errors import ModelUnavailable
from assistant.models.hub_cache import HubFile, RepositoryCache, is_as_listed, size

__all__ = ["fetch_files"]

AT_ONCE = 4
"""One connection rarely fills a line, and more than a handful is rude to a hub."""
ATTEMPTS = 5
PAUSE_S = 0.5
"""Doubled after each failed attempt that brought nothing."""

Report = Callable[[int], None]
Address = Callable[[HubFile], str]


class Interrupted(Exception):
    """Leave a download because another one failed or the user stopped: what was fetched is kept."""


class Counter:
    """Add up what several threads fetch."""

    def __init__(self, done_bytes: int, report: Report) -> None:
        """Begin with what was there."""
        self._done_bytes = done_bytes
        self._report = report
        self._lock = threading.Lock()

    def add(self, change_bytes: int) -> None:
        """Take what came, or what had to be thrown away, and tell the sum."""
        with self._lock:
            self._done_bytes += change_bytes
            self._report(self._done_bytes)


def fetch_files(
    client: httpx.Client,
    files: Sequence[HubFile],
    cache: RepositoryCache,
    address: Address,
    *,
    done_bytes: int,
    report: Report,
) -> None:
    """Bring every file into the cache; raise `httpx.HTTPError` or `ModelUnavailable` for the first that fails.

    `report` hears the bytes of all files, of which `done_bytes` were there before.
    """
    stopped = threading.Event()
    counter = Counter(done_bytes + sum(size(cache.partial(file)) for file in files), report)
    with ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="download") as pool:
        running = [pool.submit(fetch, client, address(file), file, cache, counter, stopped) for file in files]
        try:
            for future in running:
                future.result()
        finally:
            stopped.set()
            pool.shutdown(cancel_futures=True)


def fetch(
    client: httpx.Client, url: str, file: HubFile, cache: RepositoryCache, counter: Counter, stopped: threading.Event
) -> None:
    """Fetch one file, check it and put it in its place."""
    blob, partial, lock = cache.blob(file), cache.partial(file), cache.lock(file)
    blob.parent.mkdir(parents=True, exist_ok=True)
    lock.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(lock):
        if size(blob) == file.bytes and blob.is_file():
            return
        for attempt in range(ATTEMPTS):
            before = size(partial)
            try:
                receive(client, url, file, partial, counter, stopped)
                break
            except httpx.HTTPError as error:
                if attempt + 1 == ATTEMPTS or not is_passing(error) or stopped.is_set():
                    raise
                time.sleep(0 if size(partial) > before else PAUSE_S * 2**attempt)
        if not is_as_listed(partial, file):
            counter.add(-size(partial))
            partial.unlink(missing_ok=True)
            message = f"{file.name}: the file received is not the one the hub lists; run `footnote models pull` again"
            raise ModelUnavailable(message)
        partial.replace(blob)


def is_passing(error: httpx.HTTPError) -> bool:
    """Tell a failure that may be over at the next attempt from one that will not."""
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code in {408, 425, 429, 500, 502, 503, 504}
    return isinstance(error, httpx.TransportError)


def receive(
    client: httpx.Client, url: str, file: HubFile, partial: Path, counter: Counter, stopped: threading.Event
) -> None:
    """Append what is missing of a file; begin anew with a server that sends all of it, and never take more."""
    have = size(partial)
    if have == file.bytes and partial.exists():
        return
    headers = {"Range": f"bytes={have}-"} if 0 < have < file.bytes else {}
    with client.stream("GET", url, headers={**headers, "Accept-Encoding": "identity"}) as answer:
        answer.raise_for_status()
        goes_on = answer.status_code == httpx.codes.PARTIAL_CONTENT and bool(headers)
        if not goes_on:
            counter.add(-have)
            have = 0
        with partial.open("ab" if goes_on else "wb") as stream:
            for block in answer.iter_bytes():
                if stopped.is_set():
                    raise Interrupted
                have += len(block)
                if have > file.bytes:
                    break  # not the listed file, whatever it is: the check says so
                stream.write(block)
                counter.add(len(block))
