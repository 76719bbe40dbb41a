"""What the log is told of a question that leaves nothing: that something broke, and of what kind it was.

A traceback and the message of an error may hold the words of a question or the address of a page, and a log may be kept
for long. Knows nothing of what broke.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["log_of", "silent_about_words"]

is_silent: ContextVar[bool] = ContextVar("is_silent", default=False)


@contextmanager
def silent_about_words(*, silent: bool = True) -> Iterator[None]:
    """Let no word of what is done meanwhile reach the log; tasks and threads that begin in it keep to that."""
    token = is_silent.set(silent or is_silent.get())
    try:
        yield
    finally:
        is_silent.reset(token)


def log_of(name: str) -> logging.Logger:
    """Give the log of a module that handles questions."""
    log = logging.getLogger(name)
    if without_words not in log.filters:
        log.addFilter(without_words)
    return log


def without_words(record: logging.LogRecord) -> bool:
    """Strip a line of all but its place and the kind of the error, where the question is to leave nothing."""
    if is_silent.get():
        kind = record.exc_info[0] if record.exc_info else None
        record.msg, record.args = "a question that leaves nothing met %s", (kind.__name__ if kind else "a difficulty",)
        record.exc_info = record.exc_text = None
    return True
