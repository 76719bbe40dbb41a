"""What a model remembers of the tokens it has read: cheap to cut back, to copy and to weigh.

Knows the layout. Leaves what is written into it to `decoder.py` and what is kept for later to `prefixes.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    import torch

__all__ = ["KeyValues", "Memory", "Shape"]

STEP_TOKENS = 256
"""Room is made for so many tokens at a time: each growth copies what is there."""


class Memory(Protocol):
    """What any decoder remembers of a text."""

    length: int

    def crop(self, length: int) -> None:
        """Forget all but the first `length` tokens."""

    def copy(self, length: int) -> Self:
        """Return the memory of the first `length` tokens, to go on from."""

    @property
    def bytes(self) -> int:
        """How much it takes."""


Shape = tuple[int, int, int]
"""Layers, heads, and the width of a head."""


class KeyValues:
    """Keys and values of every layer in one tensor each, with room to grow."""

    def __init__(self, shape: Shape, number_format: torch.dtype, *, room: int = STEP_TOKENS) -> None:
        """Begin empty."""
        self.shape = shape
        self.number_format = number_format
        self.length = 0
        self.keys, self.values = self._empty(room), self._empty(room)

    def _empty(self, room: int) -> torch.Tensor:
        """Make a tensor for so many tokens."""
        import torch  # noqa: PLC0415 - loaded only when needed

        layers, heads, width = self.shape
        return torch.empty(layers, heads, room, width, dtype=self.number_format)

    def reserve(self, tokens: int) -> None:
        """Make room for that many more."""
        needed = self.length + tokens
        if needed <= self.keys.shape[2]:
            return
        room = -(-needed // STEP_TOKENS) * STEP_TOKENS
        for name in ("keys", "values"):
            grown = self._empty(room)
            grown[:, :, : self.length] = getattr(self, name)[:, :, : self.length]
            setattr(self, name, grown)

    def crop(self, length: int) -> None:
        """Forget all but the first `length` tokens."""
        self.length = min(self.length, length)

    def copy(self, length: int) -> KeyValues:
        """Return the memory of the first `length` tokens, to go on from."""
        made = KeyValues(self.shape, self.number_format, room=length + STEP_TOKENS)
        made.length = length
        made.keys[:, :, :length] = self.keys[:, :, :length]
        made.values[:, :, :length] = self.values[:, :, :length]
        return made

    @property
    def bytes(self) -> int:
        """How much it takes."""
        return 2 * self.keys.numel() * self.keys.element_size()
