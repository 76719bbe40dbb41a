"""Past chats as the page needs them: always there, kept on disk while that works and in memory while it does not.

Knows whose chats they are and which store one lives in. A store that fails becomes a `notice`, never an error: asking
goes on without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

from assistant.bundle_json import with_feedback
from assistant.chats import Chat, ChatStore, StoredTurn
from assistant.chats.rows import Feedback, Share, SharedChat
from assistant.copies import sharing
from assistant.errors import ChatStoreUnavailable
from assistant.evidence import Answer
from ui.private_chats import PrivateChats

__all__ = ["History"]

Found = TypeVar("Found")


@dataclass(kw_only=True, slots=True)
class Difficulty:
    """What went wrong with the file last, for all who use it."""

    notice: str = ""


class History:
    """Read and write the chats of one owner from any thread."""

    def __init__(self, path: Path) -> None:
        """Open the file of chats; `notice` says in one line why it is not used, or that it was begun anew."""
        self._difficulty = Difficulty()
        self._memory = ChatStore(None)
        self._kept: ChatStore | None = None
        self._private: PrivateChats | None = None
        with self._noticing():
            self._kept = ChatStore(path)
            self._difficulty.notice = self._kept.notice

    def seen_by(self, owner: str, private: PrivateChats | None = None) -> Self:
        """Give the same chats as an owner may see them, beside the private ones of the page that asks."""
        kept = self._kept.seen_by(owner) if self._kept else None
        return sharing(self, _memory=self._memory.seen_by(owner), _kept=kept, _private=private)

    @property
    def owner(self) -> str:
        """Whose chats these are."""
        return self._memory.owner

    @property
    def notice(self) -> str:
        """What is wrong with the file, in one line; empty while nothing is."""
        return self._difficulty.notice

    def chats(self) -> list[Chat]:
        """List every chat but the private ones, the latest first."""
        return self._listed(ChatStore.chats)

    def search(self, words: str) -> list[Chat]:
        """List the chats that hold what was typed, the latest first."""
        return self._listed(lambda store: store.search(words))

    def turns(self, chat_id: str) -> tuple[StoredTurn, ...]:
        """List the turns of a chat; none where it is unknown or cannot be read."""
        return self._look(chat_id, lambda store: store.turns(chat_id), ())

    def is_private(self, chat_id: str | None) -> bool:
        """Tell whether a chat is one that leaves nothing."""
        return bool(self._private and self._private.store_of(chat_id))

    def open_turn(
        self, question: str, chat_id: str | None, *, unkept: bool = False, instead_of: str | None = None
    ) -> StoredTurn:
        """Keep a question before it is worked on; where the disk fails, in memory and in a new chat."""
        if self._private and (unkept or self.is_private(chat_id)):
            return self._private.open_turn(question, chat_id, instead_of=instead_of)
        try:
            return self._home(chat_id).open_turn(question, chat_id=chat_id, instead_of=instead_of)
        except ChatStoreUnavailable as error:
            self._difficulty.notice = str(error)
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
        """Find what went into an answer, and what its reader thinks of it; None where it is not kept."""
        bundle: str | None = self._look(turn.chat_id, lambda store: store.trace(turn.id), None)
        given = self.feedback(turn.chat_id).get(turn.id) if bundle else None
        return with_feedback(bundle, given) if bundle and given else bundle

    def is_traced(self, turn: StoredTurn) -> bool:
        """Tell whether it is kept what went into an answer; much quicker than reading it at each redraw."""
        return self._look(turn.chat_id, lambda store: store.is_traced(turn.id), otherwise=False)

    def rate(self, turn: StoredTurn, feedback: Feedback | None) -> None:
        """Keep what the reader thinks of an answer; None takes it back."""
        self._change(turn.chat_id, lambda store: store.rate(turn.id, feedback))

    def feedback(self, chat_id: str) -> dict[str, Feedback]:
        """List what the reader thinks of the answers of a chat, by turn."""
        return self._look(chat_id, lambda store: store.feedback(chat_id), {})

    def share(self, chat_id: str, *, turn_id: str | None = None) -> str | None:
        """Freeze a chat, or one turn of it, for whoever has the secret that is returned; None where that fails."""
        return self._look(chat_id, lambda store: store.share(chat_id, turn_id=turn_id), None)

    def shares(self, chat_id: str) -> tuple[Share, ...]:
        """List the links to a chat."""
        return self._look(chat_id, lambda store: store.shares(chat_id), ())

    def revoke(self, chat_id: str, share_id: str) -> None:
        """Let a link to a chat lead nowhere."""
        self._change(chat_id, lambda store: store.revoke(share_id))

    def shared(self, secret: str) -> SharedChat | None:
        """Find what a link leads to, whoever asks."""
        for store in filter(None, (self._kept, self._memory)):
            with self._noticing():
                if found := store.shared(secret):
                    return found
        return None

    def forget_traces(self, chat_id: str, urls: Sequence[str]) -> None:
        """Forget what went into the answers of a chat that some pages went into."""
        self._change(chat_id, lambda store: store.forget_traces(chat_id, urls))

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
        """Forget every chat of this owner, on disk and in memory."""
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
        if self._private and (private := self._private.store_of(chat_id)):
            return private
        if self._kept is None or any(chat.id == chat_id for chat in self._memory.chats()):
            return self._memory
        return self._kept

    def _listed(self, listing: Callable[[ChatStore], tuple[Chat, ...]]) -> list[Chat]:
        """List the chats of memory and disk as one."""
        found = list(listing(self._memory))
        with self._noticing():
            found += listing(self._kept) if self._kept else ()
        return sorted(found, key=lambda chat: chat.updated_at, reverse=True)

    def _look(self, chat_id: str, look: Callable[[ChatStore], Found], otherwise: Found) -> Found:
        """Read where a chat lives; what cannot be read is as if it were not there."""
        try:
            return look(self._home(chat_id))
        except ChatStoreUnavailable as error:
            self._difficulty.notice = str(error)
            return otherwise

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
            self._difficulty.notice = str(error)
