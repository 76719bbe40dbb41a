"""Turn tokens into text as they come, without half characters and without what follows a stop string.

Knows tokenizers' `decode`. Leaves where the tokens come from to `engine.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

__all__ = ["PieceWriter"]

HALF = "\ufffd"
"""What decoding shows for the bytes of a character whose other tokens are still to come."""


class PieceWriter:
    """Give the text that each further token completes."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, *, stops: Sequence[str] = ()) -> None:
        """Decode with `tokenizer`; text ends before the first of `stops`."""
        self.tokenizer = tokenizer
        self.stops = tuple(stop for stop in stops if stop)
        self.complete = False
        """A stop string was reached."""
        self.ended = False
        """The last token was one that ends a text."""
        self._tokens: list[int] = []
        self._shown = 0  # tokens whose text was given
        self._context = 0  # where decoding starts: some tokens back, since a token's text depends on those before
        self._held = ""  # text that may be the beginning of a stop string
        self._ends = ends_of(tokenizer)

    def add(self, token: int) -> str:
        """Take a token; return the text that is now certain, which may be none."""
        self._tokens.append(token)
        self.ended = token in self._ends
        before = self._decode(self._context, self._shown)
        text = self._decode(self._context, len(self._tokens))
        if len(text) <= len(before) or text.endswith(HALF):
            return ""
        self._context, self._shown = self._shown, len(self._tokens)
        return self._until_stop(text[len(before) :])

    def end(self) -> str:
        """Return what was held back when no further token comes."""
        if self.complete:
            return ""
        before = self._decode(self._context, self._shown)
        rest = self._held + self._decode(self._context, len(self._tokens))[len(before) :].rstrip(HALF)
        self._held = ""
        return rest

    def _decode(self, start: int, end: int) -> str:
        """Decode some of the tokens, control tokens left out."""
        text: object = self.tokenizer.decode(self._tokens[start:end], skip_special_tokens=True)
        return str(text)

    def _until_stop(self, text: str) -> str:
        """Cut at a stop string; hold back what may be the beginning of one."""
        text = self._held + text
        self._held = ""
        found = [at for at in (text.find(stop) for stop in self.stops) if at >= 0]
        if found:
            self.complete = True
            return text[: min(found)]
        for length in range(min(len(text), max(map(len, self.stops), default=1) - 1), 0, -1):
            if any(stop.startswith(text[-length:]) for stop in self.stops):
                text, self._held = text[:-length], text[-length:]
                break
        return text


def ends_of(tokenizer: PreTrainedTokenizerBase) -> frozenset[int]:
    """Tell which tokens end a text."""
    token = tokenizer.eos_token_id
    return frozenset([token] if isinstance(token, int) else token or [])
