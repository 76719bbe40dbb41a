"""`footnote feedback`: what you thought of answers, to read, to take along, or to take back.

Knows how it is printed. It is kept in the file of chats only, by `assistant/chats/feedback.py`, and sent to nobody; of
readers who sign in to a server, each has their own, on its page.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from rich.console import Console

from assistant.chats import ChatStore
from assistant.chats.file import CHATS_FILE
from assistant.chats.rows import RatedAnswer
from assistant.cli import OK
from assistant.cli.transcript import plain
from assistant.errors import SettingsInvalid
from assistant.settings import load_settings

__all__ = ["ALL", "run"]

ALL = "all"
"""In place of a number: everything."""
SHOWN = 8
"""Characters of a number that are printed; as many as make it the only one are enough to name it."""


def run(arguments: argparse.Namespace) -> int:
    """List what was given, or take some of it back."""
    path = load_settings().data_dir / CHATS_FILE
    store = ChatStore(path if path.is_file() else None, is_guest=True)
    if store.notice:
        print(store.notice, file=sys.stderr)
    try:
        rated = store.rated()
        if arguments.delete is not None:
            gone = rated if arguments.delete == ALL else [named(arguments.delete, rated)]
            for one in gone:
                store.rate(one.turn_id, None)
            said = "opinion" if len(gone) == 1 else "opinions"
            print(json.dumps([record(one) for one in gone]) if arguments.json else f"{len(gone)} {said} taken back")
        else:
            show(rated, as_json=arguments.json)
    finally:
        store.close()
    return OK


def named(number: str, rated: Sequence[RatedAnswer]) -> RatedAnswer:
    """Find what a number, or its beginning, names."""
    found = [one for one in rated if one.turn_id.startswith(number.lower())]
    if len(found) != 1:
        message = f"{number}: {len(found)} opinions have this number; take one from: footnote feedback"
        raise SettingsInvalid(message)
    return found[0]


def show(rated: Sequence[RatedAnswer], *, as_json: bool) -> None:
    """Print everything, the latest first."""
    if as_json:
        print(json.dumps([record(one) for one in rated], indent=2))
        return
    out = Console(highlight=False, soft_wrap=True)
    for one in rated:
        thumb = "useful" if one.feedback.is_good else "not useful"
        given = f"{one.feedback.given_at:%Y-%m-%d %H:%M %Z}"
        out.print(plain(f"{one.turn_id[:SHOWN]}  {given}  {thumb:10}  {' '.join(one.question.split())}"))
        for line in one.feedback.note.splitlines():
            out.print(plain(f"{'':{SHOWN}}  {line}"))
    if not rated:
        out.print("no opinion is kept: give one with the thumbs below an answer, in footnote ui")


def record(rated: RatedAnswer) -> dict[str, object]:
    """Write one as JSON has it."""
    given = rated.feedback
    return {
        "id": rated.turn_id,
        "question": rated.question,
        "is_good": given.is_good,
        "note": given.note,
        "given_at": given.given_at.isoformat(),
    }
