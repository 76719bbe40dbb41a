"""One token of each of a few texts through all layers, by compiled loops.

Knows their order. Leaves the loops to `row_kernels.py` and `layer_kernels.py`, longer pieces of text to `decoder.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.models.blueprint import Blueprint, Dense, Layer
from assistant.models.few_tokens import FewMatrix, Numbers, as_numbers, looping
from assistant.models.narrow_experts import NarrowExperts

if TYPE_CHECKING:
    import torch

    from assistant.models.key_values import KeyValues

__all__ = ["QuickSteps"]


class QuickSteps:
    """Hold the small weights of a model in fp32, and take tokens through all layers."""

    def __init__(self, blueprint: Blueprint, look: Callable[[], None]) -> None:
        """Call `look` before each half of a layer: it may raise to leave the pass."""
        from assistant.models import layer_kernels  # noqa: PLC0415 - loaded only when needed

        self.blueprint = blueprint
        self.look = look
        self.loops: Any = layer_kernels
        self.norms = [(single(layer.attention_norm), single(layer.feed_norm)) for layer in blueprint.layers]
        self.last_norm = single(blueprint.norm)
        self.head_norms = [(single(layer.query_norm), single(layer.key_norm)) for layer in blueprint.layers]

    def step(
        self, tokens: Sequence[int], memories: Sequence[KeyValues], turns: tuple[torch.Tensor, torch.Tensor]
    ) -> tuple[Numbers, Numbers | None]:
        """Read one token of each text; return the scores of the next, and the experts that were visited."""
        blueprint = self.blueprint
        embedded = blueprint.embedding[list(tokens)].float() * blueprint.embedding_scale
        state = embedded.numpy()
        cosine, sine = turns[0][:, 0].float().numpy(), turns[1][:, 0].float().numpy()
        visited: list[Numbers] = []
        kept = [(as_numbers(memory.keys), as_numbers(memory.values), memory.length) for memory in memories]
        made, scale = np.zeros_like(state), blueprint.residual_scale
        with looping():
            for number, layer in enumerate(blueprint.layers):
                self.look()
                rows = self._normed(state, made, self.norms[number][0])
                heads = self._project(number, layer, rows)
                self.loops.turn(heads[:, : blueprint.heads + blueprint.key_heads], cosine, sine)
                made = few(layer.output).multiply(self._attend(number, heads, kept))
                self.look()
                rows = self._normed(state, made, self.norms[number][1])
                made = self._feed(layer, rows, visited)
            last = self.loops.normed(state, made, scale, self.last_norm, blueprint.norm_epsilon)
            scores = few(blueprint.head).multiply(last) / np.float32(blueprint.logits_divisor)
        return scores, np.stack(visited) if visited else None

    def _normed(self, state: Numbers, made: Numbers, weight: Numbers | None) -> Numbers:
        """Add what was made to the state, and scale it."""
        blueprint = self.blueprint
        rows: Numbers = self.loops.normed(state, made, blueprint.residual_scale, weight, blueprint.norm_epsilon)
        return rows

    def _project(self, number: int, layer: Layer, rows: Numbers) -> Numbers:
        """Return queries, keys and values by head, side by side."""
        blueprint = self.blueprint
        flat = few(layer.query_key_value).multiply(rows)
        start = 0
        for norm, heads in zip(self.head_norms[number], (blueprint.heads, blueprint.key_heads), strict=True):
            stop = start + heads * blueprint.head_width
            if norm is not None:
                part = np.ascontiguousarray(flat[:, start:stop]).reshape(-1, norm.shape[0])
                scaled = self.loops.normed(part, part, 0.0, norm, blueprint.norm_epsilon)
                flat[:, start:stop] = scaled.reshape(len(rows), -1)
            start = stop
        if layer.clip is not None:
            np.clip(flat, -layer.clip, layer.clip, out=flat)
        return flat.reshape(len(rows), -1, blueprint.head_width)

    def _attend(self, number: int, heads: Numbers, kept: Sequence[tuple[Numbers, Numbers, int]]) -> Numbers:
        """Keep each token's key and value, and let it look at all before it."""
        blueprint = self.blueprint
        mixed = np.empty((len(kept), blueprint.heads, blueprint.head_width), np.float32)
        for row, (keys, values, length) in enumerate(kept):
            own = keys[number], values[number]
            self.loops.keep(heads[row, blueprint.heads :], *own, length)
            queries = heads[row, : blueprint.heads]
            mixed[row] = self.loops.attend(queries, *own, length + 1, blueprint.attention_scale)
        return mixed.reshape(len(kept), -1)

    def _feed(self, layer: Layer, rows: Numbers, visited: list[Numbers]) -> Numbers:
        """Take rows through the feed-forward layer, and note the experts they visit."""
        feed = layer.feed
        if isinstance(feed, Dense):
            return few(feed.down).multiply(self.loops.gated(few(feed.gate_up).multiply(rows)))
        if isinstance(feed, NarrowExperts):
            return feed.feed_few(rows, visited, self.loops)
        if feed.few is None:
            raise TypeError(feed)
        chosen, shares = self.loops.choose(rows, feed.few.router, feed.per_token, feed.renormalise)
        visited.append(chosen)
        return feed.few.visit(rows, chosen, shares)


def few(matrix: Any) -> FewMatrix:  # noqa: ANN401 - a Matrix
    """Give what a few tokens read."""
    found: FewMatrix = matrix.few
    return found


def single(weight: torch.Tensor | None) -> Numbers | None:
    """Give a small weight in fp32."""
    return None if weight is None else weight.float().numpy()
