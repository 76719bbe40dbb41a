"""What a reader wants gone: a chat, all of them, or files that were attached, with everything that was made of them.

Knows the order. Of attached files the engine writes nothing down (`assistant/ranking/passing.py`); what it holds in
memory, the files themselves and what went into the answers that used them go here. Quotations stay in kept answers.
"""

from __future__ import annotations

from pathlib import Path

from ui.resources import Resources
from ui.uploads import claimed, detach, erase

__all__ = ["forget_all", "forget_chat", "forget_files"]


def forget_files(resources: Resources, chat_id: str | None) -> None:
    """Forget the files that are asked about in a chat; its answers stay."""
    held = detach(chat_id)
    if chat_id and held:
        resources.history.forget_traces(chat_id, [Path(path).resolve().as_uri() for path in held])
    let_go(resources, held)


def forget_chat(resources: Resources, chat_id: str) -> None:
    """Forget a chat and the files that were attached in it."""
    resources.history.delete(chat_id)
    let_go(resources, files_of(resources, chat_id))


def forget_all(resources: Resources) -> None:
    """Forget every chat of a reader, and files that wait for a question."""
    known = [chat.id for chat in resources.history.chats()]
    resources.history.delete_all()
    let_go(resources, (*files_of(resources, *known), *detach(None)))


def files_of(resources: Resources, *chat_ids: str) -> tuple[str, ...]:
    """Name the files of chats, of this page and of others."""
    others = claimed(resources.uploads, chat_ids) if resources.uploads else ()
    return tuple(dict.fromkeys((*(path for chat_id in chat_ids for path in detach(chat_id)), *others)))


def let_go(resources: Resources, paths: tuple[str, ...]) -> None:
    """Remove files, and what the engine holds of them."""
    if resources.uploads:
        erase(resources.uploads, paths)
    resources.engine.forget_files(paths)
