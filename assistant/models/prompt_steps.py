"""Many tokens of one text through all layers: products by torch, and compiled loops for all that lies between them.

Knows their order. Leaves the loops to `prompt_kernels.py`, a few tokens to `quick_steps.py`, and what is done where
loops cannot be compiled to `decoder.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.models.blueprint import Blueprint, Dense, Experts, Layer
from assistant.models.expert_visits import multiply_each
from assistant.models.few_tokens import Numbers, as_numbers, looping
from assistant.models.many_tokens import attended, gated
from assistant.models.narrow_experts import NarrowExperts

if TYPE_CHECKING:
    import torch

    from assistant.models.key_values import KeyValues

__all__ = ["PromptSteps"]

EXPERTS_TOGETHER = 8
"""What so many experts make on the way is small enough to stay near the processor until it is read again."""
ROWS_TOGETHER = 8
"""Experts are given rows of nothing up to a multiple of it: oneDNN compiles and keeps a program for each number of rows
that it meets (measured: 400 MiB after three prompts of the granite shape, and 4 % of their time)."""


class PromptSteps:
    """Hold the small weights of a model in fp32, and take a text through all layers."""

    def __init__(self, blueprint: Blueprint, look: Callable[[], None]) -> None:
        """Call `look` before each half of a layer and each expert: it may raise to leave the pass."""
        from assistant.models import prompt_kernels, row_kernels  # noqa: PLC0415 - loaded only when needed

        self.blueprint = blueprint
        self.look = look
        self.loops: Any = prompt_kernels
        self.sorted_by_expert: Any = row_kernels.sorted_by_expert
        self.norms = [(single(layer.attention_norm), single(layer.feed_norm)) for layer in blueprint.layers]
        self.head_norms = [(single(layer.query_norm), single(layer.key_norm)) for layer in blueprint.layers]
        self.last_norm = single(blueprint.norm)

    def read(
        self, tokens: Sequence[int], memory: KeyValues, turns: tuple[torch.Tensor, torch.Tensor]
    ) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """Read tokens into a memory that has room for them; return the scores of the next, and the experts visited."""
        import torch  # noqa: PLC0415 - loaded only when needed

        blueprint = self.blueprint
        state = blueprint.embedding[torch.tensor(tokens)] * blueprint.embedding_scale
        cosine, sine = (part[:, 0].float().numpy() for part in turns)
        made, visited = torch.zeros_like(state), list[torch.Tensor]()
        for number, layer in enumerate(blueprint.layers):
            self.look()
            heads = self._project(number, layer, self._normed(state, made, self.norms[number][0]))
            keys, values = memory.keys[number], memory.values[number]
            with looping():
                kept = as_numbers(keys), as_numbers(values), memory.length
                self.loops.turn_many(as_numbers(heads), cosine, sine, *kept)
            looked = attended(
                heads[:, : blueprint.heads], keys, values, start=memory.length, scale=blueprint.attention_scale
            )
            made = layer.output.multiply(looked, few=False)
            self.look()
            made = self._feed(layer, self._normed(state, made, self.norms[number][1]), visited)
        last = self._normed(state[-1:], made[-1:], self.last_norm)
        return blueprint.head.multiply(last, few=False) / blueprint.logits_divisor, visited

    def _normed(self, state: torch.Tensor, made: torch.Tensor, weight: Numbers | None) -> torch.Tensor:
        """Add what was made to the state, and return it scaled to unit size."""
        rows = state.new_empty(state.shape)
        blueprint = self.blueprint
        with looping():
            self.loops.norm_many(
                as_numbers(state),
                as_numbers(made),
                blueprint.residual_scale,
                weight,
                blueprint.norm_epsilon,
                as_numbers(rows),
            )
        return rows

    def _project(self, number: int, layer: Layer, rows: torch.Tensor) -> torch.Tensor:
        """Return queries, keys and values by head, side by side."""
        blueprint = self.blueprint
        flat = layer.query_key_value.multiply(rows, few=False)
        start = 0
        for norm, heads in zip(self.head_norms[number], (blueprint.heads, blueprint.key_heads), strict=True):
            stop = start + heads * blueprint.head_width
            if norm is not None:
                part = flat[:, start:stop].reshape(-1, norm.shape[0])
                flat[:, start:stop] = self._normed(part, part.new_zeros(part.shape), norm).view(len(rows), -1)
            start = stop
        if layer.clip is not None:
            flat.clamp_(-layer.clip, layer.clip)
        return flat.view(len(rows), -1, blueprint.head_width)

    def _feed(self, layer: Layer, rows: torch.Tensor, visited: list[torch.Tensor]) -> torch.Tensor:
        """Take rows through the feed-forward layer, and note the experts they visit."""
        feed = layer.feed
        if isinstance(feed, Dense):
            return feed.down.multiply(gated(feed.gate_up.multiply(rows, few=False)), few=False)
        if isinstance(feed, NarrowExperts):
            return feed.feed(rows, visited, few=False)
        return self._visit(feed, rows, visited)

    def _visit(self, feed: Experts, rows: torch.Tensor, visited: list[torch.Tensor]) -> torch.Tensor:
        """Take rows to their experts: each expert once, with all of its tokens side by side."""
        shares, chosen = self._choose(feed, rows)
        visited.append(chosen)
        places = np.empty(chosen.numel(), np.int64)
        _, starts, pairs = self.sorted_by_expert(chosen.numpy(), len(feed.down))
        counts = whole_strips(np.diff(starts))
        begins = np.concatenate([[0], np.cumsum(counts)])
        met = rows.new_empty(int(begins[-1]), rows.shape[1])
        with looping():
            kept = as_numbers(met), places
            self.loops.gather_many(as_numbers(rows), pairs, starts, begins, feed.per_token, *kept)
        for first in range(0, len(counts), EXPERTS_TOGETHER):
            group = slice(first, first + EXPERTS_TOGETHER)
            part = met[begins[first] : begins[min(group.stop, len(counts))]]
            both = part.new_empty(len(part), feed.gate_up[first].weight.shape[0])
            multiply_each(feed.gate_up[group], part, both, counts[group].tolist(), few=False, look=self.look)
            multiply_each(feed.down[group], gated(both), part, counts[group].tolist(), few=False, look=self.look)
        made = rows.new_empty(rows.shape)
        with looping():
            self.loops.mix_many(as_numbers(met), places, shares, as_numbers(made))
        return made

    def _choose(self, feed: Experts, rows: torch.Tensor) -> tuple[Numbers, torch.Tensor]:
        """Choose experts for each token; return their shares and numbers."""
        import torch  # noqa: PLC0415 - loaded only when needed

        scores = torch.nn.functional.linear(rows, feed.router).float()
        chosen = torch.empty(len(rows), feed.per_token, dtype=torch.int64)
        shares = scores.new_empty(chosen.shape).numpy()
        with looping():
            self.loops.choose_many(scores.numpy(), feed.per_token, feed.renormalise, shares, chosen.numpy())
        return shares, chosen


def whole_strips(counts: Numbers) -> Numbers:
    """Round counts up."""
    return -(-counts // ROWS_TOGETHER) * ROWS_TOGETHER


def single(weight: torch.Tensor | None) -> Numbers | None:
    """Give a small weight in fp32."""
    return None if weight is None else weight.float().numpy()
