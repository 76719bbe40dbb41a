"""The process in which text is extracted, so that a document that eats time or memory kills this and nothing else.

Knows the messages that `extractors.py` exchanges with it: documents come in by standard input, pages go out by standard
output as JSON, one at a time, until the input ends.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, BinaryIO

from assistant.errors import BuiltByScripts, NotText, PageTooLarge, ReadingError
from assistant.evidence import Page
from retrievers.contract import Measurement

__all__ = ["ERRORS", "HEADER_BYTES", "lengths", "message", "page_of"]

HEADER_BYTES = 8
MOST_MEMORY_BYTES = 1024**3
"""Of address space, of which the libraries take a quarter before the first document."""
MOST_CPU_S = 10
"""For one document: a page takes 0.05 s, seldom 0.5; a PDF of 60 pages about 3."""
MOMENTS = ("published", "modified", "fetched_at")
ERRORS = {kind.__name__: kind for kind in (BuiltByScripts, NotText, PageTooLarge)}


def message(head: dict[str, object], body: bytes = b"") -> bytes:
    """Put together what goes through the pipe: the lengths of both parts, JSON, bytes."""
    packed = json.dumps(head, default=datetime.isoformat).encode("ascii")
    return len(packed).to_bytes(4, "big") + len(body).to_bytes(4, "big") + packed + body


def lengths(header: bytes) -> tuple[int, int]:
    """Read the lengths at the start of a message."""
    return int.from_bytes(header[:4], "big"), int.from_bytes(header[4:], "big")


def page_of(answer: Mapping[str, Any]) -> Page:
    """Read a page out of its JSON."""
    values = tuple(Measurement(**{**value, "at": moment(value["at"])}) for value in answer["values"])
    return Page(
        **{
            **answer,
            **{name: moment(answer[name]) for name in MOMENTS},
            "removed": tuple(answer["removed"]),
            "page_offsets": tuple(answer["page_offsets"]),
            "values": values,
        }
    )


def moment(stated: str | None) -> datetime | None:
    """Read a moment back."""
    return datetime.fromisoformat(stated) if stated else None


def main() -> None:
    """Answer until the input ends; what others print must not get between the messages."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides what ends
    logging.disable(logging.CRITICAL)
    incoming, outgoing = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    limit_memory()
    while len(header := incoming.read(HEADER_BYTES)) == HEADER_BYTES:
        head_bytes, body_bytes = lengths(header)
        head = json.loads(incoming.read(head_bytes))
        limit_processor_time()
        send(outgoing, answer_to(incoming.read(body_bytes), head["url"], head["content_type"]))


def send(outgoing: BinaryIO, answer: dict[str, object]) -> None:
    """Write one message and see it off."""
    outgoing.write(message(answer))
    outgoing.flush()


def answer_to(body: bytes, url: str, content_type: str) -> dict[str, object]:
    """Extract the text of a document; a failure is an answer as well."""
    from assistant.reading.extraction import extract  # noqa: PLC0415 - so that the limits hold while it is loaded

    try:
        page = extract(body, url, content_type)
    except ReadingError as error:
        return {"error": type(error).__name__, "message": str(error)}
    except MemoryError:
        return {"error": "PageTooLarge", "message": f"{url}: extracting its text takes too much memory"}
    except Exception as error:  # noqa: BLE001 - hostile markup finds faults of libraries; one page may be lost to them
        return {"error": "NotText", "message": f"{url}: its text cannot be extracted ({error!r})"}
    return asdict(page)


def limit_memory() -> None:
    """Let the system refuse more memory than any honest document needs."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = MOST_MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(MOST_MEMORY_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def limit_processor_time() -> None:
    """Let the system end this process if the next document takes too long, even when nobody waits for it any more."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(used.ru_utime + used.ru_stime) + 1 + MOST_CPU_S
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


if __name__ == "__main__":
    main()
