"""`footnote ask`: one question, its answer streamed to the terminal or printed as JSON.

Knows how events become lines. Leaves answering to the engine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path
from typing import TextIO

from assistant.answer_json import encode_answer
from assistant.assistant import Assistant
from assistant.bundle_json import encode_bundle
from assistant.cli import FAILED, INTERRUPTED, OK
from assistant.cli.transcript import Transcript
from assistant.errors import QuestionInvalid, SettingsInvalid
from assistant.events import AnswerFinished, Emit, Event, PageRead
from assistant.evidence import Answer, AnswerStatus, Profile, QuestionOptions
from assistant.models.opening import describe_model
from assistant.settings import NO_MODEL, Settings, load_settings
from assistant.traces import TraceRecord
from retrievers.registry import available, broken

__all__ = ["chosen_options", "run"]


def run(arguments: argparse.Namespace) -> int:
    """Answer a question; 0 answered or abstained, 1 failed, 130 interrupted."""
    settings = load_settings()
    options = chosen_options(arguments)
    if options.model and options.model != NO_MODEL:
        describe_model(options.model, settings)
    with ExitStack() as stack:
        listeners: list[Emit] = []
        if arguments.trace:
            trace = stack.enter_context(open_trace(Path(arguments.trace)))
            record = TraceRecord(options=replace(options, profile=options.profile or settings.profile))
            listeners.append(lambda event: write_trace(event, trace, record))
        last = LastAnswer()
        listeners += [last, print_json if arguments.json else Transcript(sys.stdout, sys.stderr)]
        try:
            asyncio.run(ask(" ".join(arguments.question), options, settings, listeners))
        except KeyboardInterrupt:
            return INTERRUPTED
        return conclude(last.answer)


async def ask(question: str, options: QuestionOptions, settings: Settings, listeners: Sequence[Emit]) -> Answer:
    """Open the engine for one question."""

    def emit(event: Event) -> None:
        for listener in listeners:
            listener(event)

    async with Assistant(settings) as assistant:
        return await assistant.answer(question, options=options, emit=emit)


def chosen_options(arguments: argparse.Namespace) -> QuestionOptions:
    """Turn the command line into options."""
    wants_none = getattr(arguments, "no_model", False)
    return QuestionOptions(
        focus=arguments.focus,
        sources=arguments.sources,
        without_sources=known(arguments.without),
        since=arguments.since,
        private=arguments.private,
        language=arguments.language,
        refresh=arguments.refresh,
        profile=Profile(arguments.profile) if arguments.profile else None,
        model=NO_MODEL if wants_none else getattr(arguments, "model", None),
    )


def known(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of sources; raise `QuestionInvalid` for one that no source bears: it would leave out nothing."""
    if not names:
        return ()
    sources = available() | broken()
    for name in names:
        if name not in sources:
            message = f"{name}: no such source to leave out; known are {', '.join(sorted(sources))}"
            raise QuestionInvalid(message)
    return tuple(dict.fromkeys(names))


class LastAnswer:
    """Keep the answer that ended the turn."""

    def __init__(self) -> None:
        """Begin with none."""
        self.answer: Answer | None = None

    def __call__(self, event: Event) -> None:
        """Take the answer when it comes."""
        if isinstance(event, AnswerFinished):
            self.answer = event.answer


def conclude(answer: Answer | None) -> int:
    """Choose the exit status, and say on standard error why a turn failed."""
    if answer is None or answer.status is AnswerStatus.FAILED:
        print(f"footnote: {answer.reason if answer else 'the turn ended without an answer'}", file=sys.stderr)
        return FAILED
    return INTERRUPTED if answer.status is AnswerStatus.STOPPED else OK


def print_json(event: Event) -> None:
    """Print the finished answer as one JSON object."""
    if isinstance(event, AnswerFinished):
        print(json.dumps(encode_answer(event.answer), ensure_ascii=False, indent=2))


def open_trace(path: Path) -> TextIO:
    """Open the trace file; raise `SettingsInvalid` where it cannot be written."""
    try:
        return path.open("w", encoding="utf-8")
    except OSError as error:
        message = f"--trace {path}: cannot be written ({error.strerror}); name another file"
        raise SettingsInvalid(message) from error


def write_trace(event: Event, trace: TextIO, record: TraceRecord) -> None:
    """Append one event to the trace; the last one also holds the bundle, in which the text of the pages is."""
    record(event)
    told = {
        "event": type(event).__name__,
        **asdict(replace(event, page=None) if isinstance(event, PageRead) else event),
    }
    if isinstance(event, AnswerFinished) and (whole := record.trace()):
        told["bundle"] = json.loads(encode_bundle(whole))
    print(json.dumps(told, ensure_ascii=False, default=str), file=trace)
