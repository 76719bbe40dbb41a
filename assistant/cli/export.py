"""`footnote export`: saved answers as a file to read, print or send on.

Knows which saved files hold answers. Formats belong to the page, which is loaded by its module name: `assistant` does
not import `ui`.
"""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from assistant.answer_json import decode_answer
from assistant.cli import OK
from assistant.cli.replay import read_bundle, text_of
from assistant.cli.transcript import printable
from assistant.errors import BundleInvalid, SettingsInvalid
from assistant.evidence import Answer

__all__ = ["run"]

EXPORT_MODULE, FILE_MODULE = "ui.exporting", "ui.export_file"


def run(arguments: argparse.Namespace) -> int:
    """Write the answers of a saved file in the format that the other file's name ends with."""
    source, target = Path(arguments.file), Path(arguments.out)
    pages = import_module(FILE_MODULE)
    suffix = target.suffix.removeprefix(".").lower()
    if suffix not in (known := [one.suffix for one in pages.FORMATS]):
        message = f"{target}: no format has this name; end it with .{', .'.join(known)}"
        raise SettingsInvalid(message)
    exported, language = saved_in(source)
    body: bytes = pages.file_in(suffix, exported, arguments.language or language)
    try:
        target.write_bytes(body)
    except OSError as error:
        message = f"{target}: cannot be written ({error.strerror}); name another file"
        raise SettingsInvalid(message) from error
    print(printable(f"{target}: answers: {len(exported)}, {len(body):,} bytes"))
    return OK


def saved_in(path: Path) -> tuple[list[Any], str | None]:
    """Read the answers of a bundle, a traced turn, an exported chat or `ask --json`, and the language of a question."""
    if (answers := answers_in(text_of(path), path)) is not None:
        return [taken_along(answer, None) for answer in answers], None
    trace = read_bundle(path)
    return [taken_along(trace.answer, trace.options.asked_at)], trace.query.language


def taken_along(answer: Answer, asked_at: datetime | None) -> Any:  # noqa: ANN401 - a type of the page, loaded by name
    """Make what the page exports."""
    return import_module(EXPORT_MODULE).Exported(answer=answer, asked_at=asked_at)


def answers_in(text: str, path: Path) -> list[Answer] | None:
    """Read answers as the page's JSON export or `ask --json` has them; None for a file that is neither."""
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict) or "format" in record or not {"answers", "sentences"} & record.keys():
        return None
    try:
        answers = [decode_answer(one) for one in record.get("answers", [record])]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        message = f"{path}: holds no whole answer: {type(error).__name__} {error}; export it again"
        raise BundleInvalid(printable(" ".join(message.split()))) from error
    if not answers:
        message = f"{path}: holds no answer; export a chat that has one"
        raise BundleInvalid(message)
    return answers
