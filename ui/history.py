"""Past chats as the page needs them: always there, kept on disk while that works and in memory while it does not.

Knows which store a chat lives in. A store that fails becomes a `notice`, never an error: asking goes on without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.chats import Chat, ChatStore, StoredTurn
from assistant.errors import ChatStoreUnavailable
from assistant.evidence import Answer

__all__ = ["History"]


class History:
    """Read and write chats from any thread."""

    def __init__(self, path: Path) -> None:
        """Open the file of chats; `notice` says in one line why it is not used, or that it was begun anew."""
        self.notice = ""
        self._memory = ChatStore(None)
        self._kept: ChatStore | None = None
        with self._noticing():
            self._kept = ChatStore(path)
            self.notice = self._kept.notice

    def chats(self) -> list[Chat]:
        """List every chat, the latest first."""
        found = list(self._memory.chats())
        with self._noticing():
            found += self._kept.chats() if self._kept else ()
        return sorted(found, key=lambda chat: chat.updated_at, reverse=True)

    def search(self, words: str) -> list[Chat]:
        """List the chats that hold what was typed, the latest first."""
        found = list(self._memory.search(words))
        with self._noticing():
            found += self._kept.search(words) if self._kept else ()
        return sorted(found, key=lambda chat: chat.updated_at, reverse=True)

    def turns(self, chat_id: str) -> tuple[StoredTurn, ...]:
        """List the turns of a chat; none where it is unknown or cannot be read."""
        try:
            return self._home(chat_id).turns(chat_id)
        except ChatStoreUnavailable as error:
            self.notice = str(error)
            return ()

    def open_turn(self, question: str, chat_id: str | None, *, instead_of: str | None = None) -> StoredTurn:
        """Keep a question before it is worked on; where the disk fails, in memory and in a new chat."""
        try:
            return self._home(chat_id).open_turn(question, chat_id=chat_id, instead_of=instead_of)
        except ChatStoreUnavailable as error:
            self.notice = str(error)
            return self._memory.open_turn(question)

    def keep_partial(self, turn: StoredTurn, answer: Answer) -> None:
        """Keep what an open turn has shown."""
        self._change(turn.chat_id, lambda store: store.keep_partial(turn.id, answer))

    def close_turn(self, turn: StoredTurn, answer: Answer) -> None:
        """Keep the answer that ended a turn."""
        self._change(turn.chat_id, lambda store: store.close_turn(turn.id, answer))

    def keep_trace(self, turn: StoredTurn, bundle: str) -> None:
        """Keep what went into an answer."""
        self._change(turn.chat_id, lambda store: store.keep_trace(turn.id, bundle))

    def trace(self, turn: StoredTurn) -> str | None:
        """Find what went into an answer; None where it is not kept, or cannot be read."""
        try:
            return self._home(turn.chat_id).trace(turn.id)
        except ChatStoreUnavailable as error:
            self.notice = str(error)
            return None

    def discard_turn(self, turn: StoredTurn) -> None:
        """Forget a turn that was refused."""
        self._change(turn.chat_id, lambda store: store.discard_turn(turn.id))

    def show(self, chat_id: str, turn_id: str) -> None:
        """Show the branch of a chat that a turn belongs to."""
        self._change(chat_id, lambda store: store.show(turn_id))

    def rename(self, chat_id: str, title: str) -> None:
        """Give a chat another title."""
        self._change(chat_id, lambda store: store.rename(chat_id, title))

    def delete(self, chat_id: str) -> None:
        """Forget a chat."""
        self._change(chat_id, lambda store: store.delete(chat_id))

    def pin(self, chat_id: str, *, is_pinned: bool) -> None:
        """Keep a chat at the top of the list, or let it go."""
        self._change(chat_id, lambda store: store.pin(chat_id, is_pinned=is_pinned))

    def delete_all(self) -> None:
        """Forget every chat, on disk and in memory."""
        with self._noticing():
            self._memory.delete_all()
            if self._kept:
                self._kept.delete_all()

    def close(self) -> None:
        """Close the file."""
        with self._noticing():
            self._memory.close()
            if self._kept:
                self._kept.close()

    def _home(self, chat_id: str | None) -> ChatStore:
        """Find the store of a chat; a new one goes to disk where there is one."""
        if self._kept is None or any(chat.id == chat_id for chat in self._memory.chats()):
            return self._memory
        return self._kept

    def _change(self, chat_id: str, change: Callable[[ChatStore], None]) -> None:
        """Make a change where the chat lives."""
        with self._noticing():
            change(self._home(chat_id))

    @contextmanager
    def _noticing(self) -> Iterator[None]:
        """Turn a store's failure into the notice."""
        try:
            yield
        except ChatStoreUnavailable as error:
            self.notice = str(error)
