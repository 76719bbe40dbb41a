"""From evidence to an answer in which every sentence is tied to what supports it."""

from assistant.writing.grounding import ground

__all__ = ["ground"]
