"""Conversations on disk: `ChatStore`, and what it gives back."""

from assistant.chats.rows import LOCAL, Chat, Feedback, Share, SharedChat, StoredTurn, TurnState
from assistant.chats.store import ChatStore

__all__ = ["LOCAL", "Chat", "ChatStore", "Feedback", "Share", "SharedChat", "StoredTurn", "TurnState"]
