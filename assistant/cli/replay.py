"""`footnote replay`: a saved answer, checked and made again from its own passages.

Knows files and what is printed. Leaves checking to `bundle_json.py` and answering to the engine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

from assistant.answer_json import encode_answer
from assistant.assistant import Assistant
from assistant.bundle_json import decode_bundle
from assistant.cli import INTERRUPTED
from assistant.cli.ask import conclude
from assistant.cli.transcript import Transcript, printable
from assistant.errors import BundleInvalid
from assistant.events import Emit, Event
from assistant.evidence import Answer
from assistant.models.opening import describe_model
from assistant.replaying import differences, options_again
from assistant.settings import NO_MODEL, Settings, load_settings
from assistant.traces import Trace

__all__ = ["read_bundle", "run", "text_of"]

MOST_BYTES = 100_000_000
"""Far more than the pages of the longest turn: twenty of at most 2 MB of text each."""


def run(arguments: argparse.Namespace) -> int:
    """Answer a bundle again and tell what differs; 0 answered or abstained, also if otherwise, 1 failed."""
    settings = load_settings()
    trace = read_bundle(Path(arguments.file))
    model = NO_MODEL if arguments.no_model else arguments.model
    if model and model != NO_MODEL:
        describe_model(model, settings)
    listen: Emit = quiet if arguments.json else Transcript(sys.stdout, sys.stderr)
    try:
        answer = asyncio.run(answer_again(trace, model, settings, listen))
    except KeyboardInterrupt:
        return INTERRUPTED
    tell(trace, answer, as_json=arguments.json)
    return conclude(answer)


def quiet(event: Event) -> None:
    """Print nothing on the way."""


def read_bundle(path: Path) -> Trace:
    """Read a bundle from a file, or from the last event in a file of `ask --trace`; the error names the file."""
    text = text_of(path)
    try:
        return decode_bundle(bundle_in(text))
    except BundleInvalid as error:
        message = f"{path}: {printable(str(error))}"
        raise BundleInvalid(message) from error


def text_of(path: Path) -> str:
    """Read a saved file; the error names it."""
    try:
        if path.stat().st_size > MOST_BYTES:
            message = f"{path}: is larger than {MOST_BYTES // 1_000_000} MB; export the answer again"
            raise BundleInvalid(message)
        return path.read_text(encoding="utf-8")
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror}); name the file of an exported answer"
        raise BundleInvalid(message) from error
    except UnicodeDecodeError as error:
        message = f"{path}: is no text; name the file of an exported answer"
        raise BundleInvalid(message) from error


def bundle_in(text: str) -> str:
    """Take the bundle out of the last event of a traced turn; any other text is taken for a bundle."""
    if not text.startswith('{"event"'):
        return text
    try:
        return json.dumps(json.loads(text.rstrip("\n").rpartition("\n")[2])["bundle"])
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        message = "is a trace without an answer, or damaged; trace the question again"
        raise BundleInvalid(message) from error


async def answer_again(trace: Trace, model: str | None, settings: Settings, emit: Emit) -> Answer:
    """Open the engine for one bundle."""
    async with Assistant(settings) as assistant:
        return await assistant.replay(trace, options=options_again(trace, model), emit=emit)


def tell(trace: Trace, answer: Answer, *, as_json: bool) -> None:
    """Print the new answer, or only what differs where it was printed already."""
    found = differences(trace.answer, answer)
    if as_json:
        told = {"answer": encode_answer(answer), "saved": encode_answer(trace.answer), "differences": found}
        print(json.dumps(told, indent=2))
        return
    checked = f"pages: {len(trace.pages)}, passages: {len(trace.evidence)}, all as they were saved"
    print(f"\nreplayed ({checked}): {f'differences: {len(found)}' if found else 'the answer is the same'}")
    for line in found:
        print(printable(f"- {' '.join(line.split())}"))
