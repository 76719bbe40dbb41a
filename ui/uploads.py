"""Files that a reader attaches to a question: kept while their page is open and they are wanted, sent to nobody.

Knows names and sizes. What a file holds is found out by `assistant/reading`, in a process of its own.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import streamlit as st

from ui.rendering import plain

__all__ = ["KINDS", "MOST_MB", "attach", "attached", "claimed", "clear_old", "detach", "erase", "move"]

KINDS = ("pdf", "html", "htm", "txt", "md", "docx")
MOST_MB = 20
"""What `assistant/reading/bodies.py` reads of a PDF."""
MOST_FILES = 5
LONGEST_NAME = 100
KEPT_S = 86_400
"""Files of a server that was killed are removed a day later: another server may still use the folder."""
ATTACHED = "attached"
CLAIM = ".chat"
"""Beside a file, the name of its chat; nothing that is attached has this name, whose suffix is none of `KINDS`."""
NEW = ""
"""The chat that has not begun."""


class Upload(Protocol):
    """What Streamlit gives for a file."""

    @property
    def name(self) -> str:
        """The name on the reader's machine."""

    def getvalue(self) -> bytes:
        """Return the bytes."""


def attach(uploads: Path, files: Sequence[Upload], chat_id: str | None) -> None:
    """Keep files for a chat, the newest few; raises OSError where they cannot be written."""
    kept = [write(own_folder(uploads), file) for file in files]
    held = (*attached(chat_id), *kept)
    st.session_state.setdefault(ATTACHED, {})[chat_id or NEW] = held[-MOST_FILES:]
    erase(uploads, held[:-MOST_FILES])
    if chat_id:
        claim(kept, chat_id)


def attached(chat_id: str | None) -> tuple[str, ...]:
    """List the files of a chat."""
    found: tuple[str, ...] = st.session_state.get(ATTACHED, {}).get(chat_id or NEW, ())
    return found


def move(old: str | None, new: str | None) -> None:
    """Give the files of one chat to another."""
    if old != new and (held := detach(old)):
        st.session_state.setdefault(ATTACHED, {})[new or NEW] = held
        claim(held, new or NEW)


def claim(paths: Sequence[str], chat_id: str) -> None:
    """Note beside files whose they are: their chat may be deleted by another page, or after a restart."""
    for place in (Path(path).parent for path in paths):
        if place.is_dir():
            (place / CLAIM).write_text(chat_id)


def detach(chat_id: str | None) -> tuple[str, ...]:
    """Ask about the files of a chat no longer, and name them."""
    held: tuple[str, ...] = st.session_state.get(ATTACHED, {}).pop(chat_id or NEW, ())
    return held


def claimed(uploads: Path, chat_ids: Collection[str]) -> tuple[str, ...]:
    """List the files of some chats, whichever page attached them."""
    marks = [mark for mark in uploads.glob(f"*/*/{CLAIM}") if mark.read_text() in chat_ids]
    return tuple(str(path) for mark in marks for path in mark.parent.iterdir() if path.name != CLAIM)


def erase(uploads: Path, paths: Sequence[str]) -> None:
    """Remove attached files with their places; any other path is left alone."""
    for path in map(Path, paths):
        if path.parents[2:3] == (uploads,):
            remove(path.parent)


def write(folder: Path, file: Upload) -> str:
    """Write one file under its own name, in a folder of its own so that two may have the same."""
    name = Path(" ".join(plain(file.name).split()).replace("\\", "/")).name or "file"
    stem, suffix = Path(name).stem[:LONGEST_NAME], Path(name).suffix[:LONGEST_NAME]
    place = folder / uuid4().hex
    place.mkdir(mode=0o700)
    path = place / f"{stem}{suffix}"
    path.write_bytes(file.getvalue())
    return str(path)


def remove(folder: Path) -> None:
    """Remove the files of a page that was closed."""
    shutil.rmtree(folder, ignore_errors=True)


@st.cache_resource(scope="session", on_release=remove, show_spinner=False)
def own_folder(uploads: Path) -> Path:
    """Make the folder of one open page; it goes with the page."""
    folder = uploads / uuid4().hex
    folder.mkdir(parents=True, mode=0o700)
    return folder


def clear_old(uploads: Path, now_s: float | None = None) -> None:
    """Remove what a killed server left behind."""
    newest_s = (now_s or time.time()) - KEPT_S
    for folder in uploads.glob("*"):
        if folder.stat().st_mtime < newest_s:
            remove(folder)
