"""Let a model write source numbers that exist, `[1]` to `[n]`, and nothing else in brackets.

Knows which tokens of a vocabulary touch a bracket. Leaves choosing the best of the allowed to `job.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedTokenizerBase

__all__ = ["Constraint"]

DIGITS = re.compile(r"\d+")


class Constraint:
    """Follow one text and forbid the tokens that would make a bracket which is no source number."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, sources: int) -> None:
        """Allow the numbers 1 to `sources`."""
        self.touching = bracket_tokens(tokenizer)
        self.valid = frozenset(str(number) for number in range(1, sources + 1))
        self.open: str | None = None
        """What stands in a bracket that is open; None outside."""

    def apply(self, scores: torch.Tensor) -> torch.Tensor:
        """Return scores in which forbidden tokens cannot win; inside a bracket only what completes a number may."""
        import torch  # noqa: PLC0415 - loaded only when needed

        allowed = [token for token, text in self.touching.items() if self.follow(text) is not False]
        if self.open is not None:
            kept = torch.full_like(scores, -torch.inf)
            kept[..., allowed] = scores[..., allowed]
            return kept
        forbidden = sorted(set(self.touching) - set(allowed) - self.plain)
        kept = scores.clone()
        kept[..., forbidden] = -torch.inf
        return kept

    @property
    def plain(self) -> frozenset[int]:
        """Tokens of digits alone: free outside brackets."""
        return frozenset(token for token, text in self.touching.items() if "[" not in text and "]" not in text)

    def note(self, token: int) -> None:
        """Take the token that was written."""
        state = self.follow(self.touching.get(token, ""))
        self.open = state if isinstance(state, str) else None

    def follow(self, text: str) -> str | bool:
        """Say what is open after some text: the digits so far, True for nothing, False where it breaks the rule."""
        inside = self.open
        for char in text:
            if inside is None:
                if char == "]":
                    return False
                if char == "[" and not self.valid:
                    return False
                inside = "" if char == "[" else None
            elif char == "]":
                if inside not in self.valid:
                    return False
                inside = None
            else:
                inside += char
                if not any(number.startswith(inside) for number in self.valid):
                    return False
        return True if inside is None else inside


@lru_cache(maxsize=4)
def bracket_tokens(tokenizer: PreTrainedTokenizerBase) -> Mapping[int, str]:
    """Find the tokens that hold a bracket or are digits alone; once for each tokenizer, 0.2 s for 150,000 tokens.

    Control tokens are none of them, though some are called `[EOS]`: without it a text would never end.
    """
    found = {}
    control = set(tokenizer.all_special_ids)
    for token in sorted(set(range(len(tokenizer))) - control):
        text = str(tokenizer.decode([token]))
        if "[" in text or "]" in text or DIGITS.fullmatch(text):
            found[token] = text
    return found
