"""Extraction off the event loop: a few worker processes, killed when a document takes too long or nobody waits for it.

Knows processes. What a worker does is `worker.py`'s, how text is found is `extraction.py`'s.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from contextlib import suppress

from assistant.errors import NotText, PageTooLarge
from assistant.evidence import Page
from assistant.reading.exchange import Document
from assistant.reading.worker import ERRORS, HEADER_BYTES, lengths, message, page_of

__all__ = ["Extractors"]

COMMAND = (sys.executable, "-m", "assistant.reading.worker")
MOST_WORKERS = 4
"""Each takes 80 MiB and a core; a page needs one for 0.05 s."""
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
MOST_WRITTEN_AT_ONCE = 64 * 1024
"""What a pipe of Linux holds: the loop goes on with other things whenever it is full."""
SAMPLE = Document(
    url="https://sample.example/", content_type="text/html", body=b"<html lang=en><body><p>A sample.</p></body></html>"
)


class Extractors:
    """Extract pages in worker processes; they are started when first needed, and kept."""

    def __init__(self, most_workers: int | None = None, command: Sequence[str] = COMMAND) -> None:
        """Allow as many workers as there are cores, but no more than four."""
        self._command = command
        most = most_workers or min(MOST_WORKERS, os.cpu_count() or 1)
        self._slots = asyncio.Semaphore(most)
        self._idle: list[Process] = []
        self._starting: asyncio.Task[None] | None = None

    async def extract(self, document: Document) -> Page:
        """Return the page of a document; raise a `ReadingError`. Cancelling it kills the worker at once."""
        async with self._slots:
            worker = await self._worker()
            try:
                answer = await exchange(worker, document)
            except (ConnectionError, asyncio.IncompleteReadError) as error:
                await end(worker)
                text = f"{document.url}: extracting its text took too much time or memory"
                raise PageTooLarge(text) from error
            except BaseException:
                await end(worker)
                raise
            self._idle.append(worker)
        if "error" in answer:
            raise ERRORS.get(answer["error"], NotText)(answer["message"])
        return page_of(answer)

    def prepare(self) -> None:
        """Begin to start a worker, so that it is ready when the first document is."""
        if not self._idle and (self._starting is None or self._starting.done()):
            self._starting = asyncio.create_task(self.warm())

    async def warm(self) -> None:
        """Wait until a worker has loaded its libraries."""
        await self.extract(SAMPLE)

    async def close(self) -> None:
        """End every worker."""
        if self._starting:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        while self._idle:
            await end(self._idle.pop())

    async def _worker(self) -> Process:
        """Take an idle worker that is alive, or start one."""
        while self._idle:
            worker = self._idle.pop()
            if worker.returncode is None:
                return worker
        environment = {**os.environ, **ONE_THREAD}
        return await asyncio.create_subprocess_exec(
            *self._command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment
        )


async def exchange(worker: Process, document: Document) -> dict[str, str]:
    """Give a worker a document and take its answer."""
    stdin, stdout = worker.stdin, worker.stdout
    if stdin is None or stdout is None:
        text = "the worker was started without pipes"
        raise RuntimeError(text)
    sent = memoryview(message({"url": document.url, "content_type": document.content_type}, document.body))
    for start in range(0, len(sent), MOST_WRITTEN_AT_ONCE):
        stdin.write(sent[start : start + MOST_WRITTEN_AT_ONCE])
        await stdin.drain()
    head_bytes, _ = lengths(await stdout.readexactly(HEADER_BYTES))
    answer: dict[str, str] = json.loads(await stdout.readexactly(head_bytes))
    return answer


async def end(worker: Process) -> None:
    """Kill a worker and wait until it is gone."""
    if worker.stdin:
        worker.stdin.close()
    with suppress(ProcessLookupError):
        worker.kill()
    await worker.wait()
